// Long lists of which only some rows are drawn: one stop for Tab, and where arrow keys, Home and End go. Pure.

/** Of the rows that are drawn, the one at which Tab stops: the first of the wanted ones that is among them, else the first. */
export const tabStop = (drawn: readonly number[], wanted: readonly (number | undefined)[]): number | undefined =>
  wanted.find((index) => index !== undefined && drawn.includes(index)) ?? drawn[0];

/** The row to which a key goes; undefined for other keys, and from elsewhere. */
export function keyTarget(key: string, at: number, count: number): number | undefined {
  if (!Number.isFinite(at) || count === 0) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  return step === 0 ? undefined : Math.max(0, Math.min(count - 1, at + step));
}
