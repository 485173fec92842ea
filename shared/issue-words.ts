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
const units: Record<string, [one: string, many: string]> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
};
/** Large numbers as people write them. */
const figure = (text: string): string => (/^\d{5,15}$/.test(text) ? Number(text).toLocaleString('en') : text);

export function issueWords({ message }: Pick<z.core.$ZodIssue, 'message'>): string {
  const type = /^Invalid input: expected (\w+), received (\w+)$/.exec(message);
  if (type !== null) return type[2] === 'undefined' ? 'is missing' : `must be ${kinds[type[1] as string] ?? type[1]}`;
  const option = /^Invalid option: expected one of (.+)$/.exec(message);
  if (option !== null) return `must be one of ${(option[1] as string).replaceAll('|', ', ')}`;
  return sizeWords(message) ?? formWords(message) ?? message;
}

function sizeWords(message: string): string | undefined {
  const size = /^Too (small|big): expected (\w+) to (?:be|have) (>|>=|<|<=|exactly )([\d.e+-]+)(?: \w+)?$/.exec(message);
  if (size === null) return undefined;
  const [, , kind = '', sign = '', bound = ''] = size;
  const unit = units[kind];
  if (kind === 'string' && sign === '>=' && bound === '1') return 'must not be empty';
  const word = { '>': 'more than', '>=': 'at least', '<': 'less than', '<=': 'at most' }[sign] ?? 'exactly';
  return `must ${unit === undefined ? 'be' : 'have'} ${word} ${figure(bound)}${unit === undefined ? '' : ` ${unit[bound === '1' ? 0 : 1]}`}`;
}

/** What else zod says by itself; undefined for a schema's own words. */
function formWords(message: string): string | undefined {
  if (message === 'Invalid input') return 'is nothing that fits here';
  if (message.startsWith('Invalid string: must match pattern')) return 'does not have the form that it needs';
  if (message.startsWith('Invalid key in ')) return 'has a name in it that cannot be used';
  const literal = /^Invalid input: expected (".*")$/.exec(message);
  if (literal !== null) return `must be ${literal[1]}`;
  const kind = /^Invalid discriminator value\. Expected (.+)$/.exec(message);
  if (kind !== null) return `must be one of ${(kind[1] as string).replaceAll("'", '"').replaceAll(' | ', ', ')}`;
  const unknown = /^Unrecognized keys?: (.+)$/.exec(message);
  if (unknown !== null) return `holds ${unknown[1]}, which is not known here`;
  const rule = /^Invalid (?:string|number): (must .+)$/.exec(message);
  if (rule !== null) return rule[1];
  const form = /^Invalid (\w[\w ]*)$/.exec(message);
  return form === null ? undefined : `must be a valid ${form[1]}`;
}

/** A whole sentence, with the name of the field as words: "Tokens per day must be at most 100.". What is a sentence stays as it is. */
export function issueSentence(issue: { message: string; path?: readonly unknown[] | undefined }): string {
  const words = issueWords(issue);
  if (!/^\p{Ll}/u.test(words)) return words;
  return `${fieldName(issue.path ?? [])} ${words}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** The same with the exact place in a file, for whoever mends the file by hand: "nodes[1].config must be an object.". */
export function issueAt(place: string, issue: Pick<z.core.$ZodIssue, 'message'> | undefined): string {
  if (issue === undefined) return `${place} does not fit.`;
  const words = issueWords(issue);
  return `${place}${/^\p{Ll}/u.test(words) ? '' : ':'} ${words}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** Of the innermost part that has a name; of one in a list, which of them. */
function fieldName(path: readonly unknown[]): string {
  const keys = path.map((part) => (typeof part === 'object' && part !== null && 'key' in part ? part.key : part));
  const at = keys.findLastIndex((key) => typeof key === 'string');
  if (at === -1) return 'The value';
  const words = String(keys[at])
    .replaceAll(/[-_]+/g, ' ')
    .replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const index = keys.slice(at + 1).find((key) => typeof key === 'number') as number | undefined;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${index === undefined ? '' : ` (number ${index + 1})`}`;
}
