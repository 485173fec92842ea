// Merge version 1.

import { NodeFault, type NodeRun } from '../node-run.ts';
import type { Item, PairedItem } from '../types.ts';
import { deepCopy, get, type Loose } from '../values.ts';

export function mergeOld(run: NodeRun): Item[] {
  const [first = [], second = []] = run.inputs;
  const mode = run.param<string>('mode', 0, 'append');
  switch (mode) {
    case 'append':
      return [...first, ...second];
    case 'mergeByIndex':
      return byIndex(first, second, run.param<string>('join', 0, 'left'));
    case 'multiplex':
      return first.flatMap((a) =>
        second.map((b) => ({ json: { ...a.json, ...b.json }, pairedItem: [a.pairedItem, b.pairedItem] as PairedItem[] })),
      );
    case 'keepKeyMatches':
    case 'mergeByKey':
    case 'removeKeyMatches':
      return byKey(run, mode, first, second);
    case 'passThrough':
      return [...(run.param('output', 0, 'input1') === 'input1' ? first : second)];
    case 'wait':
      return [{ json: {}, pairedItem: first.map((_, item) => ({ item })) }];
    default:
      throw new NodeFault(`The mode "${mode}" of Merge is not known here.`);
  }
}

function byIndex(first: Item[], second: Item[], join: string): Item[] {
  if (first.length === 0) return join === 'outer' ? second : [];
  if (second.length === 0) return join === 'inner' ? [] : first;
  const count =
    join === 'inner' ? Math.min(first.length, second.length) : join === 'outer' ? Math.max(first.length, second.length) : first.length;
  return Array.from({ length: count }, (_, index) => {
    const [a, b] = [first[index], second[index]];
    if (a === undefined) return b as Item;
    if (b === undefined) return a;
    const made: Item = { json: { ...a.json, ...b.json }, pairedItem: [a.pairedItem, b.pairedItem] as PairedItem[] };
    if (a.binary !== undefined || b.binary !== undefined) made.binary = { ...a.binary, ...b.binary };
    return made;
  });
}

function byKey(run: NodeRun, mode: string, first: Item[], second: Item[]): Item[] {
  const field1 = run.param<string>('propertyName1', 0, '');
  const field2 = run.param<string>('propertyName2', 0, '');
  const overwrite = run.param<string>('overwrite', 0, 'always');
  if (!field1 || !field2) return mode === 'keepKeyMatches' ? [] : first;
  const others = new Map<string, Item>();
  for (const item of second) {
    const key = get(item.json, field2);
    if (key) others.set(String(key), item);
  }
  const made: Item[] = [];
  for (const item of first) {
    const value = get(item.json, field1);
    const other = typeof value === 'string' || typeof value === 'number' ? others.get(String(value)) : undefined;
    const isComparable = typeof value === 'string' || typeof value === 'number' || value === null;
    if (mode === 'removeKeyMatches') {
      if (other === undefined) made.push(item);
    } else if (mode === 'keepKeyMatches') {
      if (other !== undefined) made.push(item);
    } else if (isComparable) made.push(other === undefined ? item : overlay(item, other, field2, overwrite));
  }
  return made;
}

function overlay(item: Item, other: Item, skip: string, overwrite: string): Item {
  const made = deepCopy(item);
  for (const key of Object.keys(other.json)) {
    if (key === skip) continue;
    const own: Loose = made.json[key];
    const isBlank = own === undefined || own === null || own === '';
    if (overwrite === 'always' || (overwrite === 'undefined' && !Object.hasOwn(made.json, key)) || (overwrite === 'blank' && isBlank))
      (made.json as Record<string, Loose>)[key] = other.json[key];
  }
  return made;
}
