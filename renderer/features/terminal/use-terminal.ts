// One shell behind one xterm: opens it, carries both directions, follows the size, and ends it when the page is left.

import { type RefObject, useEffect, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { client, toAppError } from '../../api/index.ts';
import { createTerminal, type TerminalParts } from './create-terminal.ts';
import { themeFromTokens } from './theme.ts';

export type ShellState = { kind: 'opening' } | { kind: 'open' } | { kind: 'ended'; code: number } | { kind: 'failed'; error: AppError };

interface Callbacks {
  onLink: (url: string) => void;
}

/** Starts another shell whenever `turn` changes. */
export function useTerminal(
  holder: RefObject<HTMLDivElement | null>,
  turn: number,
  { onLink }: Callbacks,
): { state: ShellState; parts: TerminalParts | undefined; write: (text: string) => void } {
  const [state, setState] = useState<ShellState>({ kind: 'opening' });
  const [live, setLive] = useState<{ parts: TerminalParts; write: (text: string) => void }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: callbacks are only read when something happens
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const control = new AbortController();
    const parts = createTerminal(element, onLink);
    const session = startSession(parts, control.signal, setState);
    setLive({ parts, write: session.write });
    const stopSizing = followSize(element, parts);
    const stopTheme = followTheme(element, parts);
    parts.terminal.focus();
    return () => {
      control.abort();
      stopSizing();
      stopTheme();
      session.close();
      parts.terminal.dispose();
      setLive(undefined);
    };
  }, [turn]);
  return { state, parts: live?.parts, write: live?.write ?? (() => undefined) };
}

function startSession(
  { terminal, fit }: TerminalParts,
  signal: AbortSignal,
  onState: (state: ShellState) => void,
): { write: (text: string) => void; close: () => void } {
  let id: string | undefined;
  const fail = (error: unknown): void => {
    if (!signal.aborted) onState({ kind: 'failed', error: toAppError(error) });
  };
  // Keystrokes must arrive in order: each call waits for the one before.
  let line: Promise<unknown> = Promise.resolve();
  const write = (data: string): void => {
    for (let at = 0; at < data.length; at += 500_000) {
      const piece = data.slice(at, at + 500_000);
      line = line
        .then(() => (id === undefined || signal.aborted ? undefined : client.shell.writeTerminal({ id, data: piece })))
        .catch(fail);
    }
  };
  const run = async (): Promise<void> => {
    onState({ kind: 'opening' });
    fit.fit();
    const opened = await client.shell.openTerminal({ cols: terminal.cols, rows: terminal.rows });
    id = opened.id;
    if (signal.aborted) return end(id);
    onState({ kind: 'open' });
    terminal.onData(write);
    terminal.onResize(({ cols, rows }) => {
      client.shell.resizeTerminal({ id: opened.id, cols, rows }).catch(fail);
    });
    for await (const batch of await client.shell.watchTerminal({ id }, { signal })) {
      for (const event of batch) {
        if (event.type === 'data') terminal.write(event.data);
        else onState({ kind: 'ended', code: event.code });
      }
    }
  };
  run().catch(fail);
  return {
    write,
    close: () => {
      if (id !== undefined) end(id);
    },
  };
}

/** The page is gone; a shell that is gone too is no fault. */
function end(id: string): void {
  client.shell.closeTerminal({ id }).catch((error: unknown) => console.warn('The shell could not be ended.', toAppError(error).message));
}

function followSize(element: HTMLElement, { fit }: TerminalParts): () => void {
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

function followTheme(element: HTMLElement, { terminal }: TerminalParts): () => void {
  const observer = new MutationObserver(() => {
    terminal.options.theme = themeFromTokens(element);
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
