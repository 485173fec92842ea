import { expect, it } from 'vitest';
import { z } from 'zod';
import { issueWords } from './issue-words.ts';

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
])('%#: in words', (schema, value, words) => {
  expect(wordsFor(schema, value)).toBe(words);
});
