import type { ServerState, ServerStatus } from '../../../shared/model/tool.ts';
import type { Tone } from '../../ui/index.ts';

/** The dot's colour; the word always stands beside it. */
export const toneOf = (state: ServerState): Tone =>
  ({ ready: 'ok', starting: 'run', restarting: 'run', failed: 'bad', stopped: 'neutral' })[state] as Tone;

export type ShownState = ServerState | 'asleep' | 'quarantine' | 'signIn' | 'changed' | 'ended';

/** What matters most of a server's state, in one word; what waits for the person first. */
export function shownState(server: ServerStatus): { word: ShownState; tone: Tone } {
  if (server.quarantine !== undefined) return { word: 'quarantine', tone: 'bad' };
  if (server.signIn?.needed === true) return { word: 'signIn', tone: 'wait' };
  if ((server.changes?.length ?? 0) > 0 && server.state !== 'failed') return { word: 'changed', tone: 'wait' };
  if (server.isAsleep === true) return { word: 'asleep', tone: 'neutral' };
  // It did start: a limit ended it.
  if (server.state === 'failed' && server.failure?.cause === 'too-big') return { word: 'ended', tone: 'bad' };
  return { word: server.state, tone: toneOf(server.state) };
}

export const isRemote = (server: ServerStatus): boolean => (server.config?.transport ?? 'stdio') !== 'stdio';

/** It can be asked: it runs, or is woken by being asked. */
export const canAsk = (server: ServerStatus): boolean => server.state === 'ready' || server.isAsleep === true;

/** Built-in servers first, then by name. */
export const sorted = (servers: readonly ServerStatus[]): ServerStatus[] =>
  servers.toSorted((a, b) => (a.kind === b.kind ? a.title.localeCompare(b.title) : a.kind === 'built-in' ? -1 : 1));

/** As `wordsOfCommand` reads it; the backslashes of a Windows path stay as they are. */
const quoted = (word: string): string => (/"|\\$|\\\\|\n/.test(word) ? JSON.stringify(word) : `"${word}"`);

/** How the process is started, as one line for reading. */
export const commandLine = (config: { command: string; args: readonly string[] }): string =>
  [config.command, ...config.args].map((word) => (/^[\w@%+=:,./\\${}-]+$/.test(word) ? word : quoted(word))).join(' ');
