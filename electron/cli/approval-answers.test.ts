import { expect, test } from 'vitest';
import { type ApprovalItem, alwaysLines, answersOf, readApproval } from './approval-answers.ts';

const item = (request: Partial<ApprovalItem['request']>, conversation?: string): ApprovalItem =>
  ({ conversation, request: { kind: 'approval', hash: 'h', ...request } }) as ApprovalItem;
const choices = [
  { id: 'exact', words: 'files.read with exactly these arguments' },
  { id: 'tool', words: 'files.read with any arguments' },
] as const;

test('where “always” can mean several things, it is said which', () => {
  const several = item({ choices: [...choices] }, 'co-1');
  expect(answersOf(several)).toEqual(['once', 'chat', 'always:exact', 'always:tool', 'no']);
  expect(alwaysLines(several)[0]).toBe('“always:exact” allows: files.read with exactly these arguments');
  expect(readApproval(several, 'always:exact')).toMatchObject({ answer: 'always', choice: 'exact', hash: 'h' });
  expect(readApproval(several, 'always tool')).toMatchObject({ choice: 'tool' });
  expect(() => readApproval(several, 'always')).toThrow(
    expect.objectContaining({ code: 'input-answer', hint: expect.stringContaining('always:exact') }),
  );
  expect(() => readApproval(several, 'always:host')).toThrow();
  expect(readApproval(several, 'c')).toMatchObject({ answer: 'conversation' });
});

test('what asks every time, and who is unknown, takes no “always”; outside of a chat there is no “chat”', () => {
  expect(answersOf(item({ choices: [] }))).toEqual(['once', 'no']);
  expect(answersOf(item({ taints: ['untrusted'] as never, always: ['x'] }, 'co-1'))).toEqual(['once', 'no']);
  expect(alwaysLines(item({ choices: [], always: ['x'] }))).toEqual([]);
  for (const text of ['always', 'chat', 'maybe', 'once:tool', '']) expect(() => readApproval(item({ choices: [] }), text)).toThrow();
});

test('one way to say “always” needs no word more', () => {
  expect(readApproval(item({ choices: [choices[1]] }), 'always')).toEqual({
    kind: 'approval',
    answer: 'always',
    choice: 'tool',
    hash: 'h',
  });
  expect(readApproval(item({ always: ['Changes to Notes'] }), 'a')).toEqual({ kind: 'approval', answer: 'always', hash: 'h' });
  expect(readApproval(item({}), 'n')).toMatchObject({ answer: 'deny' });
});
