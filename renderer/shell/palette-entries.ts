// What the palette offers for a text: pure, so that ranking can be tested. Entries are found by their words in any order.

export type PaletteGroup = 'ask' | 'commands' | 'goto' | 'workflows' | 'find';

export interface PaletteEntry {
  id: string;
  group: PaletteGroup;
  icon: string;
  title: string;
  text?: string | undefined;
  keys?: string | undefined;
  /** Further words by which it is found. */
  words?: string | undefined;
  /** The host found it for this text: shown whatever the words say. */
  isFound?: boolean;
  run(): void | Promise<void>;
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');

/** 0: does not fit. Higher is better: starts with it, a word starts with it, contains every word. */
export function scoreOf(entry: Pick<PaletteEntry, 'title' | 'text' | 'words'>, query: string): number {
  const wanted = plain(query.trim());
  if (wanted === '') return 1;
  const title = plain(entry.title);
  if (title === wanted) return 6;
  if (title.startsWith(wanted)) return 5;
  if (title.split(/[\s./_-]+/).some((word) => word.startsWith(wanted))) return 4;
  const all = `${title} ${plain(entry.text ?? '')} ${plain(entry.words ?? '')}`;
  const parts = wanted.split(/\s+/);
  if (parts.every((part) => title.includes(part))) return 3;
  if (parts.every((part) => all.includes(part))) return 2;
  return 0;
}

const order: Record<PaletteGroup, number> = { workflows: 0, commands: 1, goto: 2, ask: 3, find: 4 };
const most: Record<PaletteGroup, number> = { workflows: 6, commands: 6, goto: 12, ask: 3, find: 12 };

export interface PaletteSection {
  group: PaletteGroup;
  entries: PaletteEntry[];
}

/** Groups, the one with the best hit first; asking an agent stands after real hits and before weak finds. */
export function sections(entries: readonly PaletteEntry[], query: string): PaletteSection[] {
  const byGroup = new Map<PaletteGroup, { entry: PaletteEntry; score: number }[]>();
  for (const entry of entries) {
    const score = entry.isFound === true || entry.group === 'ask' ? Math.max(1, scoreOf(entry, query)) : scoreOf(entry, query);
    if (score === 0) continue;
    byGroup.set(entry.group, [...(byGroup.get(entry.group) ?? []), { entry, score }]);
  }
  const best = (group: PaletteGroup): number => (group === 'ask' ? 1.5 : Math.max(...(byGroup.get(group) ?? []).map(({ score }) => score)));
  return [...byGroup.keys()]
    .sort((a, b) => (query.trim() === '' ? 0 : best(b) - best(a)) || order[a] - order[b])
    .map((group) => ({
      group,
      entries: (byGroup.get(group) ?? [])
        .sort((a, b) => b.score - a.score)
        .slice(0, most[group])
        .map(({ entry }) => entry),
    }));
}
