// The log: JSON lines in `<data>/logs/orrery.log`, turned over by size; warnings on stderr; the newest lines in memory for the
// System page. Every text is redacted before it is serialised (a secret with a quote in it would look different after) and the
// whole line once more, before anything is written anywhere.

import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Log } from '../runtime/ports.ts';

export interface LogOptions {
  /** The data folder. Without it nothing is written to disk. */
  folder?: string;
  /** Nothing on stderr. */
  quiet?: boolean;
  /** Replaces secrets in a text; asked for every line, so it may learn new ones. */
  redact: (text: string) => string;
  level?: 'debug' | 'info' | 'warn' | 'error';
  /** Bytes of one file; 5 MB. */
  maxBytes?: number;
  stderr?: (line: string) => void;
}

const keptFiles = 5;
const keptLines = 2000;
const warnLevel = 40;
const maxDepth = 6;

export function openLog(options: LogOptions): Log & { close(): void } {
  const { redact, quiet = false, stderr = (line) => void process.stderr.write(`${line}\n`) } = options;
  const file = options.folder === undefined ? undefined : openTurningFile(join(options.folder, 'logs'), options.maxBytes ?? 5_000_000);
  const ring: string[] = [];
  const remember = {
    write(line: string) {
      ring.push(readable(line));
      if (ring.length > keptLines) ring.splice(0, ring.length - keptLines);
    },
  };
  const streams: pino.StreamEntry[] = [{ level: 'debug', stream: remember }];
  if (file !== undefined) streams.push({ level: 'debug', stream: { write: (line) => file.write(line) } });
  if (!quiet) streams.push({ level: 'warn', stream: { write: (line) => stderr(readable(line)) } });
  const out = pino.multistream(streams);
  // Redacts once for all streams; multistream reads the level that pino leaves here.
  const redacting = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      Object.assign(out, { lastLevel: this.lastLevel });
      out.write(redact(line));
    },
  };
  const logger = pino({ level: options.level ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, redacting);
  const clean = (data: Record<string, unknown> | undefined) => (data === undefined ? {} : (redactDeep(data, redact, 0) as object));
  return {
    debug: (message, data) => logger.debug(clean(data), redact(message)),
    info: (message, data) => logger.info(clean(data), redact(message)),
    warn: (message, data) => logger.warn(clean(data), redact(message)),
    error: (message, data) => logger.error(clean(data), redact(message)),
    recent: (limit) => (limit <= 0 ? [] : ring.slice(-limit)),
    close: () => file?.close(),
  };
}

/** A copy with every text redacted, keys included. Errors become their stack; what is too deep or cyclic is cut. */
function redactDeep(value: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value;
  if (value instanceof Error) return redact(value.stack ?? String(value));
  if (depth >= maxDepth) return '[…]';
  if (Array.isArray(value)) return value.map((each) => redactDeep(each, redact, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [redact(key), redactDeep(each, redact, depth + 1)]));
}

const names: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** `2026-11-21T08:00:00.000Z warn  The message {"more":1}` */
function readable(line: string): string {
  let entry: { level: number; time: string; msg?: string };
  try {
    entry = JSON.parse(line);
  } catch {
    // Redaction replaced a bare number, so it is JSON no more: the line as it is tells as much.
    return line.trimEnd();
  }
  const { level, time, msg, ...data } = entry;
  const more = Object.keys(data).length === 0 ? '' : ` ${JSON.stringify(data)}`;
  const name = names[level] ?? (level > warnLevel ? 'error' : 'info');
  return `${time} ${name.padEnd(5)} ${msg ?? ''}${more}`;
}

/** Appends; when full, and at opening when it is already, `orrery.log` becomes `orrery.1.log` and so on, five in all. */
function openTurningFile(folder: string, maxBytes: number): { write(line: string): void; close(): void } {
  const name = (index: number) => join(folder, index === 0 ? 'orrery.log' : `orrery.${index}.log`);
  let handle: number | undefined;
  let size = 0;
  const turn = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
    rmSync(name(keptFiles - 1), { force: true });
    for (let index = keptFiles - 2; index >= 0; index -= 1)
      if (statSync(name(index), { throwIfNoEntry: false }) !== undefined) renameSync(name(index), name(index + 1));
  };
  const open = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    size = statSync(name(0), { throwIfNoEntry: false })?.size ?? 0;
    if (size >= maxBytes) {
      turn();
      size = 0;
    }
    handle = openSync(name(0), 'a', 0o600);
  };
  return {
    write(line) {
      try {
        if (handle === undefined || size >= maxBytes) {
          if (handle !== undefined) closeSync(handle);
          handle = undefined;
          open();
        }
        size += writeSync(handle as unknown as number, line);
      } catch {
        // A log that cannot be written (disk full, folder gone) must not take the work with it. The store shows the banner for
        // the same cause, the lines stay in memory, and the next line tries again.
        if (handle !== undefined) closeSync(handle);
        handle = undefined;
      }
    },
    close() {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
      size = 0;
    },
  };
}
