import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { jsonObject } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, '')) as JsonValue;
  } catch {
    throw new AppError('answer-not-json', 'The model did not answer with JSON.', {
      hint: 'Try a larger model, or remove the answer shape.',
      retryable: true,
      details: { answer: text.slice(0, 2000) },
    });
  }
}

export const modelPromptNode = defineNode({
  kind: 'model.prompt',
  version: 1,
  family: 'model',
  title: 'Ask a model',
  description: 'Sends one prompt to a model on this machine and gives its answer.',
  icon: 'sparkles',
  keywords: ['llm', 'prompt', 'ai', 'ollama', 'summarise', 'generate'],
  effect: 'idempotent',
  needs: ['models'],
  inputs: [{ name: 'in', label: 'Input', schema: {}, many: true }],
  outputs: [{ name: 'out', label: 'Answer', schema: {} }],
  config: z.object({
    model: z.string().default(''),
    system: z.string().default(''),
    prompt: z.string().min(1, 'needs a prompt'),
    shape: jsonObject.optional(),
  }),
  defaults: { model: '', system: '', prompt: '{{ input }}' },
  fields: [
    { key: 'model', label: 'Model', kind: 'model', help: 'Empty uses the default model.' },
    { key: 'prompt', label: 'Prompt', kind: 'template', lines: 6, required: true },
    { key: 'system', label: 'Character', kind: 'template', lines: 3, advanced: true },
    { key: 'shape', label: 'Answer shape', kind: 'json', advanced: true, help: 'A JSON Schema. The answer is then data of that shape.' },
  ],
  summary: '{{ model }}',
  async run({ config, use }) {
    const shape: JsonObject | undefined = config.shape !== undefined && Object.keys(config.shape).length > 0 ? config.shape : undefined;
    const answer = await use.models.prompt({
      prompt: config.prompt,
      ...(config.model === '' ? {} : { model: config.model }),
      ...(config.system === '' ? {} : { system: config.system }),
      ...(shape === undefined ? {} : { format: shape }),
    });
    return { out: shape === undefined ? answer.text : readJson(answer.text) };
  },
});
