import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { type JsonObject, jsonObject } from '../../../shared/model/json.ts';
import { answerPort, type ToolResult, toolText } from '../../../shared/model/tool.ts';
import { defineNode, type NodeOutputs } from './define-node.ts';

export const toolCallNode = defineNode({
  kind: 'tool.call',
  version: 1,
  family: 'tool',
  title: 'Call a tool',
  description: 'Calls one tool of a tool server.',
  icon: 'wrench',
  keywords: ['mcp', 'tool', 'server', 'action'],
  effect: 'once',
  effectOf: (config, tools) => tools(config.server, config.tool),
  needs: ['tools'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'out', label: 'Result', schema: {} }],
  config: z.object({
    server: z.string().min(1, 'needs a tool server'),
    tool: z.string().min(1, 'needs a tool'),
    args: jsonObject.default({}),
  }),
  defaults: { server: '', tool: '', args: {} },
  fields: [
    { key: 'tool', label: 'Tool', kind: 'tool', required: true },
    { key: 'args', label: 'Arguments', kind: 'tool-arguments' },
  ],
  summary: '{{ server }} · {{ tool }}',
  async run({ config, use }) {
    const result = await use.tools.call(config.server, config.tool, config.args);
    const text = toolText(result);
    if (result.isError)
      throw new AppError(
        'tool-said-no',
        [`${config.server}.${config.tool}: ${text.slice(0, 2000) || 'the tool failed without saying why'}`, ...(result.notes ?? [])].join(
          ' ',
        ),
        {
          hint: 'Check the arguments against what the tool says.',
        },
      );
    // Structured data where the tool gives it; JSON text as data; other text as it is.
    return { out: result.structured ?? text, ...answerOf(config.server, result) };
  },
});

/** Only where there is more to see than the result: the journal keeps every step's outputs. */
function answerOf(server: string, { content, notes }: ToolResult): NodeOutputs {
  const hasNotes = notes !== undefined && notes.length > 0;
  if (!hasNotes && content.every((part) => part.type === 'text')) return {};
  // Without members that are undefined, as JSON has it.
  const parts = content.map((part) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)));
  return { [answerPort]: { server, content: parts as JsonObject[], ...(hasNotes ? { notes } : {}) } };
}
