import { expect, it } from 'vitest';
import { quickAnswers } from './quick-answers.ts';

const id = 2 ** 20;
const answer = (number: number, text = 'hi', more: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: number, result: { content: [{ type: 'text', text }], ...more } });
const read = (text: string, waiting: readonly number[] = [id, id + 1]) =>
  quickAnswers(Buffer.from(text), (each) => (waiting.includes(each) ? 'result' : undefined));

it('reads whole lines of plain answers, in their order', () => {
  expect(read(`${answer(id + 1, 'zwei ✓')}\n${answer(id, 'eins', { isError: true })}\n`)).toEqual([
    { id: id + 1, result: { content: [{ type: 'text', text: 'zwei ✓' }], isError: false } },
    { id, result: { content: [{ type: 'text', text: 'eins' }], isError: true } },
  ]);
});

it('a sign of life is any answer to its number, and nothing of it is handed on', () => {
  const sign = (text: string) => quickAnswers(Buffer.from(text), (each) => (each === id ? 'sign' : each === id + 1 ? 'worker' : undefined));
  expect(sign(`{"jsonrpc":"2.0","id":${id},"result":{"x":[1]}}\n`)).toEqual([{ id, result: null }]);
  expect(sign(`{"jsonrpc":"2.0","id":${id},"error":{"code":1,"message":"no"}}\n`)).toBeUndefined();
  expect(sign(`${answer(id + 1)}\n`)).toBeUndefined();
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

// What others wrote is parsed here on the main loop: whatever it is, it takes a bounded number of steps, and reaches nothing of ours.
const most = 16 * 1024;
const within = (before: string, filling: string, after: string): string => {
  const room = most - before.length - after.length - 1;
  return `${before}${filling.repeat(Math.floor(room / filling.length))}${after}\n`;
};
const result = (inside: string) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"hi"}]${inside}}}`;
const split = (inside: string): [string, string] => {
  const whole = result(`,"structuredContent":${inside}`);
  const at = whole.indexOf('@');
  return [whole.slice(0, at), whole.slice(at + 1)];
};
const [objects, objectsEnd] = split('{"a":@}');
const nested = (open: string, close: string): string => {
  const room = Math.floor((most - objects.length - objectsEnd.length - 2) / (open.length + close.length));
  return `${objects}${open.repeat(room)}1${close.repeat(room)}${objectsEnd}\n`;
};
const hostile: [string, string][] = [
  ['objects in objects', nested('{"a":', '}')],
  ['lists in lists', nested('[', ']')],
  ['brackets that never close', within(objects, '[', '')],
  ['as many values as fit', within(`${objects}[0`, ',0', `]${objectsEnd}`)],
  ['as many empty lists as fit', within(`${objects}[[]`, ',[]', `]${objectsEnd}`)],
  ['one key again and again', within(`${objects}{"k":1`, ',"k":1', `}${objectsEnd}`)],
  ['keys that are numbers', within(`${objects}{"4294967294":1`, ',"4294967293":1', `}${objectsEnd}`)],
  ['a long number', within(`${objects}1`, '9', objectsEnd)],
  ['signs that are written out', within(`${objects}"`, '\\u0000', `"${objectsEnd}`)],
  ['halves of pairs', within(`${objects}"`, '\\ud800', `"${objectsEnd}`)],
  ['spaces', within(objects, ' ', `1${objectsEnd}`)],
  ['as many lines as fit', '\n'.repeat(most)],
  ['the same answer in as many lines as fit', within('', `${answer(id)}\n`, '').replace(/\n+$/, '\n')],
  ['a prototype for all', `${objects}{"__proto__":{"polluted":true}}${objectsEnd}\n`],
  ['a prototype written otherwise', `${objects}{"\\u005f_proto__":{"polluted":true}}${objectsEnd}\n`],
  ['a prototype of the answer', `${result('').replace('{"content"', '{"__proto__":{"isError":true,"polluted":true},"content"')}\n`],
  ['a prototype of the message', `${result('').replace('{"jsonrpc"', '{"__proto__":{"polluted":true},"jsonrpc"')}\n`],
  ['a prototype of a text', `${result('').replace('{"type"', '{"__proto__":{"polluted":true},"type"')}\n`],
  ['a constructor', `${objects}{"constructor":{"prototype":{"polluted":true}}}${objectsEnd}\n`],
  ['two results', `${result('').replace(/}$/, `,"result":{"content":[{"type":"text","text":"other"}],"polluted":true}}`)}\n`],
  ['two ids', `${result('').replace('"id":', `"id":7,"id":`)}\n`],
  ['a list that says how long it is', `${result('').replace('[{"type":"text","text":"hi"}]', '{"length":4294967295}')}\n`],
];

it.each(hostile)('is not held up by, and takes nothing from, %s', (_, text) => {
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
  const keys = [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length);
  const before = process.cpuUsage();
  let answers: ReturnType<typeof read>;
  for (let i = 0; i < 100; i += 1) answers = read(text);
  const { user } = process.cpuUsage(before);
  // Some hundredths of a millisecond each; what grew with the square of it would take hundreds of milliseconds.
  expect(user / 100).toBeLessThan(20_000);
  expect([Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each).length)).toEqual(keys);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  // Either it goes to the worker, or it is what a server may honestly say: plain texts, and data that is its own.
  for (const { result: taken } of answers ?? []) {
    if (taken === null) throw new Error('Nobody asked for a sign of life.');
    expect(taken.content).toEqual([{ type: 'text', text: 'hi' }]);
    expect(taken.isError).toBe(false);
    expect(Object.getPrototypeOf(taken)).toBe(Object.prototype);
    expect((taken as { polluted?: boolean }).polluted).toBeUndefined();
    expect((taken.structured as { polluted?: boolean } | undefined)?.polluted).toBeUndefined();
    expect(JSON.stringify(taken)).not.toMatch(/__proto__|constructor|polluted/);
  }
});
