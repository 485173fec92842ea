// Numbers with units, as people read them. Pure.

import { dateFormat } from './date-format.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as file managers show them: 3_100_000_000 → `3.1 GB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '–';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit]}`;
}

/** Paths below the person's own folder begin with `~`, wherever they stand in the text. */
export function withTilde(text: string, home: string | undefined): string {
  const folder = home?.replace(/[\\/]+$/, '') ?? '';
  if (folder.length < 2) return text;
  let shown = '';
  let from = 0;
  for (let at = text.indexOf(folder); at !== -1; at = text.indexOf(folder, from)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + folder.length] ?? ' '];
    const isWhole = !/[\w/\\.~-]/.test(before) && !/[\w.-]/.test(after);
    shown += text.slice(from, at) + (isWhole ? '~' : folder);
    from = at + folder.length;
  }
  return shown + text.slice(from);
}

/** A path in two: what may be left out in the middle, and its end, which is what people look for. */
export function splitPath(path: string): { head: string; tail: string } {
  const whole = path.replace(/[\\/]+$/, '');
  const cut = Math.max(whole.lastIndexOf('/'), whole.lastIndexOf('\\'));
  return cut <= 0 ? { head: '', tail: path } : { head: path.slice(0, cut), tail: path.slice(cut) };
}

/** Milliseconds: `12 ms`, `1.9 s`, `2 min 5 s`, `3 h 10 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < 1) return '< 1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** `now`, `5 min ago`, `2 h ago`, `yesterday`, `Tuesday`, `14 Nov`, `14 Nov 2025`. */
export function formatAgo(at: number, now: number, locale?: string): string {
  const past = now - at;
  if (past < 45_000) return 'now';
  if (past < 3_600_000) return `${Math.max(1, Math.round(past / 60_000))} min ago`;
  const then = new Date(at);
  const today = new Date(now);
  const days = Math.round((startOfDay(today) - startOfDay(then)) / 86_400_000);
  if (days === 0) return `${Math.round(past / 3_600_000)} h ago`;
  if (days === 1) return 'yesterday';
  if (days < 7) return dateFormat(locale, { weekday: 'long' }).format(then);
  const sameYear = then.getFullYear() === today.getFullYear();
  return dateFormat(locale ?? 'en-GB', { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }).format(then);
}

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

const wholeTime: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};

export const formatDateTime = (at: number, locale = 'en-GB'): string => dateFormat(locale, wholeTime).format(at);
