// All that a server said and that was noted of it: the newest lines, its stderr as it came, the log on disk. What goes out of here, also
// in words of ours, is without the values of secrets.

import type { ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { Log, Vault } from '../../runtime/ports.ts';
import { type FullLog, openFullLog } from './launch/full-log.ts';
import type { StartFailure } from './launch/start-error.ts';
import { ServerLog } from './server-log.ts';
import { StderrRing } from './stderr-ring.ts';

interface RecordDeps {
  dataFolder: string;
  vault: Pick<Vault, 'redact'>;
  now(): number;
  log: Pick<Log, 'warn'>;
  /** Takes out what the vault does not know: tokens of its sign-in. */
  redactMore(text: string): string;
}

export class ServerRecord {
  readonly full: FullLog;
  readonly ring: StderrRing;
  readonly #newest: ServerLog;
  readonly #deps: RecordDeps;

  constructor(id: string, deps: RecordDeps) {
    this.#deps = deps;
    this.full = openFullLog(deps.dataFolder, id, {
      redact: (text) => this.redact(text),
      now: deps.now,
      problem: (text) => deps.log.warn(text),
    });
    this.#newest = new ServerLog(deps.now, (text) => this.full.line(text));
    this.ring = new StderrRing(
      (line) => this.#newest.add('stderr', 'info', line),
      (level, text) => this.note(level, text),
    );
  }

  redact(text: string): string {
    return this.#deps.redactMore(this.#deps.vault.redact(text));
  }

  /** Newest last. */
  lines(): ServerLogLine[] {
    return this.#newest.newest().map((line) => ({ ...line, text: this.redact(line.text) }));
  }

  begin(config: ServerConfig): void {
    this.full.begin(config);
  }

  failed(failure: StartFailure): void {
    this.full.failed(failure);
  }

  /** Its own words, over MCP. */
  said(level: ServerLogLine['level'], text: string): void {
    this.#newest.add('server', level, text);
  }

  /** Ours. */
  note(level: ServerLogLine['level'], text: string): void {
    this.#newest.add('host', level, text);
  }
}
