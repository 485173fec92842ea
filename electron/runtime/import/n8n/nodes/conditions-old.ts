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
  after: (value1, value2) => (value1 || 0) > (value2 || 0),
  before: (value1, value2) => (value1 || 0) < (value2 || 0),
  contains: (value1, value2) => text(value1).includes(text(value2)),
  notContains: (value1, value2) => !text(value1).includes(text(value2)),
  endsWith: (value1, value2) => value1.endsWith(value2),
  notEndsWith: (value1, value2) => !value1.endsWith(value2),
  equal: (value1, value2) => value1 === value2,
  notEqual: (value1, value2) => value1 !== value2,
  larger: (value1, value2) => (value1 || 0) > (value2 || 0),
  largerEqual: (value1, value2) => (value1 || 0) >= (value2 || 0),
  smaller: (value1, value2) => (value1 || 0) < (value2 || 0),
  smallerEqual: (value1, value2) => (value1 || 0) <= (value2 || 0),
  startsWith: (value1, value2) => value1.startsWith(value2),
  notStartsWith: (value1, value2) => !value1.startsWith(value2),
  isEmpty: isNothing,
  isNotEmpty: (value, other) => !isNothing(value, other),
  regex,
  notRegex: (value1, value2) => !regex(value1, value2),
};

export function compareOld(operation: string, a: Loose, b: Loose): boolean {
  const compare = Object.hasOwn(comparisons, operation) ? comparisons[operation] : undefined;
  if (compare === undefined) throw new NodeFault(`The operation "${operation}" is not known!`);
  return compare(a, b);
}

/** Switch has fewer of them. */
export function compareSwitch(operation: string, a: Loose, b: Loose): boolean {
  if (operation === 'isEmpty' || operation === 'isNotEmpty')
    throw new NodeFault('compareOperationFunctions[ruleData.operation] is not a function');
  return compareOld(operation, a, b);
}

export function asTime(value: unknown): number {
  const time =
    typeof value === 'string'
      ? new Date(value).getTime()
      : typeof value === 'number'
        ? value
        : value instanceof Date
          ? value.getTime()
          : Number.NaN;
  if (Number.isNaN(time)) throw new NodeFault(`The value "${String(value)}" is not a valid DateTime.`);
  return time;
}

/** Default operation of a condition whose operation was left as it was. */
export const defaultOperation: Record<string, string> = { boolean: 'equal', dateTime: 'after', number: 'smaller', string: 'equal' };
export const defaultValue: Record<string, Loose> = { boolean: false, dateTime: '', number: 0, string: '' };
