import { useEffect, useSyncExternalStore } from 'react';
import { cn } from './cn.ts';
import { dateFormat } from './date-format.ts';
import { formatAgo, formatBytes, formatDateTime, formatDuration } from './format.ts';
import { daysBetween, formatWhen } from './when.ts';

const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: 'numeric', second: 'numeric' };

// One clock for every TimeAgo on the page, ticking only while somebody looks at one.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const readers = new Set<() => void>();
const subscribe = (reader: () => void): (() => void) => {
  readers.add(reader);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of readers) each();
  }, 30_000);
  return () => {
    readers.delete(reader);
    if (readers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
};

/** Milliseconds since the epoch, as words; the exact time in the title. */
export function TimeAgo({ at, className }: { at: number; className?: string }) {
  const current = useSyncExternalStore(subscribe, () => now);
  useEffect(() => {
    now = Math.max(now, Date.now());
  }, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)} className={cn('tabular whitespace-nowrap', className)}>
      {formatAgo(at, Math.max(current, at))}
    </time>
  );
}

/** The time now, in milliseconds since 1970: the one clock of every time in words, moving each half minute. */
export const useClock = (): number =>
  Math.max(
    useSyncExternalStore(subscribe, () => now),
    Date.now(),
  );

/** A time to come: `in 5 min`, `tomorrow 08:00`; the exact time in the title. */
export function When({ at }: { at: number }) {
  const current = useClock();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)} className="tabular whitespace-nowrap">
      {formatWhen(at, current)}
    </time>
  );
}

/** When something of a log began: `13:45:37` today, `yesterday 13:45`, `14 Nov 13:45`; the exact time in the title. */
export function TimeOf({ at, className }: { at: number; className?: string }) {
  const current = useClock();
  const words = daysBetween(at, current) === 0 ? dateFormat('en-GB', clock).format(at) : formatWhen(at, current);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)} className={cn('tabular whitespace-nowrap', className)}>
      {words}
    </time>
  );
}

export function Duration({ ms }: { ms: number }) {
  return <span className="tabular whitespace-nowrap">{formatDuration(ms)}</span>;
}

export function Bytes({ bytes, className }: { bytes: number; className?: string }) {
  return <span className={cn('tabular whitespace-nowrap', className)}>{formatBytes(bytes)}</span>;
}
