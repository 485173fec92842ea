// Remove Duplicates, within the items at hand. What earlier executions saw is not kept here.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { fieldNames, flattenKeys, get, isEqual, type Loose, lessThan, set } from '../values.ts';

export const removeDuplicatesNode: Behaviour = {
  firstItemOnly: true,
  limits: (parameters) =>
    parameters.operation === 'removeItemsSeenInPreviousExecutions' || parameters.operation === 'clearDeduplicationHistory'
      ? [{ verdict: 'not', reason: 'What earlier executions saw is not kept; only duplicates within one list are removed.' }]
      : [],
  run(run) {
    const operation = run.version < 2 ? 'removeDuplicateInputItems' : run.param<string>('operation', 0, 'removeDuplicateInputItems');
    if (operation !== 'removeDuplicateInputItems') throw new NodeFault('What earlier executions saw is not kept here.');
    try {
      return [removeDuplicates(run, (path, what) => fieldNames(run.param(path, 0, ''), what))];
    } catch (error) {
      if (run.version < 2 || !run.continuesOnFail) throw error;
      return [[{ json: run.items[0]?.json ?? {}, error: { message: messageOf(error) } }]];
    }
  },
};

export function removeDuplicates(run: NodeRun, listed: (path: string, what: string) => string[]): Item[] {
  const isPlain = run.param('options.disableDotNotation', 0, false) === true;
  const read = (json: JsonObject, key: string): Loose => (isPlain ? json[key] : get(json, key));
  const keys = keysToCompare(run, isPlain, listed);
  const sorted = run.items.map((item, index) => ({ json: item.json, index }));
  sorted.sort((one, two) => {
    for (const key of keys) {
      const [a, b] = [read(one.json, key), read(two.json, key)];
      if (!isEqual(a, b)) return lessThan(a, b) ? -1 : 1;
    }
    return 0;
  });
  checkTypes(
    run,
    sorted.map((each) => each.json),
    keys,
    read,
  );
  const removed = new Set<number>();
  let last = sorted[0];
  for (const each of sorted.slice(1)) {
    if (last !== undefined && keys.every((key) => isEqual(read(each.json, key), read((last as typeof each).json, key))))
      removed.add(each.index);
    else last = each;
  }
  const kept = run.items.filter((_, index) => !removed.has(index));
  if (run.param('options.removeOtherFields', 0, false) !== true) return kept;
  return kept.map((item, index) => {
    const json: JsonObject = {};
    for (const key of keys) {
      const value = get(item.json, key);
      if (value !== undefined) set(json, key, value);
    }
    return { json, pairedItem: { item: index } };
  });
}

function keysToCompare(run: NodeRun, isPlain: boolean, listed: (path: string, what: string) => string[]): string[] {
  const keysOf = (item: Item | undefined): string[] => Object.keys(isPlain ? (item?.json ?? {}) : flattenKeys(item?.json ?? {}));
  const compare = run.param<string>('compare', 0, 'allFields');
  if (compare === 'selectedFields') {
    const fields = listed('fieldsToCompare', 'Fields To Compare');
    if (fields.length === 0) throw new NodeFault('No fields specified. Please add a field to compare on');
    return fields.map((key) => key.trim());
  }
  const all = [...new Set(run.items.flatMap(keysOf))];
  if (compare !== 'allFieldsExcept') return all;
  const without = listed('fieldsToExclude', 'Fields To Exclude');
  if (without.length === 0) throw new NodeFault('No fields specified. Please add a field to exclude from comparison');
  return (isPlain ? all : keysOf(run.items[0])).filter((key) => !without.includes(key));
}

function checkTypes(run: NodeRun, rows: JsonObject[], keys: string[], read: (json: JsonObject, key: string) => Loose): void {
  for (const key of keys) {
    let type: string | undefined;
    for (const row of rows) {
      if (key === '') throw new NodeFault('Name of field to compare is blank');
      const value = read(row, key);
      if (value === null && run.version > 1) continue;
      if (value === undefined) throw new NodeFault(`'${key}' field is missing from some input items`);
      if (type !== undefined && type !== typeof value) throw new NodeFault(`'${key}' isn't always the same type`);
      type = typeof value;
    }
  }
}
