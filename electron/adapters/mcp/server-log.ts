// The newest lines of a server from wherever they came, each with its time: its own log over MCP, its stderr, what the host did.

import type { ServerLogLine } from '../../../shared/model/mcp.ts';

const maxLines = 2_000;
const maxLength = 1024 * 1024;

export class ServerLog {
  #lines: ServerLogLine[] = [];
  #length = 0;
  readonly #now: () => number;

  readonly #also: (text: string) => void;

  /** `also` gets every line, for the log on disk. */
  constructor(now: () => number, also: (text: string) => void = () => undefined) {
    this.#now = now;
    this.#also = also;
  }

  add(from: ServerLogLine['from'], level: ServerLogLine['level'], text: string): void {
    const line = text.slice(0, 4_000);
    this.#lines.push({ at: this.#now(), from, level, text: line });
    this.#length += line.length;
    this.#also(from === 'stderr' ? line : `[${from}] ${line}`);
    // Cut by halves: to take one from the front for each one added would be costly.
    if (this.#lines.length > 2 * maxLines) this.#keep(maxLines);
    while (this.#length > maxLength && this.#lines.length > 1) this.#keep(Math.ceil(this.#lines.length / 2));
  }

  newest(): ServerLogLine[] {
    return this.#lines.slice(-maxLines);
  }

  #keep(count: number): void {
    this.#lines = this.#lines.slice(-count);
    this.#length = this.#lines.reduce((sum, each) => sum + each.text.length, 0);
  }
}
