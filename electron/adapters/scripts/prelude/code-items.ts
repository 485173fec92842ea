// What n8n's Code node demands of what its code returns, and how it makes items of it.

import { ExpressionError } from './errors.ts';
import type { Item } from './given.ts';

type Names = Record<string, unknown>;

const itemKeys: ReadonlySet<string> = new Set(['json', 'binary', 'pairedItem', 'error', 'index']);
const isObject = (value: unknown): value is Names =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const wrong = (what: string, more: string, index?: number): ExpressionError =>
  new ExpressionError(`${what}${index === undefined ? '' : ` [item ${index}]`}. ${more}`);
const noItems = (): ExpressionError =>
  wrong("Code doesn't return items properly", 'Please return an array of objects, one for each item you would like to output.');
const mixed = (): ExpressionError => new ExpressionError('Inconsistent item format');

function checkItem({ json, binary }: Names, index: number): void {
  const must = (name: string): string => `In the returned data, every key named '${name}' must point to an object.`;
  if (!isObject(json)) throw wrong("A 'json' property isn't an object", must('json'), index);
  if (binary !== undefined && !isObject(binary)) throw wrong("A 'binary' property isn't an object", must('binary'), index);
}

function checkKeys(item: Names, index: number): void {
  const keys = Object.keys(item);
  const unknown = keys.find((key) => !itemKeys.has(key));
  if (unknown === undefined) return;
  const reserved = keys.find((key) => itemKeys.has(key));
  if (reserved !== undefined)
    throw wrong(
      'Invalid output format',
      `An output item contains the reserved key ${reserved}. Wrap each item in an object, under a key called json.`,
      index,
    );
  throw wrong(`Unknown top-level item key: ${unknown}`, 'Access the properties of an item under `.json`, e.g. `item.json`', index);
}

/** Bare objects are put under `json`; all or none may be items already. */
function normalized(list: Names[]): Names[] {
  const withJson = list.filter((each) => 'json' in each).length;
  if (withJson === list.length) return list;
  if (withJson > 0) throw mixed();
  const withBinary = list.filter((each) => 'binary' in each).length;
  if (withBinary > 0 && withBinary < list.length) throw mixed();
  if (withBinary === 0) return list.map((json) => ({ json }));
  return list.map(({ binary, ...json }) => ({ json, binary }));
}

/** Of code that ran once for all items. */
export function asItems(returned: unknown): Item[] {
  if (returned === null) return [];
  if (typeof returned !== 'object') throw noItems();
  let list: Names[];
  if (Array.isArray(returned)) {
    if (!returned.every(isObject)) throw noItems();
    const all = returned as Names[];
    if (all.some((each) => Object.keys(each).some((key) => itemKeys.has(key)))) all.forEach(checkKeys);
    list = normalized(all);
  } else {
    const one = returned as Names;
    list = [one.json ? one : { json: one }];
  }
  list.forEach(checkItem);
  return list as unknown as Item[];
}

/** Of code that runs for each item: only its data counts, and it belongs to the item that it ran for. Nothing drops the item. */
export function asItem(returned: unknown, index: number): Item | undefined {
  if (returned === null || returned === undefined || returned === '' || returned === 0 || returned === false) return undefined;
  const own = isObject(returned) ? returned : {};
  const json = !isObject(returned) ? returned : 'json' in own ? own.json : 'binary' in own ? {} : own;
  const item: Names = { json, ...(own.binary ? { binary: own.binary } : {}), pairedItem: { item: index } };
  checkItem(item, index);
  return item as unknown as Item;
}
