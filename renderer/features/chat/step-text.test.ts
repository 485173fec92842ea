import { expect, it } from 'vitest';
import type { ToolCallPart } from '../../../shared/model/chat.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import { stepSummary } from './step-text.ts';

const done = (result: ToolResult): ToolCallPart => ({
  ...{ type: 'tool-call', call: 'c', server: 'pics' as never, tool: 'find', state: 'done', startedAt: 0 },
  args: { query: 'lake' },
  result,
});
const link = { type: 'resource-link', uri: 'pics://lake.png', name: 'The lake', description: 'Taken from the pier' } as const;
const image = { type: 'image', data: 'AAAA', mimeType: 'image/png' } as const;

it('says the first line of the text, and what came beside it by its kind and number', () => {
  const text = { type: 'text', text: '2 pictures\nof lakes' } as const;
  expect(stepSummary(done({ content: [text], isError: false }))).toBe('2 pictures · 1 more line');
  expect(stepSummary(done({ content: [text, link, link, image], isError: false }))).toBe(
    '2 pictures · 1 more line · 1 picture · 2 resources',
  );
  expect(stepSummary(done({ content: [image, image], isError: false }))).toBe('2 pictures');
  expect(stepSummary(done({ content: [link], structured: { lakes: [1, 2] }, isError: false }))).toBe('2 lakes · 1 resource');
  expect(stepSummary(done({ content: [], isError: false }))).toBe('lake');
  expect(stepSummary(done({ content: [text], isError: true }))).toBe('2 pictures · 1 more line');
});
