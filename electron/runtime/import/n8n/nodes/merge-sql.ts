// Merge by a query: the inputs are tables of a database in the sandbox. What n8n makes of the query's text, its parameters and
// its rows is here; the database itself is n8n's own (alasql).

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item, Paired, PairedItem } from '../types.ts';
import { isObject, type Loose } from '../values.ts';
import { pairedList } from './merge-fields.ts';

export async function mergeBySql(run: NodeRun, inputs: Item[][]): Promise<Item[]> {
  const query = await queryOf(run);
  const options = run.param<JsonObject>('options', 0, {});
  const parameters = parametersOf(options.queryParameters);
  const emptyIsSuccess = run.version <= 3.1 || options.emptyQueryResult === 'success';
  if (run.version >= 3.1 && query.toLowerCase().startsWith('select')) {
    const rows = await selected(run, inputs, query, parameters);
    if (rows !== undefined) return rows.length === 0 && emptyIsSuccess ? [{ json: { success: true } }] : rows;
  }
  const pairedItem = inputs.flatMap((items, input) => items.flatMap((item, index) => linksOf(item.pairedItem ?? index, input)));
  try {
    const tables = inputs.map((items) => items.map((item) => item.json));
    const made = rowsOf(await run.sql(tables, query, parameters)).map((json): Item => ({ json, pairedItem }));
    return made.length === 0 && emptyIsSuccess ? [{ json: { success: true }, pairedItem }] : made;
  } catch (error) {
    throw fault(error);
  }
}

/** The text with what stands in braces worked out, once for all items. */
async function queryOf(run: NodeRun): Promise<string> {
  const raw = run.raw('query') ?? 'SELECT * FROM input1 LEFT JOIN input2 ON input1.name = input2.id';
  let query = String(typeof raw === 'string' && raw.startsWith('=') ? await run.evaluateText(raw, 0) : raw);
  for (const part of query.match(/{{[\s\S]*?}}/g) ?? []) query = query.replace(part, String(await run.evaluateText(`=${part}`, 0)));
  return query;
}

function parametersOf(given: Loose): JsonValue[] {
  if (given === undefined || given === '') return [];
  if (Array.isArray(given)) {
    given.forEach((value, index) => {
      if (typeof value === 'object' && value !== null)
        throw new NodeFault(`Query parameter ${index + 1} must be a string, number, boolean, or null`);
    });
    return given;
  }
  if (typeof given === 'number') return [given];
  if (typeof given !== 'string') throw new NodeFault('Query parameters must be a string, number, or array');
  return given.split(',').map((part) => {
    const text = part.trim();
    return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
  });
}

/** A query that selects also asks for where its rows came from. Undefined: it cannot be put that way. */
async function selected(run: NodeRun, inputs: Item[][], query: string, parameters: JsonValue[]): Promise<Item[] | undefined> {
  const tables = inputs.map((items) => items.map((item) => ({ ...item.json, pairedItem: item.pairedItem }) as unknown as JsonObject));
  try {
    return rowsOf(await run.sql(tables, withLinks(query, inputs.length), parameters)).map((row) => {
      const links = Object.keys(row).filter((key) => key.startsWith('pairedItem'));
      return {
        json: Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('pairedItem'))),
        pairedItem: links.flatMap((key) => pairedList(row[key] as unknown as PairedItem)),
      };
    });
  } catch {
    // n8n then asks the query as it is written, and what is wrong with it comes to light there.
    return undefined;
  }
}

function withLinks(query: string, count: number): string {
  const match = /SELECT\s+(.+?)\s+FROM/i.exec(query);
  const columns = match?.[1]?.trim();
  if (match === null || columns === undefined || columns === '*') return query;
  const links = Array.from({ length: count }, (_, at) => `input${at + 1}`)
    .filter((table) => query.includes(table))
    .map((table) => `, ${table}.pairedItem AS pairedItem${table.slice(5)}`);
  return query.replace(match[0], `SELECT ${columns}${links.join('')} FROM`);
}

/** What a database gives for one query, or a list of that for several. */
function rowsOf(result: Loose): JsonObject[] {
  if (!Array.isArray(result) && typeof result !== 'string') throw new NodeFault('result is not iterable');
  const rows: JsonObject[] = [];
  for (const entry of result as JsonValue[]) {
    for (const row of Array.isArray(entry) ? entry : [entry]) if (isObject(row) || Array.isArray(entry)) rows.push(row as JsonObject);
  }
  return rows;
}

function linksOf(paired: PairedItem, input: number): Paired[] {
  return pairedList(paired).map((each) => ({ item: typeof each === 'number' ? each : (each as Paired).item, input }));
}

/** What the database said is the description; n8n's message says no more than this. */
const fault = (error: unknown): NodeFault => new NodeFault('Issue while executing query', messageOf(error));
