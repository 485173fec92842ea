import { readFileSync } from 'node:fs';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { type ServerLogLine, serverLogLine } from '../../shared/model/mcp.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { amber, dim, exitCodes, formatTime, inert, print, red } from './output.ts';

export interface LogOptions {
  json?: boolean;
  follow?: boolean;
  level?: string;
}

const levels = serverLogLine.shape.level.options;
const linesOfFile = 200;

/** The lines there are; with `--follow` those that come, until Ctrl-C. One JSON object a line with `--json`. */
export async function followLog(client: HostClient, server: ServerStatus, options: LogOptions): Promise<number> {
  const least = (levels as readonly string[]).indexOf(options.level ?? 'debug');
  if (least < 0) throw new AppError('input-level', `“${options.level}” is not a level.`, { hint: `Levels are ${levels.join(', ')}.` });
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  try {
    let before: readonly ServerLogLine[] = [];
    let isFirst = true;
    for await (const lines of await client.tools.watchLogs({ server: server.id }, { signal: stop.signal })) {
      if (isFirst && lines.length === 0 && options.json !== true) printFile(server);
      for (const line of newOf(before, lines)) if (levels.indexOf(line.level) >= least) printLine(line, options);
      before = lines;
      isFirst = false;
      if (options.follow !== true) break;
    }
  } catch (error) {
    if (!stop.signal.aborted && !isCancelled(error)) throw error;
  } finally {
    process.off('SIGINT', end);
    stop.abort();
  }
  return exitCodes.ok;
}

/** What came after the last line that is known; the oldest fall out as new ones come. */
export function newOf(before: readonly ServerLogLine[], now: readonly ServerLogLine[]): readonly ServerLogLine[] {
  if (before.length === 0) return now;
  const same = (one: ServerLogLine | undefined, other: ServerLogLine | undefined): boolean =>
    one?.at === other?.at && one?.text === other?.text && one?.from === other?.from;
  for (let shift = 0; shift < before.length; shift += 1) {
    const rest = before.length - shift;
    if (rest <= now.length && before.slice(shift).every((line, index) => same(line, now[index]))) return now.slice(rest);
  }
  return now;
}

function printLine(line: ServerLogLine, options: LogOptions): void {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const text = inert(line.text);
  print(
    `${dim(formatTime(line.at))}  ${dim(line.from.padEnd(6))}  ${line.level === 'error' ? red(text) : line.level === 'warn' ? amber(text) : text}`,
  );
}

/** Of earlier starts: the newest lines of the file, when there are none of this one. */
function printFile(server: ServerStatus): void {
  if (server.logFile === undefined) return;
  try {
    for (const line of readFileSync(server.logFile, 'utf8').trimEnd().split('\n').slice(-linesOfFile)) print(inert(line));
  } catch (error) {
    // It has never started.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
