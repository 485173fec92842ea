// n8n's Code node: the same names, and the same demands on what the code returns.

import { byteNames } from './bytes.ts';
import { codeFault, isOwnFault } from './code-fault.ts';
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
  const at = code.split('\n').findIndex((line) => asked !== undefined && line.includes(asked) && !/^\s*(\/\/|\/\*|\*)/.test(line));
  if (at !== -1) throw new ExpressionError(`Can't use .${asked}() here [line ${at + 1}, for item 0]`);
}

/** What goes wrong in the code itself; what it returns is judged outside, and never goes on. */
async function tried(run: () => Promise<unknown>, goesOn: boolean): Promise<{ made: unknown } | { error: string }> {
  try {
    return { made: await run() };
  } catch (error) {
    const message = codeFault(error);
    if (!goesOn || isOwnFault(error)) throw error instanceof SyntaxError ? new SyntaxError(message) : new ExpressionError(message);
    return { error: message };
  }
}

export async function runCode(code: string, mode: unknown, { goesOn = false } = {}): Promise<Item[]> {
  const from = given();
  const data = makeData(from, {});
  const items = itemsOf(from);
  if (mode !== 'runOnceForEachItem') {
    const answer = await tried(async () => compile(code, data, { items })(), goesOn);
    return 'error' in answer ? [{ json: { error: answer.error } }] : asItems(answer.made);
  }
  checkEach(code);
  const made: Item[] = [];
  for (let index = 0; index < items.length; index += 1) {
    data.at = index;
    const answer = await tried(async () => compile(code, data, { item: items[index] })(), goesOn);
    const item = 'error' in answer ? { json: { error: answer.error }, pairedItem: { item: index } } : asItem(answer.made, index);
    if (item !== undefined) made.push(item);
  }
  return made;
}
