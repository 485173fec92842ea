import { expect, it } from 'vitest';
import { quickAnswers } from './quick-answers.ts';

const id = 2 ** 20;
const answer = (number: number, text = 'hi', more: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: number, result: { content: [{ type: 'text', text }], ...more } });
const read = (text: string, waiting: readonly number[] = [id, id + 1]) => quickAnswers(Buffer.from(text), (each) => waiting.includes(each));

it('reads whole lines of plain answers, in their order', () => {
  expect(read(`${answer(id + 1, 'zwei ✓')}\n${answer(id, 'eins', { isError: true })}\n`)).toEqual([
    { id: id + 1, result: { content: [{ type: 'text', text: 'zwei ✓' }], isError: false } },
    { id, result: { content: [{ type: 'text', text: 'eins' }], isError: true } },
  ]);
});

it.each([
  ['nothing', ''],
  ['the middle of a line', answer(id)],
  ['a whole line and the beginning of another', `${answer(id)}\n${answer(id + 1).slice(0, 20)}`],
  ['an answer that nobody waits for', `${answer(id)}\n${answer(7)}\n`],
  ['the same answer twice', `${answer(id)}\n${answer(id)}\n`],
  ['an error', `${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'no' } })}\n`],
  ['a request under the same number', `${JSON.stringify({ jsonrpc: '2.0', id, method: 'roots/list' })}\n`],
  ['an answer with a method', `${answer(id).replace('{', '{"method":"ping",')}\n`],
  ['a notification beside an answer', `${answer(id)}\n${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message' })}\n`],
  ['an image', `${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'image', data: '', mimeType: 'image/png' }] } })}\n`],
  ['no JSON', 'hello\n'],
  ['an empty line', `${answer(id)}\n\n`],
  ['a batch', `[${answer(id)}]\n`],
  ['another version', `${answer(id).replace('2.0', '1.0')}\n`],
  ['a key that reaches a prototype', `${answer(id, 'x', { structuredContent: { a: 1 } }).replace('"a"', '"__proto__"')}\n`],
  [
    'deep nesting',
    `${answer(id, 'x', { structuredContent: { a: 1 } }).replace('{"a":1}', `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`)}\n`,
  ],
  ['more than is read here', `${answer(id, 'x'.repeat(17_000))}\n`],
])('leaves %s to the worker, and all that came with it', (_, text) => {
  expect(read(text)).toBeUndefined();
});
