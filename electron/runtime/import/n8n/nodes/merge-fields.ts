// The join of Merge (2 and 3): items of two inputs that agree in some fields.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { NodeFault, type NodeRun } from '../node-run.ts';
import type { Item, PairedItem } from '../types.ts';
import { comparer, get, type Loose } from '../values.ts';
import { type Clash, clashOf, joiner } from './merge-clash.ts';

interface Pair {
  field1: string;
  field2: string;
}

export const addSuffix = (items: readonly Item[], suffix: string): Item[] =>
  items.map((item) => ({
    ...item,
    json: Object.fromEntries(Object.entries(item.json).map(([key, value]) => [`${key}_${suffix}`, value])),
  }));

export const pairedList = (paired: PairedItem | undefined): PairedItem[] =>
  paired === undefined ? [] : typeof paired === 'number' ? [{ item: paired }] : Array.isArray(paired) ? paired : [paired];

export function checkPairs(pairs: Pair[]): Pair[] {
  if (pairs.length === 1 && pairs[0]?.field1 === '' && pairs[0].field2 === '')
    throw new NodeFault('You need to define at least one pair of fields in "Fields to Match" to match on');
  for (const [index, pair] of pairs.entries())
    if (!pair.field1 || !pair.field2)
      throw new NodeFault(
        `You need to define both fields in "Fields to Match" for pair ${index + 1},\n\t\t\t\t field 1 = '${pair.field1}'\n\t\t\t\t field 2 = '${pair.field2}'`,
      );
  return pairs;
}

/** Combining multiplies: more than this would fill the memory. */
const maxCombined = 500_000;

export function checkCount(count: number): void {
  if (count > maxCombined)
    throw new NodeFault(`It would combine into ${count} items; at most ${maxCombined} are made. Filter the inputs first.`);
}

export interface MatchOptions {
  fuzzyCompare?: boolean;
  disableDotNotation?: boolean;
  multipleMatches?: string;
}

/** The items of `second` that match, by place. */
export function matchesOf(
  entry: Item,
  second: readonly Item[],
  pairs: readonly Pair[],
  options: MatchOptions,
  equal: ReturnType<typeof comparer>,
): number[] | undefined {
  const read = (item: Item, field: string): Loose => (options.disableDotNotation === true ? item.json[field] : get(item.json, field));
  // Pairs that name the same second field replace each other, as in n8n.
  const lookup = new Map<string, Loose>();
  for (const pair of pairs) lookup.set(pair.field2, read(entry, pair.field1));
  if ([...lookup.values()].includes(undefined)) return undefined;
  const found: number[] = [];
  for (const [index, other] of second.entries()) {
    if (![...lookup].every(([field, value]) => equal(value, read(other, field)))) continue;
    found.push(index);
    if (options.multipleMatches === 'first') break;
  }
  return found;
}

export function joinByFields(run: NodeRun, [first = [], second = []]: Item[][]): Item[][] {
  const pairs = readPairs(run);
  const joinMode = run.param<string>('joinMode', 0, 'keepMatches');
  // Choices that n8n does not show for this way of joining do not count.
  const from = ['keepMatches', 'keepNonMatches'].includes(joinMode) ? run.param<string>('outputDataFrom', 0, 'both') : 'both';
  const written = run.param<MatchOptions & JsonObject>('options', 0, {});
  const choosesMatches = joinMode === 'keepMatches' ? from === 'both' : joinMode !== 'keepNonMatches';
  const options = choosesMatches ? written : { ...written, multipleMatches: 'all' };
  if (run.version < 2.1) {
    checkPresent(
      first,
      pairs.map((pair) => pair.field1),
      options,
      'Input 1',
    );
    checkPresent(
      second,
      pairs.map((pair) => pair.field2),
      options,
      'Input 2',
    );
  }
  if (first.length === 0 || second.length === 0) {
    if (first.length === 0 && joinMode === 'keepNonMatches' && from === 'input1') return [[]];
    if (second.length === 0 && joinMode === 'keepNonMatches' && from === 'input2') return [[]];
    const stops =
      joinMode === 'keepMatches' ||
      (joinMode === 'enrichInput1' && first.length === 0) ||
      (joinMode === 'enrichInput2' && second.length === 0);
    if (stops) return run.version < 3 ? [[]] : [];
    return [[...first, ...second]];
  }
  if (pairs.length === 0)
    return [['keepMatches', 'keepEverything', 'enrichInput2'].includes(joinMode) ? [] : first].map((items) => items as Item[]);
  return [join(run, first, second, pairs, joinMode, from, options)];
}

function readPairs(run: NodeRun): Pair[] {
  if (run.version < 3 || run.param('advanced', 0, false) === true)
    return checkPairs(
      run.param<Pair[]>('mergeByFields.values', 0, []).map((pair) => ({ field1: pair.field1 ?? '', field2: pair.field2 ?? '' })),
    );
  const names = run.param<string>('fieldsToMatchString', 0, '').split(',');
  return checkPairs(names.map((name) => ({ field1: name.trim(), field2: name.trim() })));
}

function checkPresent(items: readonly Item[], fields: string[], options: MatchOptions, label: string): void {
  for (const field of fields) {
    const isThere = items.some((item) =>
      options.disableDotNotation === true ? Object.hasOwn(item.json, field) : get(item.json, field) !== undefined,
    );
    if (!isThere) throw new NodeFault(`Field '${field}' is not present in any of items in '${label}'`);
  }
}

function join(run: NodeRun, first: Item[], second: Item[], pairs: Pair[], joinMode: string, from: string, options: MatchOptions): Item[] {
  const equal = comparer(options.fuzzyCompare === true);
  const splits = from === 'both' || joinMode === 'enrichInput1' || joinMode === 'enrichInput2';
  const matched: { entry: Item; matches: Item[] }[] = [];
  const unmatched1: Item[] = [];
  const used = new Set<number>();
  let pairsMade = 0;
  for (const entry of first) {
    const found = matchesOf(entry, second, pairs, options, equal) ?? [];
    for (const index of found) used.add(index);
    const matches = found.map((index) => second[index] as Item);
    pairsMade += matches.length;
    checkCount(pairsMade);
    if (matches.length === 0) unmatched1.push(entry);
    else if (splits) matched.push(...matches.map((match) => ({ entry, matches: [match] })));
    else matched.push({ entry, matches });
  }
  const matched2 = second.filter((_, index) => used.has(index));
  const unmatched2 = second.filter((_, index) => !used.has(index));
  const clash = clashOf(run);
  const plain = (items: Item[], suffix: string): Item[] => (clash.resolveClash === 'addSuffix' ? addSuffix(items, suffix) : items);
  switch (joinMode) {
    case 'keepMatches':
    case 'keepEverything': {
      const output =
        from === 'input1' ? matched.map((match) => match.entry) : from === 'input2' ? matched2 : mergeMatched(run, matched, clash);
      return joinMode === 'keepMatches' ? output : [...output, ...plain(unmatched1, '1'), ...plain(unmatched2, '2')];
    }
    case 'keepNonMatches':
      if (from === 'input1') return unmatched1;
      if (from === 'input2') return unmatched2;
      return [...withSource(unmatched1, 'input1'), ...withSource(unmatched2, 'input2')];
    case 'enrichInput1':
      return [...mergeMatched(run, matched, clash, joinMode), ...plain(unmatched1, '1')];
    case 'enrichInput2':
      return [...mergeMatched(run, matched, clash, joinMode), ...plain(unmatched2, '2')];
    default:
      return [];
  }
}

const withSource = (items: Item[], name: string): Item[] => items.map((item) => ({ ...item, json: { ...item.json, _source: name } }));

function mergeMatched(run: NodeRun, matched: { entry: Item; matches: Item[] }[], clash: Clash, joinMode?: string): Item[] {
  const joinObjects = joiner(clash);
  const last = run.version < 3 ? 'preferInput2' : 'preferLast';
  const resolve = clash.resolveClash ?? (joinMode === 'enrichInput2' ? 'preferInput1' : last);
  return matched.map(({ entry, matches }) => {
    if (resolve === 'preferInput1') {
      const all = [...matches, entry];
      return together(joinObjects, all);
    }
    if (resolve === 'addSuffix') return together(joinObjects, [...addSuffix([entry], '1'), ...addSuffix(matches, '2')]);
    if (resolve === last) return together(joinObjects, [entry, ...matches]);
    return { json: {}, binary: {}, pairedItem: [] };
  });
}

function together(joinObjects: ReturnType<typeof joiner>, [head, ...rest]: Item[]): Item {
  return {
    json: joinObjects({ ...head?.json }, ...rest.map((item) => item.json)),
    binary: joinObjects({ ...head?.binary }, ...rest.map((item) => item.binary)),
    pairedItem: [head, ...rest].flatMap((item) => pairedList(item?.pairedItem)),
  };
}
