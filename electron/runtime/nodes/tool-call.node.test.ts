import { expect, test } from 'vitest';
import { answerPort, type ToolResult, toolAnswer } from '../../../shared/model/tool.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import type { ToolBelt } from '../services.ts';
import { toolCallNode } from './tool-call.node.ts';

function openTool(result: ToolResult) {
  const calls: Parameters<ToolBelt['call']>[0][] = [];
  const belt: Pick<ToolBelt, 'call' | 'effectOf'> = {
    call: async (request) => {
      calls.push(request);
      return result;
    },
    effectOf: () => 'idempotent',
  };
  return { calls, node: openNode(toolCallNode, {}, { belt }) };
}

test('calls its tool with rendered arguments, as the workflow, under the step’s key', async () => {
  const { calls, node } = openTool({ content: [{ type: 'text', text: '3 files' }], structured: { count: 3 }, isError: false });
  const run = node.start({ server: 'files', tool: 'list_folder', args: { path: '{{ input }}', deep: true } }, { given: ['/notes'] });
  expect((await node.end(run)).outputs).toEqual({ out: { count: 3 } });
  expect(calls[0]).toMatchObject({
    actor: { kind: 'workflow' },
    server: 'files',
    tool: 'list_folder',
    args: { path: '/notes', deep: true },
    step: 'n',
    source: { kind: 'run', run, step: 'n' },
  });
});

test('without structured data its text is the result', async () => {
  const { node } = openTool({ content: [{ type: 'text', text: 'plain' }], isError: false });
  expect((await node.run({ server: 's', tool: 't' })).outputs).toEqual({ out: 'plain' });
});

test('links, pictures and notes are kept for who looks at the step; a text alone is not kept twice', async () => {
  const link = { type: 'resource-link', uri: 'notes://a', name: 'A', description: undefined } as const;
  const notes = ['It was refused: this server may not reach a.example.'];
  const { node } = openTool({ content: [{ type: 'text', text: 'see A' }, link], isError: false, notes });
  const outputs = (await node.run({ server: 'notes', tool: 't' })).outputs;
  expect(outputs).toEqual({
    out: 'see A\nA\nnotes://a',
    answer: {
      server: 'notes',
      content: [
        { type: 'text', text: 'see A' },
        { type: 'resource-link', uri: 'notes://a', name: 'A' },
      ],
      notes,
    },
  });
  expect(toolAnswer.safeParse(outputs?.[answerPort]).success).toBe(true);
  const noted = openTool({ content: [{ type: 'text', text: 'ok' }], isError: false, notes }).node;
  expect((await noted.run({ server: 'notes', tool: 't' })).outputs).toMatchObject({ out: 'ok', answer: { notes } });
  const plain = openTool({ content: [{ type: 'text', text: 'ok' }], isError: false, notes: [] }).node;
  expect((await plain.run({ server: 'notes', tool: 't' })).outputs).toEqual({ out: 'ok' });
});

test('a tool that says it failed fails the step, with what it said', async () => {
  const { node } = openTool({ content: [{ type: 'text', text: 'no such folder' }], isError: true });
  const end = await node.run({ server: 'files', tool: 'list_folder' });
  expect(end.error).toMatchObject({ code: 'tool-said-no', message: 'files.list_folder: no such folder' });
});

test('what its server was not let reach stands in the words of the failure', async () => {
  const { node } = openTool({
    content: [{ type: 'text', text: 'fetch failed' }],
    isError: true,
    notes: ['It was refused: Orrery is offline.'],
  });
  const end = await node.run({ server: 's', tool: 't' });
  expect(end.error?.message).toBe('s.t: fetch failed It was refused: Orrery is offline.');
});

test('what a crash in its middle means follows from the tool', () => {
  const effect = toolCallNode.effectOf?.({ server: 'files', tool: 'read_text', args: {} }, (server, tool) =>
    `${server}.${tool}` === 'files.read_text' ? 'none' : 'once',
  );
  expect(effect).toBe('none');
});
