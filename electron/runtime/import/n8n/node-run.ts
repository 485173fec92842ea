// What one run of one n8n node sees: its items, its parameters with expressions already worked out, and the few powers that
// some nodes need. Behaviours in nodes/ get nothing else.

import { DateTime } from 'luxon';
import { assertNever } from '../../../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { Item, N8nNode, N8nWorkflow, Source } from './types.ts';
import { get, type Loose } from './values.ts';

/** A node failed for a reason that n8n would give too. */
export class NodeFault extends Error {
  readonly description: string | undefined;
  constructor(message: string, description?: string) {
    super(message);
    this.name = 'NodeFault';
    this.description = description;
  }
}

/** What an expression gave for one item; `as` is what JSON cannot say of it. It survives being sent to another thread. */
export type Evaluated = { value: Loose; as?: 'number' | 'bigint' | 'date' | 'dateTime'; zone?: string } | { error: string };

export interface NodePowersForN8n {
  /** Works out expressions (texts that begin with `=`) for some items; one answer list for each item. */
  evaluate(expressions: readonly string[], indexes: readonly number[]): Promise<Evaluated[][]>;
  /** JavaScript of a Code node. Gives what it returned. */
  code(request: CodeRequest): Promise<Loose>;
  /** A query over tables of rows, input1, input2, … Throws what the database says. */
  sql(tables: JsonObject[][], query: string, parameters: JsonValue[]): Promise<Loose>;
  http(request: { url: string; method: string; headers: Record<string, string>; body?: string }): Promise<{
    status: number;
    headers: Record<string, string>;
    body: string;
  }>;
  sleep(ms: number): Promise<void>;
  now(): number;
  /** Runs a node that only reckons in a thread of its own; absent where there is none. Throws NodeFault. */
  reckon?(work: NodeWork): Promise<(Item[] | null)[] | null>;
  /** Old libraries whose input may be hostile; there only where a node that only reckons runs in a thread of its own. */
  libraries?: N8nLibraries;
  /** Runs another workflow with these items; gives the outputs of its last node. */
  subWorkflow(request: { id: string; items: Item[] } | { json: JsonObject; items: Item[] }): Promise<Item[][]>;
}

/** What n8n's own libraries do, loaded when asked for. Their options are theirs; they throw what they throw in n8n. */
export interface N8nLibraries {
  markdown(): Promise<MarkdownLibrary>;
  html(): Promise<HtmlLibrary>;
}

export interface MarkdownLibrary {
  toHtml(markdown: unknown, options: JsonObject): Loose;
  fromHtml(html: unknown, options: Record<string, unknown>): Loose;
}

export interface HtmlLibrary {
  /** Gives what finds elements in the page by a selector of jQuery's kind. */
  open(page: unknown): (selector: string) => HtmlFound;
  toText(html: string, skippedSelectors: string[]): string;
}

/** The elements that were found; but for `each` and `text`, what is said of them is said of the first. */
export interface HtmlFound {
  each(): HtmlFound[];
  text(): string;
  html(): string | undefined;
  value(): string | string[] | undefined;
  attribute(name: string): string | undefined;
}

/** All that a node that only reckons needs; it survives being sent to another thread. */
export interface NodeWork {
  node: N8nNode;
  inputs: Item[][];
  expressions: string[];
  /** What each expression gave, by item. */
  rows: Evaluated[][];
  timezone: string;
  now: number;
}

export interface CodeRequest {
  code: string;
  mode: 'all' | 'each' | 'function' | 'function-item' | 'sort';
  items: Item[];
}

export interface NodeRun extends NodePowersForN8n {
  node: N8nNode;
  version: number;
  workflow: N8nWorkflow;
  inputs: Item[][];
  /** Input 0. */
  items: Item[];
  source: (Source | null)[];
  timezone: string;
  continuesOnFail: boolean;
  /** Kept between runs of this node in one execution. */
  memory: Record<string, unknown>;
  /** A parameter for one item, expressions worked out. Throws what its expression threw. */
  param<T = Loose>(path: string, index: number, fallback?: unknown): T;
  /** As written. */
  raw(path: string): Loose;
  /** Another text's expressions for one item. Throws what they threw. */
  evaluateText(text: string, index: number): Promise<Loose>;
}

export interface Behaviour {
  /** How many inputs n8n gives the node. 1 when missing. */
  inputs?: number | ((parameters: JsonObject) => number);
  /** 1 when missing. */
  outputs?: number | ((parameters: JsonObject, version: number) => number);
  /** Which inputs must have data before it runs with what is there. */
  requiredInputs?: (parameters: JsonObject, version: number) => number | number[] | undefined;
  /** Reads its parameters for the first item only. */
  firstItemOnly?: boolean;
  /** Parameters that hold code or templates: their expressions are not worked out ahead. */
  rawParameters?: readonly string[];
  /** Why a use of the node would differ here, in words. */
  limits?: (parameters: JsonObject, version: number) => Limit[];
  run(run: NodeRun): Promise<(Item[] | null)[] | null> | (Item[] | null)[] | null;
}

export interface Limit {
  verdict: 'partly' | 'not';
  reason: string;
}

const isExpression = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=');

/** Every expression in the parameters, once. */
export function expressionsIn(parameters: JsonValue, skip: ReadonlySet<string> = new Set()): string[] {
  const found = new Set<string>();
  const stack: JsonValue[] = [parameters];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (isExpression(at)) found.add(at);
    else if (Array.isArray(at)) stack.push(...at);
    else if (at !== null && typeof at === 'object')
      for (const [key, value] of Object.entries(at)) if (at !== parameters || !skip.has(key)) stack.push(value);
  }
  return [...found];
}

/** A table of what each expression gave; `resolve` puts the answers in place. */
export class Answers {
  readonly #table: Map<string, (Evaluated | undefined)[]>;
  constructor(table: Map<string, (Evaluated | undefined)[]>) {
    this.#table = table;
  }

  /** `keepsDateTime`: n8n gives luxon's dates as they are only where a whole parameter is one. */
  resolve(value: Loose, index: number, keepsDateTime = false): Loose {
    if (isExpression(value)) {
      const row = this.#table.get(value);
      if (row === undefined) return value;
      const answer = row[index] ?? row[0];
      if (answer === undefined) return undefined;
      if ('error' in answer) throw new NodeFault(answer.error);
      return revived(answer, keepsDateTime);
    }
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, index) as JsonValue);
    if (value === null || typeof value !== 'object') return value;
    const made: Record<string, Loose> = {};
    for (const key of Object.keys(value)) made[key] = this.resolve(value[key], index);
    return made as JsonObject;
  }
}

/** What n8n has in place of a parameter of Set whose expression failed, where the older flag lets it go on. */
export const droppedParam = [{ name: 'undefined', value: undefined }];

export function readParam(parameters: JsonObject, answers: Answers, path: string, index: number, fallback?: unknown): Loose {
  const raw = get(parameters, path);
  if (raw === undefined) {
    // `a.b` where `a` itself is an expression.
    const [first = '', ...rest] = path.split('.');
    const whole = get(parameters, first);
    if (rest.length > 0 && isExpression(whole)) return get(answers.resolve(whole, index), rest.join('.')) ?? (fallback as Loose);
    return fallback as Loose;
  }
  // What an expression leaves undefined stays so: n8n's own default is for a parameter that is not there.
  return answers.resolve(raw, index, !path.includes('.'));
}

/** The value as it was in the sandbox. Dates and numbers that are none reach behaviours; nothing of the kind leaves them. */
function revived(answer: Exclude<Evaluated, { error: string }>, keepsDateTime: boolean): Loose {
  const made = (): unknown => {
    switch (answer.as) {
      case 'number':
        return Number(answer.value);
      case 'bigint':
        return BigInt(String(answer.value));
      case 'date':
        return new Date(answer.value === null ? Number.NaN : Number(answer.value));
      case 'dateTime':
        return keepsDateTime ? DateTime.fromISO(String(answer.value), { zone: answer.zone ?? 'UTC' }) : answer.value;
      case undefined:
        return answer.value;
      default:
        return assertNever(answer.as);
    }
  };
  return made() as Loose;
}

/** Items as JSON can say them. */
export const asJson = (outputs: (Item[] | null)[] | null): (Item[] | null)[] | null =>
  outputs?.map(
    (items) =>
      items?.map((item) => ({
        ...item,
        json: JSON.parse(
          JSON.stringify(item.json, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
        ) as JsonObject,
      })) ?? null,
  ) ?? null;

/** `every` item through `each`; a failure becomes an item with the error where the node goes on. */
export function forEachItem(run: NodeRun, each: (item: Item, index: number) => Item | Item[]): Item[] {
  const made: Item[] = [];
  run.items.forEach((item, index) => {
    try {
      const given = each(item, index);
      if (Array.isArray(given)) made.push(...given);
      else made.push(given);
    } catch (error) {
      if (!run.continuesOnFail) throw error;
      made.push({ json: { error: messageOf(error) }, pairedItem: { item: index } });
    }
  });
  return made;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
