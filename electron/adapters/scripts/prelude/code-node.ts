// n8n's Code node: the same names, and the same demands on what the code returns.

import { byteNames } from './bytes.ts';
import { asItem, asItems } from './code-items.ts';
import { type Data, makeData } from './data.ts';
import { ExpressionError } from './errors.ts';
import { given, type Item, itemsOf } from './given.ts';
import { timerNames } from './timers.ts';

type Names = Record<string, unknown>;

const refuse = (what: string): never => {
  throw new ExpressionError(`${what} is not there in the sandbox`);
};
/** n8n's helpers reach the network and files: each says that it is not there. */
const helpers = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? undefined : () => refuse(`helpers.${name}()`)) });
const always: Names = { ...byteNames, ...timerNames, helpers, require: (name: unknown) => refuse(`require(${JSON.stringify(name)})`) };

/** Names as parameters of one async function, so that the code may declare its own of the same name. */
function compile(code: string, data: Data, more: Names): () => Promise<unknown> {
  const known: Names = {
    ...Object.fromEntries(Object.keys(data.names).map((name) => [name, undefined])),
    ...always,
    ...more,
    $getWorkflowStaticData: staticDataOf,
  };
  const names = Object.keys(known);
  const make = new Function(...names, `return async()=>{${code}\n}`) as (...values: unknown[]) => () => Promise<unknown>;
  return () => {
    const values = names.map((name) => (name in data.names ? data.names[name] : known[name]));
    return make.call({ helpers }, ...values)();
  };
}

const kept = { global: undefined as Names | undefined, node: undefined as Names | undefined };
function staticDataOf(type: unknown): Names {
  const name = type === 'global' ? 'global' : 'node';
  kept[name] ??= { ...given().staticData?.[name] };
  return kept[name];
}
export const staticData = (): { global: Names; node: Names } => ({ global: staticDataOf('global'), node: staticDataOf('node') });

/** Asked for before anything runs, as n8n does: what one item's code may not have. */
function checkEach(code: string): void {
  const asked = /\$input\.(first|last|all|itemMatching)/.exec(code)?.[1];
  const used = code.split('\n').some((line) => asked !== undefined && line.includes(asked) && !/^\s*(\/\/|\/\*|\*)/.test(line));
  if (used) throw new ExpressionError(`Can't use .${asked}() here. This is only available in 'Run Once for All Items' mode`);
}

export async function runCode(code: string, mode: unknown): Promise<Item[]> {
  const from = given();
  const data = makeData(from, {});
  const items = itemsOf(from);
  if (mode !== 'runOnceForEachItem') return asItems(await compile(code, data, { items })());
  checkEach(code);
  const made: Item[] = [];
  for (let index = 0; index < items.length; index += 1) {
    data.at = index;
    const item = asItem(await compile(code, data, { item: items[index] })(), index);
    if (item !== undefined) made.push(item);
  }
  return made;
}
