import { z } from 'zod';
import { listSchema } from '../../../shared/model/json-schema.ts';
import { defineNode } from './define-node.ts';

export const recallNode = defineNode({
  kind: 'memory.recall',
  version: 1,
  family: 'memory',
  title: 'Recall',
  description: 'Finds what memory holds on a subject, best first.',
  icon: 'search',
  keywords: ['memory', 'search', 'find', 'remember'],
  // What is remembered changes with time: the journal keeps what was found, so that a resumed run sees the same.
  effect: 'none',
  needs: ['memory'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    {
      name: 'out',
      label: 'Memories',
      schema: listSchema({
        type: 'object',
        properties: { id: { type: 'string' }, text: { type: 'string' }, createdAt: { type: 'number' } },
      }),
    },
  ],
  config: z.object({
    query: z.string().default(''),
    key: z.string().default(''),
    tag: z.string().default(''),
    limit: z.number().int().min(1).max(100).default(5),
  }),
  defaults: { query: '{{ input }}', key: '', tag: '', limit: 5 },
  fields: [
    { key: 'query', label: 'Look for', kind: 'template', lines: 2 },
    { key: 'key', label: 'Or the one with this key', kind: 'template', lines: 1 },
    { key: 'tag', label: 'Only with this tag', kind: 'text', advanced: true },
    { key: 'limit', label: 'At most', kind: 'number', min: 1, max: 100 },
  ],
  summary: '{{ query }}',
  async run({ config, use }) {
    if (config.query.trim() === '' && config.key === '') return { out: [] };
    const hits = await use.memory.recall(config.query, {
      limit: config.limit,
      ...(config.tag === '' ? {} : { tag: config.tag }),
      ...(config.key === '' ? {} : { key: config.key }),
    });
    return { out: hits.map((hit) => ({ id: hit.id, text: hit.text, tags: hit.tags, createdAt: hit.createdAt, updatedAt: hit.updatedAt })) };
  },
});
