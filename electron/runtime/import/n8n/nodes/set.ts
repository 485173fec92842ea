// Edit Fields (Set), versions 1 to 3.4: values by type, a JSON text, or assignments; which other fields stay.

import { DateTime } from 'luxon';
import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { convert, describe, loosenJson } from '../convert-types.ts';
import { type Behaviour, droppedParam, forEachItem, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, get, isObject, type Loose, plainKey, set, unset } from '../values.ts';

export const setNode: Behaviour = {
  rawParameters: ['jsonOutput'],
  run: (run) => (run.version < 3 ? setOld(run) : setNew(run)),
};

interface Named {
  name: string;
  value: Loose;
}

/** With n8n's default where none was written. */
const valued = (all: Named[], fallback: Loose): Named[] =>
  all.map((each) => (Object.hasOwn(each, 'value') ? each : { ...each, value: fallback }));

const isDropped = (value: unknown): boolean => value === droppedParam;

function setOld(run: NodeRun): Item[][] {
  const items = run.items.length === 0 ? [{ json: {}, pairedItem: { item: 0 } }] : run.items;
  return [
    items.map((item, index) => {
      const options = run.param<JsonObject>('options', index, {});
      const made: Item = { json: {}, pairedItem: { item: index } };
      if (run.param('keepOnlySet', index, false) !== true) {
        if (item.binary !== undefined) made.binary = { ...item.binary };
        made.json = deepCopy(item.json);
      }
      const put = (name: string, value: Loose): void => {
        if (options.dotNotation === false) (made.json as Record<string, Loose>)[name] = value;
        else set(made.json, name, value);
      };
      for (const { name, value } of run.param<Named[]>('values.boolean', index, []))
        put(name, value === undefined ? false : Boolean(value));
      for (const { name, value } of valued(run.param<Named[]>('values.number', index, []), 0))
        put(name, run.version >= 2 && typeof value === 'string' && !Number.isNaN(Number(value)) ? Number(value) : value);
      for (const { name, value } of valued(run.param<Named[]>('values.string', index, []), '')) put(name, value);
      return made;
    }),
  ];
}

async function setNew(run: NodeRun): Promise<Item[][]> {
  const isRaw = run.param('mode', 0, 'manual') === 'raw';
  const texts = isRaw ? await jsonTexts(run) : [];
  const objects = isRaw ? [] : await objectTexts(run);
  const made = forEachItem(run, (item, index) => {
    const options = run.param<JsonObject>('options', index, {});
    const include = run.param<string>('include', index, 'all');
    const kept = run.version >= 3.3 ? (run.param('includeOtherFields', index, false) === true ? include : 'none') : include;
    const text = texts[index];
    if (text instanceof Error) throw text;
    const fields = isRaw ? rawObject(text as Loose, index) : manualFields(run, index, options, objects[index]);
    return compose(run, item, index, fields, options, kept);
  });
  if (run.param('duplicateItem', 0, false) !== true) return [made];
  const count = Number(run.param('duplicateCount', 0, 0));
  return [made.flatMap((item) => Array.from({ length: count + 1 }, () => item))];
}

/** The JSON text of each item: what its expressions give is put in as JSON. */
async function jsonTexts(run: NodeRun): Promise<(Loose | Error)[]> {
  const raw = run.raw('jsonOutput') ?? '{\n  "my_field_1": "value",\n  "my_field_2": 1\n}\n';
  const texts: (Loose | Error)[] = [];
  for (let index = 0; index < run.items.length; index += 1) {
    if (typeof raw !== 'string' || !raw.startsWith('=')) texts.push(raw);
    else
      texts.push(
        await fillIn(run, raw.replace(/^=+/, ''), index).catch((error: unknown) =>
          error instanceof Error ? error : new NodeFault(messageOf(error)),
        ),
      );
  }
  return texts;
}

/** Versions before 3.3: an object written with expressions is a text whose expressions are put in as JSON, by field name. */
async function objectTexts(run: NodeRun): Promise<Map<string, string | Error>[]> {
  const raw = run.raw('fields.values');
  if (run.version >= 3.3 || !Array.isArray(raw)) return [];
  const written = (raw as Record<string, Loose>[]).filter(
    (entry) => entry?.type === 'objectValue' && typeof entry.objectValue === 'string' && entry.objectValue.startsWith('='),
  );
  if (written.length === 0) return [];
  const all: Map<string, string | Error>[] = [];
  for (let index = 0; index < run.items.length; index += 1) {
    const texts = new Map<string, string | Error>();
    for (const entry of written)
      texts.set(
        String(entry.name ?? ''),
        await fillIn(run, String(entry.objectValue).replace(/^=+/, ''), index).catch((error: unknown) => new NodeFault(messageOf(error))),
      );
    all.push(texts);
  }
  return all;
}

export async function fillIn(run: NodeRun, text: string, index: number): Promise<string> {
  let filled = text;
  for (const part of text.match(/{{[\s\S]*?}}/g) ?? []) {
    const value = await run.evaluateText(`=${part}`, index);
    filled = filled.replace(part, () => (value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)));
  }
  return filled;
}

function rawObject(text: Loose, index: number): JsonObject {
  if (typeof text === 'string' && ['null', 'undefined'].includes(text.trim()))
    throw new NodeFault('Cannot convert undefined or null to object');
  return readJsonObject(text, `'JSON Output' in item ${index}`);
}

function readJsonObject(value: Loose, where: string): JsonObject {
  let parsed: unknown = value;
  if (typeof value === 'string') {
    try {
      parsed = JSON.parse(value);
    } catch {
      try {
        parsed = JSON.parse(loosenJson(value));
      } catch {
        throw new NodeFault(`The ${where} contains invalid JSON`, value);
      }
    }
  }
  if (!isObject(parsed)) throw new NodeFault(`The ${where} does not contain a valid JSON object`);
  return parsed;
}

function manualFields(run: NodeRun, index: number, options: JsonObject, objects: Map<string, string | Error> | undefined): JsonObject {
  const fields: Record<string, Loose> = {};
  const ignore = options.ignoreConversionErrors === true;
  if (run.version >= 3.3) {
    const assignments = run.param<{ name: string; type: string; value: Loose }[]>('assignments.assignments', index, []);
    if (isDropped(assignments)) return {};
    for (const each of assignments)
      if (each.type !== 'binary') fields[each.name] = typed(run, each.name, each.type, each.value, index, ignore);
    return fields as JsonObject;
  }
  const entries = run.param<Record<string, Loose>[]>('fields.values', index, []);
  if (isDropped(entries)) throw new NodeFault("Cannot read properties of undefined (reading 'replace')");
  for (const entry of entries) {
    const kind = String(entry.type ?? 'stringValue');
    const fallback = kind === 'booleanValue' ? 'true' : kind === 'objectValue' ? {} : '';
    const name = String(entry.name ?? '');
    let value = entry[kind] ?? (Object.hasOwn(entry, kind) ? entry[kind] : fallback);
    // Nothing at all is no object, and no fault either.
    if (kind === 'objectValue' && Object.hasOwn(entry, kind) && (entry[kind] ?? null) === null) {
      fields[name] = null;
      continue;
    }
    const written = kind === 'objectValue' ? objects?.get(name) : undefined;
    if (written instanceof Error) throw written;
    if (written !== undefined) value = written;
    if (kind === 'objectValue' && typeof value === 'string')
      value = readJsonObject(value, `entry "${name}" inside 'Fields to Set' in item ${index}`);
    fields[name] = typed(run, name, kind.replace('Value', ''), value, index, ignore);
  }
  return fields as JsonObject;
}

function typed(run: NodeRun, name: string, type: string | undefined, given: Loose, index: number, ignore: boolean): JsonValue {
  let value = given;
  if (run.version >= 3.2 && (value === undefined || value === null)) return null;
  if (type === 'string') {
    if (run.version > 3 && (value === undefined || value === null)) {
      if (ignore) return null;
      throw new NodeFault(`'${name}' expects a ${type} but we got ${describe(value)} [item ${index}]`);
    }
    value = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  if (type === undefined) throw new NodeFault("Cannot read properties of undefined (reading 'toLowerCase')");
  const read = convert(name, value, type, { zone: run.timezone });
  if (read.valid) return DateTime.isDateTime(read.value) ? read.value.toISO() : (read.value ?? null);
  if (ignore) return value ?? null;
  throw new NodeFault(
    `${read.message} [item ${index}]`,
    `To fix the error try to change the type for the field "${name}" or activate the option “Ignore Type Conversion Errors” to apply a less strict type validation`,
  );
}

function compose(run: NodeRun, item: Item, index: number, fields: JsonObject, options: JsonObject, include: string): Item {
  const made: Item = { json: {}, pairedItem: { item: index } };
  const keepsBinary = run.version >= 3.4 ? options.stripBinary !== true && include !== 'none' : options.includeBinary === true;
  if (keepsBinary && item.binary !== undefined) made.binary = { ...item.binary };
  const dots = options.dotNotation !== false;
  const put = (to: JsonObject, key: string, value: Loose): void => {
    if (dots) set(to, key, value);
    else (to as Record<string, Loose>)[plainKey(to, key)] = value;
  };
  const names = (path: string): string[] => {
    const list = run.param<unknown>(path, index, '');
    if (list === undefined || list === null) throw new NodeFault(`Cannot read properties of ${list} (reading 'split')`);
    if (typeof list !== 'string') throw new NodeFault('this.getNodeParameter(...).split is not a function');
    return list
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  };
  if (include === 'all') made.json = deepCopy(item.json);
  else if (include === 'selected')
    for (const key of names('includeFields'))
      put(
        made.json,
        dots && key.includes('.') ? (key.split('.').pop() as string) : key,
        dots ? get(item.json, key) : item.json[plainKey(item.json, key)],
      );
  else if (include === 'except') {
    made.json = deepCopy(item.json);
    for (const key of names('excludeFields')) {
      if (dots) unset(made.json, key);
      else delete made.json[plainKey(made.json, key)];
    }
  } else if (include !== 'none') throw new NodeFault(`The include option "${include}" is not known!`);
  for (const key of Object.keys(fields)) put(made.json, key, fields[key]);
  return made;
}
