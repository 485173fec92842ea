// The Scripts port: at most two threads, each with a QuickJS sandbox and one script at a time. They are started when needed,
// kept warm, ended from outside when a script is late or cancelled, and ended when idle.

import { AppError, cancelled } from '../../../shared/errors.ts';
import { findHostileJson, type JsonValue } from '../../../shared/model/json.ts';
import type { ScriptPrelude, Scripts } from '../../runtime/ports.ts';
import { maxSandboxMb } from './limits.ts';
import { createN8nNodes } from './n8n-nodes.ts';
import type { ScriptFault } from './script-fault.ts';
import { ScriptThread } from './script-thread.ts';

const maxThreads = 2;
const defaultTimeoutMs = 10_000;
const defaultMemoryMb = 64;
/** What the prelude itself needs, and room to work. */
const minMemoryMb = 16;
/** UTF-16 units. */
const maxCode = 1_000_000;
const maxGlobals = 16_000_000;

interface Waiting {
  prelude: '' | ScriptPrelude;
  start(thread: ScriptThread): void;
  leave(): void;
}

export function createScripts(options: { idleMs?: number } = {}): Scripts {
  const threads = new Set<ScriptThread>();
  const queue: Waiting[] = [];
  const nodes = createN8nNodes(options);
  let isClosed = false;

  /** Gives each that waits a thread: a free one of its kind, a new one, or one in place of a free one of the other kind. */
  function next(): void {
    for (let at = 0; at < queue.length; at += 1) {
      const waiting = queue[at] as Waiting;
      const free = [...threads].filter((each) => each.isFree);
      if (free.length === 0 && threads.size >= maxThreads) return;
      let thread = free.find((each) => each.prelude === waiting.prelude);
      if (thread === undefined && threads.size >= maxThreads && free[0] !== undefined) {
        threads.delete(free[0]);
        void free[0].end();
      }
      if (thread === undefined && threads.size < maxThreads) {
        thread = new ScriptThread(waiting.prelude, {
          idleMs: options.idleMs ?? 60_000,
          onFree: next,
          onEnd: (ended) => {
            threads.delete(ended);
            next();
          },
        });
        threads.add(thread);
      }
      if (thread === undefined) continue;
      queue.splice(at, 1);
      at -= 1;
      waiting.start(thread);
    }
  }

  return {
    run({ code, globals, prelude = [] }, { signal, timeoutMs = defaultTimeoutMs, memoryMb = defaultMemoryMb, onLog }) {
      if (signal.aborted || isClosed) return Promise.reject(cancelled());
      const prepared = prepare(code, globals);
      if (prepared instanceof AppError) return Promise.reject(prepared);
      return new Promise<JsonValue | undefined>((resolve, reject) => {
        const leave = (): void => {
          const at = queue.indexOf(waiting);
          if (at >= 0) queue.splice(at, 1);
          reject(cancelled());
        };
        const waiting: Waiting = {
          prelude: prelude[0] ?? '',
          leave,
          start(thread) {
            signal.removeEventListener('abort', leave);
            const log = (level: string, text: string): void => onLog?.(level === 'warn' || level === 'error' ? level : 'info', text);
            thread
              .run({ code, prepared, timeoutMs, memoryMb: Math.min(Math.max(memoryMb, minMemoryMb), maxSandboxMb) }, signal, log)
              .then((end) => resolve('fault' in end ? Promise.reject(failure(end.fault, timeoutMs)) : read(end.value)))
              .catch(reject);
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
        next();
      });
    },
    reckon: nodes.reckon,
    async close() {
      isClosed = true;
      await nodes.close();
      for (const waiting of [...queue]) waiting.leave();
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

const tooBig = (what: string): AppError =>
  new AppError('script-too-big', `The script was stopped: ${what}.`, { hint: 'Make it work on less data at a time.' });

/** The globals as JSON text, with the instant and the seed that the script sees. */
function prepare(code: string, globals: Record<string, JsonValue>): string | AppError {
  if (code.length > maxCode) return tooBig(`it is longer than ${maxCode / 1e6} million signs`);
  const { $clock, ...rest } = globals;
  const now = instant($clock) ?? instant(globals.$n8n) ?? Date.now();
  const prepared = JSON.stringify({ clock: { now, seed: (now ^ code.length) | 0 }, globals: rest });
  return prepared.length > maxGlobals ? tooBig(`what it is given is longer than ${maxGlobals / 1e6} million signs`) : prepared;
}

/** `now` of an object, in milliseconds since 1970 or as ISO text. */
function instant(holder: JsonValue | undefined): number | undefined {
  if (holder === null || typeof holder !== 'object' || Array.isArray(holder)) return undefined;
  const at = typeof holder.now === 'number' ? holder.now : Date.parse(String(holder.now));
  return Number.isFinite(at) ? at : undefined;
}

function read(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  const value = JSON.parse(text) as JsonValue;
  const hostile = findHostileJson(value);
  if (hostile !== undefined) throw hostile;
  return value;
}

function failure({ kind, message, line, column }: ScriptFault, timeoutMs: number): AppError {
  if (kind === 'memory') return tooBig(message);
  if (kind === 'broken')
    return new AppError('script-failed', `The sandbox broke: ${message}`, { hint: 'Try again; the log has the details.', retryable: true });
  if (kind === 'time')
    return new AppError('script-timed-out', `The script took longer than ${timeoutMs / 1000} s and was stopped.`, {
      hint: 'Look for a loop that does not end, or make it work on less data.',
    });
  const place = line === undefined ? {} : { place: `line ${line}`, details: { line, ...(column === undefined ? {} : { column }) } };
  return new AppError('script-failed', `The script failed${line === undefined ? '' : ` in line ${line}`}: ${message}`, {
    hint: line === undefined ? 'Check it against the input shown in the inspector.' : `Look at line ${line} of the script.`,
    ...place,
  });
}
