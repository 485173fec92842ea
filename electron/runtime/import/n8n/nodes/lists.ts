// Limit, Sort, Split Out, Aggregate and Rename Keys.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, fieldNames, get, isEmpty, isEqual, type Loose, lessThan, set, unset } from '../values.ts';

export const limitNode: Behaviour = {
  firstItemOnly: true,
  run: (run) => {
    const asked = run.param<unknown>('maxItems', 0, 1);
    // An expression that gives nothing keeps everything.
    const most = asked === undefined ? run.items.length : Number(asked);
    if (most > run.items.length) return [run.items];
    return [run.param('keep', 0, 'firstItems') === 'firstItems' ? run.items.slice(0, most) : run.items.slice(run.items.length - most)];
  },
};

export const sortNode: Behaviour = {
  firstItemOnly: true,
  rawParameters: ['code'],
  limits: (parameters) =>
    parameters.type === 'random' ? [{ verdict: 'partly', reason: 'A random order is another one each time, here as in n8n.' }] : [],
  run: async (run) => [await sortItems(run)],
};

export async function sortItems(run: NodeRun): Promise<Item[]> {
  const type = run.param<string>('type', 0, 'simple');
  if (type === 'random') return shuffle(run.items);
  if (type === 'code') {
    const code = String(run.raw('code') ?? '');
    if (!/\breturn\b/.test(code)) throw new NodeFault("Sort code doesn't return. Please add a 'return' statement to your code");
    return (await run.code({ code, mode: 'sort', items: run.items })) as unknown as Item[];
  }
  const fields = run.param<{ fieldName: string; order?: string }[]>('sortFieldsUi.sortField', 0, []);
  const isPlain = run.param('options.disableDotNotation', 0, false) === true;
  if (fields.length === 0) throw new NodeFault('No sorting specified. Please add a field to sort by');
  for (const { fieldName } of fields) {
    const found = run.items.some((item) => (isPlain ? Object.hasOwn(item.json, fieldName) : get(item.json, fieldName) !== undefined));
    if (!found) throw new NodeFault(`Couldn't find the field '${fieldName}' in the input data`);
  }
  const read = (item: Item, name: string): Loose => {
    const value = isPlain ? item.json[name] : get(item.json, name);
    return typeof value === 'string' ? value.toLowerCase() : value;
  };
  return [...run.items].sort((one, two) => {
    for (const field of fields) {
      const [a, b] = [read(one, field.fieldName), read(two, field.fieldName)];
      if (isEqual(a, b)) continue;
      return (lessThan(a, b) ? -1 : 1) * ((field.order ?? 'ascending') === 'ascending' ? 1 : -1);
    }
    return 0;
  });
}

function shuffle(items: readonly Item[]): Item[] {
  const made = [...items];
  for (let i = made.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [made[i], made[j]] = [made[j] as Item, made[i] as Item];
  }
  return made;
}

export const splitOutNode: Behaviour = {
  run: (run) => [
    splitOut(run, (index) =>
      fieldNames(run.param('fieldToSplitOut', index, ''), 'Fields To Split Out').map((field) => String(field).replace(/^\$json\./, '')),
    ),
  ],
};

export function splitOut(
  run: NodeRun,
  fieldsOf: (index: number) => string[],
  old?: { missingFails: boolean; plainFails: boolean },
): Item[] {
  return run.items.flatMap((item, index) => {
    const fields = fieldsOf(index);
    const options = run.param<JsonObject>('options', index, {});
    const isPlain = options.disableDotNotation === true;
    const names = String(options.destinationFieldName ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
    if (names.length > 0 && names.length !== fields.length)
      throw new NodeFault('If multiple fields to split out are given, the same number of destination fields must be given');
    const include = run.param<string>('include', index, 'noOtherFields');
    const made: Item[] = [];
    for (const [at, field] of fields.entries()) {
      const name = names[at] ?? '';
      for (const [place, element] of elementsOf(item, field, isPlain, old).entries()) {
        made[place] ??= { json: {}, pairedItem: { item: index } };
        const target = made[place];
        if (field === '$binary') target.binary = { ...target.binary, ...(element as JsonObject) };
        else if (element !== null && typeof element === 'object' && include === 'noOtherFields' && name === '' && fields.length === 1)
          target.json = { ...target.json, ...(element as JsonObject) };
        else target.json[name || field] = element;
      }
    }
    return made.map((each) => withOthers(run, index, item, each, fields, include, isPlain, options.includeBinary === true));
  });
}

function elementsOf(item: Item, field: string, isPlain: boolean, old?: { missingFails: boolean; plainFails: boolean }): JsonValue[] {
  if (field === '$binary') return Object.entries(item.binary ?? {}).map(([key, value]) => ({ [key]: value }));
  const value = isPlain ? item.json[field] : get(item.json, field);
  if (value === undefined) {
    if (old?.missingFails === true) throw new NodeFault(`Couldn't find the field '${field}' in the input data`);
    return [];
  }
  if (value === null || typeof value !== 'object') {
    if (old?.plainFails === true) throw new NodeFault(`The provided field '${field}' is not an array or object`);
    return [value];
  }
  return Array.isArray(value) ? value : Object.values(value);
}

function withOthers(
  run: NodeRun,
  index: number,
  item: Item,
  made: Item,
  fields: string[],
  include: string,
  isPlain: boolean,
  keepsBinary: boolean,
): Item {
  if (include === 'allOtherFields') {
    const rest = deepCopy(item.json);
    for (const field of fields) {
      if (isPlain) delete rest[field];
      else unset(rest, field);
    }
    made.json = { ...rest, ...made.json };
  }
  if (include === 'selectedOtherFields') {
    const listed = run.param<Loose>('fieldsToInclude.fields', index, undefined) as { fieldName: string }[] | undefined;
    const names =
      listed === undefined
        ? fieldNames(run.param('fieldsToInclude', index, ''), 'Fields To Include')
        : listed.map((each) => each.fieldName);
    if (names.length === 0) throw new NodeFault('No fields specified');
    for (const name of names) (made.json as Record<string, Loose>)[name] = isPlain ? item.json[name] : get(item.json, name);
  }
  if (keepsBinary && item.binary !== undefined && made.binary === undefined) made.binary = item.binary;
  return made;
}

export const aggregateNode: Behaviour = { firstItemOnly: true, run: (run) => [[aggregate(run)]] };

export function aggregate(run: NodeRun, listed?: (path: string) => string[]): Item {
  const made =
    run.param('aggregate', 0, 'aggregateIndividualFields') === 'aggregateIndividualFields'
      ? aggregateFields(run, listed !== undefined)
      : aggregateAll(run, listed);
  if (run.param('options.includeBinaries', 0, false) === true) addBinaries(run, made);
  return made;
}

/** `isOld`: a field that no item has is a fault there. */
function aggregateFields(run: NodeRun, isOld: boolean): Item {
  const isPlain = run.param('options.disableDotNotation', 0, false) === true;
  const mergesLists = run.param('options.mergeLists', 0, false) === true;
  const keepsMissing = run.param('options.keepMissing', 0, false) === true;
  const fields = run.param<{ fieldToAggregate: string; outputFieldName?: string; renameField?: boolean }[]>(
    'fieldsToAggregate.fieldToAggregate',
    0,
    [],
  );
  if (fields.length === 0) throw new NodeFault('No fields specified');
  const values: Record<string, JsonValue[]> = {};
  const used = new Set<string>();
  for (const { fieldToAggregate = '', outputFieldName, renameField } of fields) {
    const own = (renameField === true ? outputFieldName : fieldToAggregate) ?? '';
    if (used.has(own)) throw new NodeFault(`The '${own}' output field is used more than once`);
    used.add(own);
    const name =
      outputFieldName || (!isPlain && fieldToAggregate.includes('.') ? (fieldToAggregate.split('.').pop() as string) : fieldToAggregate);
    if (fieldToAggregate === '') continue;
    const isFound = run.items.some((item) =>
      isPlain ? Object.hasOwn(item.json, fieldToAggregate) : get(item.json, fieldToAggregate) !== undefined,
    );
    if (isOld && !isFound && (!keepsMissing || (isPlain && fieldToAggregate.includes('.'))))
      throw new NodeFault(`Couldn't find the field '${fieldToAggregate}' in the input data`);
    const list: JsonValue[] = [];
    values[name] = list;
    for (const item of run.items) {
      let value = isPlain ? item.json[fieldToAggregate] : get(item.json, fieldToAggregate);
      if (!keepsMissing && Array.isArray(value)) value = value.filter((entry) => entry !== null);
      else if (!keepsMissing && (value === null || value === undefined)) continue;
      if (Array.isArray(value) && mergesLists) list.push(...value);
      else list.push(value === undefined ? (null as JsonValue) : value);
    }
  }
  const json: JsonObject = {};
  for (const key of Object.keys(values)) {
    if (isPlain) json[key] = values[key] as JsonValue;
    else set(json, key, values[key]);
  }
  return { json, pairedItem: run.items.map((_, item) => ({ item })) };
}

function aggregateAll(run: NodeRun, listed: (path: string) => string[] = (path) => fieldNames(run.param(path, 0, ''), path)): Item {
  // Each list of fields counts only for its own choice.
  const include = run.param<string>('include', 0, 'allFields');
  const except = include === 'allFieldsExcept' ? listed('fieldsToExclude') : [];
  const only = include === 'specifiedFields' ? listed('fieldsToInclude') : [];
  const name = run.param<string>('destinationFieldName', 0, 'data');
  if (except.length === 0 && only.length === 0)
    return { json: { [name]: run.items.map((item) => item.json) }, pairedItem: run.items.map((_, item) => ({ item })) };
  const kept: JsonObject[] = [];
  const paired: { item: number }[] = [];
  run.items.forEach((item, index) => {
    const keys = Object.keys(item.json).filter((key) => !except.includes(key) && (only.length === 0 || only.includes(key)));
    const made = Object.fromEntries(keys.map((key) => [key, item.json[key] as JsonValue]));
    if (isEmpty(made)) return;
    kept.push(made);
    paired.push({ item: index });
  });
  return { json: { [name]: kept }, pairedItem: paired };
}

function addBinaries(run: NodeRun, made: Item): void {
  const uniqueOnly = run.param('options.keepOnlyUnique', 0, false) === true;
  const seen = new Set<string>();
  for (const paired of made.pairedItem as { item: number }[]) {
    for (const [key, file] of Object.entries(run.items[paired.item]?.binary ?? {})) {
      const { mimeType, fileType, fileSize, fileExtension } = file as JsonObject;
      const mark = JSON.stringify([mimeType, fileType, fileSize, fileExtension]);
      if (uniqueOnly && seen.has(mark)) continue;
      seen.add(mark);
      made.binary ??= {};
      let name = key;
      for (let n = 1; Object.hasOwn(made.binary, name); n += 1) name = `${key}_${n}`;
      made.binary[name] = file;
    }
  }
}

export const renameKeysNode: Behaviour = {
  run: (run) => [
    forEachItem(run, (item, index) => {
      const made: Item = { json: deepCopy(item.json), pairedItem: { item: index } };
      if (item.binary !== undefined) made.binary = item.binary;
      for (const { currentKey, newKey } of run.param<{ currentKey: string; newKey: string }[]>('keys.key', index, [])) {
        if (!currentKey || !newKey || currentKey === newKey) continue;
        const value = get(item.json, currentKey);
        if (value === undefined) continue;
        set(made.json, newKey, value);
        unset(made.json, currentKey);
      }
      for (const each of run.param<JsonObject[]>('additionalOptions.regexReplacement.replacements', index, [])) {
        const options = (each.options ?? {}) as { depth?: number; caseInsensitive?: boolean };
        const pattern = new RegExp(String(each.searchRegex ?? ''), options.caseInsensitive === true ? 'i' : '');
        renameDeep(made.json, pattern, String(each.replaceRegex ?? ''), options.depth ?? Number.NaN);
      }
      return made;
    }),
  ],
};

/** n8n walks into texts of a list letter by letter, and fails where the number of one would be renamed. */
function refuseLetters(text: string, pattern: RegExp, by: string): void {
  for (const key of Object.keys(text)) {
    const renamed = pattern.test(key) ? key.replace(pattern, by) : key;
    if (renamed !== key) throw new NodeFault(`Cannot create property '${renamed}' on string '${text}'`);
  }
}

function renameDeep(object: JsonObject | JsonValue[], pattern: RegExp, by: string, depth: number): void {
  if (Array.isArray(object)) {
    for (const each of object) {
      if (depth === 0) continue;
      if (each !== null && typeof each === 'object') renameDeep(each, pattern, by, depth - 1);
      else if (typeof each === 'string') refuseLetters(each, pattern, by);
    }
    return;
  }
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== null && typeof value === 'object' && depth !== 0) renameDeep(value, pattern, by, depth - 1);
    if (!pattern.test(key)) continue;
    const renamed = key.replace(pattern, by);
    if (renamed === key || renamed === '__proto__') continue;
    object[renamed] = object[key] as JsonValue;
    delete object[key];
  }
}
