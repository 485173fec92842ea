// Times in sentences, in this computer's own zone.

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `21:04`, with its date where that differs from the other's. */
export const dateTime = (at: number, beside?: number): string =>
  beside !== undefined && date.format(at) === date.format(beside) ? time.format(at) : `${date.format(at)}, ${time.format(at)}`;

/** "2 hours", "an hour", "12 days": rounded to what one says. */
export function spanWords(ms: number): string {
  for (const [unit, size] of [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const) {
    if (ms < size * 0.95) continue;
    const count = Math.round(ms / size);
    return count === 1 ? `${unit === 'hour' ? 'an' : 'a'} ${unit}` : `${count} ${unit}s`;
  }
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds === 1 ? 'a second' : `${seconds} seconds`;
}
