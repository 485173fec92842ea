// n8n's extension functions of lists.

import { isSame } from './equal.ts';
import { ExpressionError } from './errors.ts';
import { compactObject, type Plain } from './extend-object.ts';

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null;

function numbers(list: unknown[], name: string): number[] {
  if (list.some((each) => typeof each !== 'number')) throw new ExpressionError(`${name}(): all array elements must be numbers`);
  return list as number[];
}
const sum = (list: unknown[], name = 'sum'): number => numbers(list, name).reduce((total, each) => total + each, 0);
export const average = (list: unknown[]): number => (list.length === 0 ? 0 : sum(list, 'average') / list.length);

function otherList(value: unknown, message: string): unknown[] {
  if (!Array.isArray(value)) throw new ExpressionError(message);
  return value;
}
const listNeeded = (name: string): string => `${name}(): expected array arg, e.g. .${name}([1, 2, 3, 4])`;
const objectsNeeded = (name: string): string => `${name}(): expected array arg, e.g. .${name}([{ id: 1, otherValue: 3 }])`;

function unique(list: unknown[], ...fields: string[]): unknown[] {
  const seen: unknown[] = [];
  return list.filter((each) => {
    const by = fields.length > 0 && isObject(each) ? Object.fromEntries(fields.map((field) => [field, each[field]])) : each;
    if (seen.some((other) => isSame(other, by))) return false;
    seen.push(by);
    return true;
  });
}

function chunk(list: unknown[], size: unknown): unknown[][] {
  if (typeof size !== 'number' || !(size > 0)) throw new ExpressionError('chunk(): expected non-zero numeric arg, e.g. .chunk(5)');
  const parts: unknown[][] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}

function pluck(list: unknown[], ...fields: string[]): unknown[] {
  if (fields.length === 0) return list;
  const found: unknown[] = [];
  for (const each of list) {
    if (!isObject(each)) continue;
    const values = Object.keys(each).flatMap((key) => fields.filter((field) => field === key).map(() => each[key]));
    if (values.length > 0) found.push(values.length === 1 ? values[0] : values);
  }
  return found;
}

/** Fields of `a`, and those of `b` that `a` lacks. */
const joined = (a: Plain, b: unknown): Plain => ({ ...(isObject(b) ? b : {}), ...a });
const inOrder = (a: Plain, b: unknown): Plain => {
  const both: Plain = { ...a };
  for (const [key, value] of Object.entries(isObject(b) ? b : {})) if (!Object.hasOwn(both, key)) both[key] = value;
  return both;
};

function merge(list: unknown[], others?: unknown): Plain {
  if (others === undefined)
    return list.reduce<Plain>((all, each) => (isObject(each) && !Array.isArray(each) ? inOrder(all, each) : all), {});
  const second = otherList(others, objectsNeeded('merge'));
  const merged: Plain = {};
  for (let at = 0; at < Math.max(list.length, second.length); at += 1) {
    const first = list[at];
    if (isObject(first) && typeof second[at] === 'object') Object.assign(merged, inOrder(first, second[at]));
  }
  return merged;
}

function mergeIntoObject(list: unknown[], others: unknown): Plain {
  const second = otherList(others, objectsNeeded('mergeIntoObject'));
  const merged: Plain = {};
  for (let at = 0; at < Math.max(list.length, second.length); at += 1) {
    const first = list[at];
    const other = second[at];
    if (isObject(first)) Object.assign(merged, inOrder(first, other));
    else if (isObject(other)) Object.assign(merged, joined({}, other));
  }
  return merged;
}

function renameKeys(list: unknown[], ...names: string[]): unknown[] {
  if (names.length === 0 || names.length % 2 !== 0)
    throw new ExpressionError(
      'renameKeys(): expected an even amount of args: from1, to1 [, from2, to2, ...]. e.g. .renameKeys("name", "title")',
    );
  return list.map((each) => {
    if (!isObject(each)) return each;
    const renamed: Plain = { ...each };
    for (const [from, to] of chunk(names, 2) as [string, string][])
      if (Object.hasOwn(renamed, from)) {
        renamed[to] = renamed[from];
        delete renamed[from];
      }
    return renamed;
  });
}

function smartJoin(list: unknown[], key: unknown, value: unknown): Plain {
  if (typeof key !== 'string' || typeof value !== 'string' || key === '' || value === '')
    throw new ExpressionError('smartJoin(): expected two string args, e.g. .smartJoin("name", "value")');
  const made: Plain = {};
  for (const each of list) if (isObject(each) && key in each && value in each) made[String(each[key])] = each[value];
  return made;
}

const isIn = (list: unknown[], value: unknown): boolean => list.some((each) => isSame(each, value));

function compact(list: unknown[]): unknown[] {
  return list
    .filter(
      (each) => !(isObject(each) && Object.keys(each).length === 0) && each !== null && each !== undefined && each !== 'nil' && each !== '',
    )
    .map((each) => (isObject(each) ? compactObject(each) : each));
}

const nothing = (): undefined => undefined;

type OfList = (list: unknown[], ...given: never[]) => unknown;
export const arrayExtensions: Record<string, OfList> = {
  unique,
  removeDuplicates: unique,
  first: (list) => list[0],
  last: (list) => list.at(-1),
  reverse: (list) => [...list].reverse(),
  pluck,
  randomItem: (list) => list[Math.floor(Math.random() * list.length)],
  sum: (list) => sum(list),
  min: (list) => Math.min(...numbers(list, 'min')),
  max: (list) => Math.max(...numbers(list, 'max')),
  average,
  isNotEmpty: (list) => list.length > 0,
  isEmpty: (list) => list.length === 0,
  compact,
  smartJoin,
  chunk,
  renameKeys,
  merge,
  mergeIntoObject,
  union: (list, others: unknown) => unique([...list, ...otherList(others, listNeeded('union'))]),
  difference: (list, others: unknown) => {
    const second = otherList(others, listNeeded('difference'));
    return unique(list.filter((each) => !isIn(second, each)));
  },
  intersection: (list, others: unknown) => {
    const second = otherList(others, listNeeded('intersection'));
    return unique([...list.filter((each) => isIn(second, each)), ...second.filter((each) => isIn(list, each))]);
  },
  append: (list, ...more: unknown[]) => list.concat(more),
  toJsonString: (list) => JSON.stringify(list),
  toInt: nothing,
  toFloat: nothing,
  toBoolean: nothing,
  toDateTime: nothing,
};
