import type { ServerState, ServerStatus } from '../../../shared/model/tool.ts';
import type { Tone } from '../../ui/index.ts';

/** The dot's colour; the word always stands beside it. */
export const toneOf = (state: ServerState): Tone =>
  ({ ready: 'ok', starting: 'run', restarting: 'run', failed: 'bad', stopped: 'neutral' })[state] as Tone;

/** Built-in servers first, then by name. */
export const sorted = (servers: readonly ServerStatus[]): ServerStatus[] =>
  servers.toSorted((a, b) => (a.kind === b.kind ? a.title.localeCompare(b.title) : a.kind === 'built-in' ? -1 : 1));

/** How the process is started, as one line for reading. */
export const commandLine = (config: { command: string; args: readonly string[] }): string =>
  [config.command, ...config.args].map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
