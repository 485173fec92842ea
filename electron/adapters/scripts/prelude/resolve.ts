// Resolves a node's parameters, deep into objects and lists, for every item in one go.

import { type Data, makeData } from './data.ts';
import { ExpressionError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { type Given, given, itemsOf } from './given.ts';

type Names = Record<string, unknown>;

function resolveDeep(value: unknown, data: Data, place: string): unknown {
  if (Array.isArray(value)) return value.map((each, at) => resolveDeep(each, data, `${place}[${at}]`));
  if (value !== null && typeof value === 'object') {
    const resolved: Names = {};
    for (const [key, each] of Object.entries(value)) resolved[key] = resolveDeep(each, data, place === '' ? key : `${place}.${key}`);
    return resolved;
  }
  try {
    return evaluate(value, data.scope);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`${error.message} (parameter “${place}”, item ${data.at})`);
  }
}

export function resolveParameters(params: Names, options: { each?: boolean } = {}): unknown[] {
  const from = given();
  const data = makeData(from, params);
  const count = options.each === false ? 1 : Math.max(itemsOf(from).length, 1);
  return Array.from({ length: count }, (_, at) => {
    if (options.each !== false) data.at = at;
    return resolveDeep(params, data, '');
  });
}

let last: { from: Given; data: Data } | undefined;

export function resolveValue(value: unknown, itemIndex = 0): unknown {
  const from = given();
  // Called for item after item: what they see is made once.
  if (last?.from !== from) last = { from, data: makeData(from, {}) };
  last.data.at = itemIndex;
  return resolveDeep(value, last.data, 'value');
}
