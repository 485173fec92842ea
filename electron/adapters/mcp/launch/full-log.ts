// Everything a server said on stderr and what was done with it, on disk, for when the newest lines do not say enough. Without
// secrets, by a line at a time; bounded: a file of a megabyte, three of them.

import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { LaunchPlan } from './launch-plan.ts';
import type { StartFailure } from './start-error.ts';

const fileBytes = 1024 * 1024;
const kept = 3;
/** A server that prints without end must not wear out the disk: so much for one start, then only that more came. */
const startBytes = 8 * 1024 * 1024;

export interface FullLog {
  /** Where it is. Absolute. */
  readonly path: string;
  /** A start begins. */
  begin(config: ServerConfig): void;
  planned(plan: LaunchPlan): void;
  /** One line of its stderr, or a remark. */
  line(text: string): void;
  failed(failure: StartFailure): void;
  /** Writes what is held back. */
  flush(): void;
}

export const logFile = (dataFolder: string, id: string): string => join(dataFolder, 'logs', 'servers', `${id}.log`);

export function openFullLog(
  dataFolder: string,
  id: string,
  options: { redact(text: string): string; now(): number; problem(text: string): void },
): FullLog {
  const path = logFile(dataFolder, id);
  let held: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let written = 0;
  let isBroken = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held.length === 0 || isBroken) return;
    const text = held.join('');
    held = [];
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      rotate(path);
      appendFileSync(path, text, { mode: 0o600 });
    } catch (error) {
      // A full disk must not end a server; it is said once.
      isBroken = true;
      options.problem(`The log ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const write = (text: string) => {
    if (written > startBytes) return;
    const line = `${new Date(options.now()).toISOString()} ${options.redact(text).slice(0, 8_000)}\n`;
    written += line.length;
    held.push(written > startBytes ? 'More came, and is not kept.\n' : line);
    timer ??= setTimeout(flush, 250).unref();
  };
  return {
    path,
    begin(config) {
      written = 0;
      isBroken = false;
      write(`── Start of “${config.title}”: ${[config.command, ...config.args].join(' ')}`);
    },
    planned(plan) {
      write(`runs ${[plan.file, ...(plan.shownArgs ?? plan.args)].join(' ')}`);
      write(`in ${plan.cwd}, environment: ${Object.keys(plan.env).join(' ')}`);
      write(`PATH ${plan.env.PATH ?? ''}`);
      for (const note of plan.notes ?? []) write(note);
    },
    line: write,
    failed(failure) {
      write(`did not start (${failure.cause}): ${failure.message} → ${failure.hint}`);
      flush();
    },
    flush,
  };
}

function rotate(path: string): void {
  let size: number;
  try {
    size = statSync(path).size;
  } catch {
    return; // the first one
  }
  if (size < fileBytes) return;
  for (let i = kept - 1; i >= 1; i -= 1) {
    const from = i === 1 ? path : `${path}.${i - 1}`;
    try {
      renameSync(from, `${path}.${i}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
