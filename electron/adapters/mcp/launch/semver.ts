// Versions and the ranges that packages ask for (`engines.node`): what npm understands of them, without pre-releases. Pure.

type Version = readonly [number, number, number];

const parse = (text: string): Version | undefined => {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
};

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** For sorting, oldest first; what is no version comes before all. */
export const compareVersions = (a: string, b: string): number => compare(parse(a) ?? [-1, 0, 0], parse(b) ?? [-1, 0, 0]);

/** True when the range cannot be read: what nobody understands is not held against a runtime. */
export function satisfies(version: string, range: string): boolean {
  const at = parse(version);
  if (at === undefined) return true;
  return range.split('||').some((part) => allOf(at, part.trim()));
}

function allOf(version: Version, part: string): boolean {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(part);
  const terms = hyphen === null ? part.replace(/([<>=^~]+)\s+/g, '$1').split(/\s+/) : [`>=${hyphen[1]}`, `<=${hyphen[2]}`];
  return terms.every((term) => one(version, term));
}

function one(version: Version, term: string): boolean {
  const match = /^(>=|<=|>|<|=|\^|~>?)?v?(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?/.exec(term);
  if (match === null || match[2] === undefined || /[xX*]/.test(match[2])) return true;
  const given = [match[2], match[3], match[4]].filter((each) => each !== undefined && !/[xX*]/.test(each)).map(Number);
  const low: Version = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  /** The first version behind what a term with so many numbers means. */
  const behind = (numbers: number): Version =>
    numbers === 1 ? [low[0] + 1, 0, 0] : numbers === 2 ? [low[0], low[1] + 1, 0] : [low[0], low[1], low[2] + 1];
  switch (match[1]) {
    case '>=':
      return compare(version, low) >= 0;
    case '<':
      return compare(version, low) < 0;
    case '>':
      return compare(version, behind(given.length)) >= 0;
    case '<=':
      return compare(version, behind(given.length)) < 0;
    case '^':
      return (
        compare(version, low) >= 0 &&
        compare(version, low[0] > 0 || given.length === 1 ? behind(1) : low[1] > 0 || given.length === 2 ? behind(2) : behind(3)) < 0
      );
    case '~':
    case '~>':
      return compare(version, low) >= 0 && compare(version, behind(Math.min(2, given.length))) < 0;
    default:
      return compare(version, low) >= 0 && compare(version, behind(given.length)) < 0;
  }
}
