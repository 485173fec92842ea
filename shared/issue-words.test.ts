import { expect, it } from 'vitest';
import { z } from 'zod';
import { issueAt, issueSentence, issueWords } from './issue-words.ts';

const wordsFor = (schema: z.ZodType, value: unknown): string => {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) throw new Error('It fits.');
  return issueWords(issue);
};

// Against zod itself, so that other words of a newer zod are seen.
it.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, 'is missing'],
  [z.string(), 3, 'must be a text'],
  [z.number(), 'x', 'must be a number'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'x', 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.object({}), 3, 'must be an object'],
  [z.record(z.string(), z.string()), 3, 'must be an object'],
  [z.enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().max(64), 65, 'must be at most 64'],
  [z.string().max(3), 'xxxx', 'must have at most 3 characters'],
  [z.array(z.string()).min(2), [], 'must have at least 2 items'],
  [z.string().min(1, 'needs a question'), '', 'needs a question'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().length(3), 'x', 'must have exactly 3 characters'],
  [z.array(z.string()).min(1), [], 'must have at least 1 item'],
  [z.number().max(100_000_000), 1e9, 'must be at most 100,000,000'],
  [z.string().regex(/^\d\d:\d\d$/), 'x', 'does not have the form that it needs'],
  [z.string().startsWith('a'), 'b', 'must start with "a"'],
  [z.number().multipleOf(5), 3, 'must be a multiple of 5'],
  [z.literal('x'), 'y', 'must be "x"'],
  [z.url(), 'x', 'must be a valid URL'],
  [z.union([z.string(), z.number()]), {}, 'is nothing that fits here'],
  [z.strictObject({}), { b: 1 }, 'holds "b", which is not known here'],
  [z.record(z.string().max(2), z.string()), { abc: 'x' }, 'has a name in it that cannot be used'],
  [
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    { kind: 'c' },
    'must be one of "a", "b"',
  ],
])('%#: in words', (schema, value, words) => {
  expect(wordsFor(schema, value)).toBe(words);
});

it('is a sentence with its field as words; a sentence stays one', () => {
  const schema = z.object({ conditions: z.object({ tokensPerDay: z.number().max(5), folders: z.array(z.string()) }), id: z.string() });
  const given = { conditions: { tokensPerDay: 6, folders: ['a', 2] } };
  expect(schema.safeParse(given).error?.issues.map(issueSentence)).toEqual([
    'Tokens per day must be at most 5.',
    'Folders (number 2) must be a text.',
    'Id is missing.',
  ]);
  expect(issueSentence({ message: 'Too long.', path: ['name'] })).toBe('Too long.');
  expect(issueSentence({ message: 'needs a question', path: [{ key: 'ask' }] })).toBe('Ask needs a question.');
  expect(issueSentence({ message: 'must be there' })).toBe('The value must be there.');
});

it('keeps the exact place of what is mended by hand', () => {
  const issues = z.object({ nodes: z.array(z.object({})) }).safeParse({ nodes: [{}, 7] }).error?.issues;
  expect(issueAt('nodes[1]', issues?.[0])).toBe('nodes[1] must be an object.');
  expect(issueAt('name', { message: 'Too long.' })).toBe('name: Too long.');
  expect(issueAt('the file', undefined)).toBe('the file does not fit.');
});
