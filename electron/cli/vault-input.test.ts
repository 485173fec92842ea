import { expect, test } from 'vitest';
import { askNew, typed } from './vault-input.ts';

const typing = (...lines: string[]): { asked: string[]; ask: (what: string) => Promise<string> } => {
  const asked: string[] = [];
  return {
    asked,
    ask: (what) => {
      asked.push(what);
      return Promise.resolve(lines.shift() ?? '');
    },
  };
};

test('a new passphrase is asked for twice at a terminal, and again after a slip', async () => {
  const slipped = typing('korrekt horse', 'correct horse', 'correct horse', 'correct horse');
  expect(await askNew('New passphrase', slipped.ask, true)).toBe('correct horse');
  expect(slipped.asked).toEqual(['New passphrase', 'The same once more', 'New passphrase', 'The same once more']);
});

test('three slips change nothing', async () => {
  const { ask } = typing('a', 'b', 'c', 'd', 'e', 'f');
  await expect(askNew('New passphrase', ask, true)).rejects.toMatchObject({ code: 'input-differs' });
});

test('what is piped in is one line, as scripts have it', async () => {
  const piped = typing('correct horse', 'the next answer');
  expect(await askNew('New passphrase', piped.ask, false)).toBe('correct horse');
  expect(piped.asked).toHaveLength(1);
});

test.each([
  ['is given with Enter', '', 'correct\r', { text: 'correct', end: 'given' }],
  ['comes in pieces', 'cor', 'rect', { text: 'correct' }],
  ['loses a whole sign', 'caf\u{1f600}', '\u007f', { text: 'caf' }],
  ['is emptied by Ctrl-U', 'wrong', '\u0015right', { text: 'right' }],
  ['has no arrows and no Ctrl-A in it', 'a', '\u001b[A\u001bOD\u0001\u001b[3~b', { text: 'ab' }],
  ['ends with Ctrl-D when nothing was typed', '', '\u0004', { text: '', end: 'given' }],
  ['goes on after Ctrl-D when something was', 'a', '\u0004b', { text: 'ab' }],
  ['is stopped by Ctrl-C', 'abc', '\u0003', { text: '', end: 'stopped' }],
])('what is typed unseen %s', (_name, before, keys, after) => expect(typed(before, keys)).toEqual(after));
