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

it('says what came beside the text by its kind and number, then the first line of the text', () => {
  const text = { type: 'text', text: '2 pictures\nof lakes' } as const;
  expect(stepSummary(done({ content: [text], isError: false }))).toBe('2 pictures · 1 more line');
  expect(stepSummary(done({ content: [text, link, link, image], isError: false }))).toBe(
    '1 picture · 2 resources · 2 pictures · 1 more line',
  );
  expect(stepSummary(done({ content: [image, image], isError: false }))).toBe('2 pictures');
  expect(stepSummary(done({ content: [link], structured: { lakes: [1, 2] }, isError: false }))).toBe('1 resource · 2 lakes');
  expect(stepSummary(done({ content: [], isError: false }))).toBe('lake');
  expect(stepSummary(done({ content: [text], isError: true }))).toBe('2 pictures · 1 more line');
});
