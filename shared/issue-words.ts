// What zod says of a value that does not fit, as words that follow the name of its field: "is missing", "must be a number". What a schema
// says in its own words stays as it is.

import type { z } from 'zod';

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const units: Record<string, string> = { string: ' characters', array: ' items' };

export function issueWords({ message }: Pick<z.core.$ZodIssue, 'message'>): string {
  const type = /^Invalid input: expected (\w+), received (\w+)$/.exec(message);
  if (type !== null) return type[2] === 'undefined' ? 'is missing' : `must be ${kinds[type[1] as string] ?? type[1]}`;
  const option = /^Invalid option: expected one of (.+)$/.exec(message);
  if (option !== null) return `must be one of ${(option[1] as string).replaceAll('|', ', ')}`;
  const size = /^Too (small|big): expected (\w+) to (?:be|have) (>|>=|<|<=)([\d.e+-]+)(?: \w+)?$/.exec(message);
  if (size === null) return message;
  const [, , kind = '', sign = '', bound = ''] = size;
  const word = { '>': 'more than', '>=': 'at least', '<': 'less than', '<=': 'at most' }[sign] ?? sign;
  return `must ${units[kind] === undefined ? 'be' : 'have'} ${word} ${bound}${units[kind] ?? ''}`;
}
