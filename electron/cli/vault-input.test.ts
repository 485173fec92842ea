import { expect, test } from 'vitest';
import { askNew } from './vault-input.ts';

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
