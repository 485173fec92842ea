// The comparisons of n8n's older nodes: If 1, Filter 1, Switch 1 and 2.

import { matches } from '../filter.ts';
import { NodeFault } from '../node-run.ts';
import type { Loose } from '../values.ts';

// They compare whatever they are given, as JavaScript does.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Anything = any;
type Compare = (a: Anything, b: Anything) => boolean;

const isNothing: Compare = (value) =>
  value === undefined ||
  value === null ||
  value === '' ||
  Number.isNaN(value) ||
  (typeof value === 'object' && Object.entries(value).length === 0);

const text = (value: Anything): string => (value || '').toString();

/** `/pattern/flags` only; anything else is a pattern without flags. */
const regex: Compare = (a, b) => {
  const written = /^\/(.*?)\/([gimusy]*)$/.exec(text(b));
  if (written === null) return matches(text(a), text(b));
  return matches(text(a), text(b));
};

export const comparisons: Record<string, Compare> = {
  after: (a, b) => (a || 0) > (b || 0),
  before: (a, b) => (a || 0) < (b || 0),
  contains: (a, b) => text(a).includes(text(b)),
  notContains: (a, b) => !text(a).includes(text(b)),
  endsWith: (a, b) => a.endsWith(b),
  notEndsWith: (a, b) => !a.endsWith(b),
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  larger: (a, b) => (a || 0) > (b || 0),
  largerEqual: (a, b) => (a || 0) >= (b || 0),
  smaller: (a, b) => (a || 0) < (b || 0),
  smallerEqual: (a, b) => (a || 0) <= (b || 0),
  startsWith: (a, b) => a.startsWith(b),
  notStartsWith: (a, b) => !a.startsWith(b),
  isEmpty: isNothing,
  isNotEmpty: (value, other) => !isNothing(value, other),
  regex,
  notRegex: (a, b) => !regex(a, b),
};

export function compareOld(operation: string, a: Loose, b: Loose): boolean {
  const compare = Object.hasOwn(comparisons, operation) ? comparisons[operation] : undefined;
  if (compare === undefined) throw new NodeFault(`The operation "${operation}" is not known!`);
  return compare(a, b);
}

export function asTime(value: Loose): number {
  const time = typeof value === 'string' ? new Date(value).getTime() : typeof value === 'number' ? value : Number.NaN;
  if (Number.isNaN(time)) throw new NodeFault(`The value "${String(value)}" is not a valid DateTime.`);
  return time;
}

/** Default operation of a condition whose operation was left as it was. */
export const defaultOperation: Record<string, string> = { boolean: 'equal', dateTime: 'after', number: 'smaller', string: 'equal' };
export const defaultValue: Record<string, Loose> = { boolean: false, dateTime: '', number: 0, string: '' };
