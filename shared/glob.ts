// Simple patterns for names: `*` any signs but `/`, `**` any folders, `?` one sign, `{a,b}` one of them. Without a `/` the pattern is
// for the last part of the path. Matched without regular expressions, so that no pattern can take long.

export type Glob = (path: string) => boolean;

/** Undefined when there is no pattern: everything matches. */
export function globFor(pattern: string | undefined): Glob | undefined {
  if (pattern === undefined || pattern.trim() === '') return undefined;
  const alternatives = expandBraces(pattern.trim().toLowerCase()).map((each) => each.split('/'));
  return (path) => {
    const parts = path.toLowerCase().split('/');
    return alternatives.some((wanted) =>
      wanted.length === 1 ? matchPart(wanted[0] as string, parts.at(-1) as string) : matchParts(wanted, parts),
    );
  };
}

function expandBraces(pattern: string): string[] {
  let all = [pattern];
  // At most a hundred alternatives: more is a mistake or an attack.
  for (let round = 0; round < 5; round += 1) {
    all = all.flatMap((each) => {
      const open = each.indexOf('{');
      const close = each.indexOf('}', open);
      if (open === -1 || close === -1) return [each];
      return each
        .slice(open + 1, close)
        .split(',')
        .map((choice) => each.slice(0, open) + choice + each.slice(close + 1));
    });
    if (all.length > 100) return all.slice(0, 100);
  }
  return all;
}

/** Greedy with one point of return, so linear times the number of stars: the usual wildcard walk. */
function walk<T>(wanted: readonly T[], given: readonly T[], isStar: (each: T) => boolean, fits: (a: T, b: T) => boolean): boolean {
  let [w, g, star, mark] = [0, 0, -1, 0];
  while (g < given.length) {
    if (w < wanted.length && isStar(wanted[w] as T)) {
      star = w;
      mark = g;
      w += 1;
    } else if (w < wanted.length && fits(wanted[w] as T, given[g] as T)) {
      w += 1;
      g += 1;
    } else if (star !== -1) {
      mark += 1;
      w = star + 1;
      g = mark;
    } else return false;
  }
  while (w < wanted.length && isStar(wanted[w] as T)) w += 1;
  return w === wanted.length;
}

const matchPart = (wanted: string, given: string): boolean =>
  walk(
    [...wanted],
    [...given],
    (each) => each === '*',
    (a, b) => a === '?' || a === b,
  );
const matchParts = (wanted: readonly string[], given: readonly string[]): boolean =>
  walk(wanted, given, (each) => each === '**', matchPart);
