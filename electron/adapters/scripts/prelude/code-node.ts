// n8n's Code node: the same names, and the same demands on what the code returns.

import { atItem, type Data, makeData } from './data.ts';
import { ExpressionError } from './errors.ts';
import { given, type Item, itemsOf } from './given.ts';

type Names = Record<string, unknown>;

const itemKeys: ReadonlySet<string> = new Set(['json', 'binary', 'pairedItem', 'error', 'index']);
const isObject = (value: unknown): value is Names => typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (what: string, more: string, index?: number): ExpressionError =>
  new ExpressionError(`${what}${index === undefined ? '' : ` [item ${index}]`}. ${more}`);

function checkItem(item: Names, index: number): void {
  if (!isObject(item.json))
    throw wrong("A 'json' property isn't an object", "In the returned data, every key named 'json' must point to an object.", index);
  if (item.binary !== undefined && !isObject(item.binary))
    throw wrong("A 'binary' property isn't an object", "In the returned data, every key named 'binary' must point to an object.", index);
  const unknown = Object.keys(item).find((key) => !itemKeys.has(key));
  if (unknown !== undefined)
    throw wrong(`Unknown top-level item key: ${unknown}`, 'Access the properties of an item under `.json`, e.g. `item.json`', index);
}

const isDate = (value: object): boolean => value instanceof Date;

/** What all-items code returned, as items: bare objects are put under `json`. */
function asItems(returned: unknown): Item[] {
  if (returned === undefined || returned === null || typeof returned !== 'object' || isDate(returned))
    throw wrong("Code doesn't return items properly", 'Please return an array of objects, one for each item you would like to output.');
  if (!Array.isArray(returned)) return [normal(returned as Names, 0)];
  if (returned.some((each) => !isObject(each)))
    throw wrong("Code doesn't return items properly", 'Please return an array of objects, one for each item you would like to output.');
  const all = returned as Names[];
  if (!all.some((each) => Object.keys(each).some((key) => itemKeys.has(key)))) return all.map((json) => ({ json }));
  return all.map((each, index) => {
    checkItem('json' in each ? each : { ...each, json: undefined }, index);
    return each as unknown as Item;
  });
}

function normal(value: Names, index: number): Item {
  if (!Object.keys(value).some((key) => itemKeys.has(key))) return { json: value };
  checkItem(value, index);
  return value as unknown as Item;
}

function asItem(returned: unknown, index: number): Item {
  if (typeof returned !== 'object' || returned === null)
    throw wrong(
      "Code doesn't return an object",
      `Please return an object representing the output item. ('${String(returned)}' was returned instead.)`,
      index,
    );
  if (Array.isArray(returned))
    throw wrong(
      "Code doesn't return a single object",
      returned.length > 0
        ? `An array of ${typeof returned[0]}s was returned. If you need to output multiple items, please use the 'Run Once for All Items' mode instead.`
        : 'An empty array was returned. If you need to output multiple items, please use the ‘Run Once for All Items’ mode instead.',
      index,
    );
  return normal(returned as Names, index);
}

const refuse = (what: string) => () => {
  throw new ExpressionError(`${what} is not there in the sandbox`);
};

/** Names as parameters of one async function, so that the code may declare its own of the same name. */
function compile(code: string, data: Data, more: Names): () => Promise<unknown> {
  const known: Names = {
    ...Object.fromEntries(Object.keys(data.names).map((name) => [name, undefined])),
    ...more,
    require: refuse('require'),
    $getWorkflowStaticData: staticDataOf,
    helpers: {},
  };
  const names = Object.keys(known);
  const make = new Function(...names, `return async()=>{${code}\n}`) as (...values: unknown[]) => () => Promise<unknown>;
  return () => {
    const values = names.map((name) => (name in data.names ? data.names[name] : known[name]));
    return make.call({}, ...values)();
  };
}

const kept = { global: undefined as Names | undefined, node: undefined as Names | undefined };
function staticDataOf(type: unknown): Names {
  const name = type === 'global' ? 'global' : 'node';
  kept[name] ??= { ...given().staticData?.[name] };
  return kept[name];
}
export const staticData = (): { global: Names; node: Names } => ({ global: staticDataOf('global'), node: staticDataOf('node') });

export async function runCode(code: string, mode: unknown): Promise<Item[]> {
  const from = given();
  const data = makeData(from, {});
  const items = itemsOf(from);
  if (mode !== 'runOnceForEachItem') return asItems(await compile(code, data, { items })());
  const made: Item[] = [];
  for (let index = 0; index < items.length; index += 1) {
    data.at = index;
    const returned = await atItem(data, index, compile(code, data, { item: items[index] }));
    made.push({ pairedItem: { item: index }, ...asItem(returned, index) });
  }
  return made;
}
