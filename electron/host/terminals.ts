// The terminals of one host: opened, watched (what was said before comes first), and ended when nobody looks any more.
// Output is passed on as it is; the page treats it as inert text.

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { TerminalEvent } from '../../shared/contract/shell.contract.ts';
import { AppError } from '../../shared/errors.ts';
import { api } from '../runtime/api/base.ts';
import { confirmed, terminalProposal } from '../runtime/policy/proposals.ts';
import type { Ids, Pty, PtyHandle } from '../runtime/ports.ts';
import { batched, Channel } from '../runtime/util/channel.ts';
import { refuseNetworkPath } from './network-path.ts';

const MAX_TERMINALS = 12;
/** UTF-16 units of output kept for a page that comes back. */
const KEPT_OUTPUT = 256 * 1024;
/** A terminal that nobody watches for so long is ended: its page is gone. */
const UNWATCHED_MS = 60_000;

interface Terminal {
  handle: PtyHandle;
  events: Channel<TerminalEvent>;
  kept: string;
  exit: number | undefined;
  unwatched: NodeJS.Timeout | undefined;
}

export interface Terminals {
  open(options: { cols: number; rows: number; cwd?: string | undefined }): { id: string };
  watch(id: string, signal: AbortSignal | undefined): AsyncGenerator<TerminalEvent[]>;
  write(id: string, data: string): void;
  resize(id: string, cols: number, rows: number): void;
  close(id: string): void;
  closeAll(): void;
  readonly count: number;
  /** The program that the next one runs; empty is the person's usual shell. */
  shell(): string;
}

export function createTerminals(deps: { pty: Pty; ids: Ids; getShell(): string; unwatchedMs?: number }): Terminals {
  const terminals = new Map<string, Terminal>();
  const known = (id: string): Terminal => {
    const terminal = terminals.get(id);
    if (terminal === undefined) throw new AppError('terminal-not-found', 'That terminal has ended.', { hint: 'Open a new one.' });
    return terminal;
  };
  const close = (id: string): void => {
    const terminal = terminals.get(id);
    if (terminal === undefined) return;
    terminals.delete(id);
    clearTimeout(terminal.unwatched);
    terminal.handle.kill();
    terminal.events.end();
  };
  const endUnlessWatched = (id: string, terminal: Terminal): void => {
    clearTimeout(terminal.unwatched);
    terminal.unwatched = setTimeout(() => close(id), deps.unwatchedMs ?? UNWATCHED_MS);
    terminal.unwatched.unref();
  };
  return {
    open({ cols, rows, cwd }) {
      if (terminals.size >= MAX_TERMINALS)
        throw new AppError('too-many-terminals', `There are ${MAX_TERMINALS} terminals already.`, { hint: 'Close one first.' });
      const handle = deps.pty.open({ cols, rows, cwd: checkedFolder(cwd), shell: deps.getShell() });
      const id = deps.ids.next();
      const terminal: Terminal = { handle, events: new Channel(), kept: '', exit: undefined, unwatched: undefined };
      terminals.set(id, terminal);
      endUnlessWatched(id, terminal);
      handle.onData((data) => {
        terminal.kept = (terminal.kept + data).slice(-KEPT_OUTPUT);
        terminal.events.send({ type: 'data', data });
      });
      handle.onExit((code) => {
        terminal.exit = code;
        terminal.events.send({ type: 'exit', code });
        terminal.events.end();
      });
      return { id };
    },
    async *watch(id, signal) {
      const terminal = known(id);
      clearTimeout(terminal.unwatched);
      // Subscribed before the kept output is read, so nothing falls between.
      const live = batched(terminal.events.follow(signal));
      try {
        if (terminal.kept !== '') yield [{ type: 'data', data: terminal.kept }];
        if (terminal.exit === undefined) yield* live;
        else yield [{ type: 'exit', code: terminal.exit }];
      } finally {
        await live.return(undefined);
        if (terminal.events.readerCount === 0 && terminals.has(id)) endUnlessWatched(id, terminal);
      }
    },
    write: (id, data) => known(id).handle.write(data),
    resize: (id, cols, rows) => known(id).handle.resize(cols, rows),
    close,
    closeAll: () => {
      for (const id of [...terminals.keys()]) close(id);
    },
    shell: () => deps.getShell(),
    get count() {
      return terminals.size;
    },
  };
}

function checkedFolder(cwd: string | undefined): string {
  if (cwd === undefined || cwd === '') return homedir();
  refuseNetworkPath(cwd, 'cwd');
  try {
    if (statSync(cwd).isDirectory()) return cwd;
  } catch {
    // Said below, in the same words as for a path that is no folder.
  }
  throw new AppError('folder-not-found', `There is no folder ${cwd}.`, { hint: 'Choose one that exists.', place: 'cwd' });
}

/** The terminal calls of the contract, alike in every host. */
export const terminalCalls = (terminals: Terminals) => ({
  openTerminal: api.shell.openTerminal.handler(async ({ input, context }) => {
    await confirmed(context.consent, terminalProposal(terminals.shell()));
    return terminals.open(input);
  }),
  watchTerminal: api.shell.watchTerminal.handler(({ input, signal }) => terminals.watch(input.id, signal)),
  writeTerminal: api.shell.writeTerminal.handler(({ input }) => terminals.write(input.id, input.data)),
  resizeTerminal: api.shell.resizeTerminal.handler(({ input }) => terminals.resize(input.id, input.cols, input.rows)),
  closeTerminal: api.shell.closeTerminal.handler(({ input }) => terminals.close(input.id)),
});
