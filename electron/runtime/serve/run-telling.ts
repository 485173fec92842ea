// Tells the program that waits for a run how it goes: which steps have begun and ended, and that it waits for the person. Names of steps
// and numbers only: what steps hold, write or log is the person's.

import { isCancelled } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { LogLevel } from './client-session.ts';
import type { ServeContext, ServeDeps } from './served.ts';

/** Never throws: what cannot be told must not fail the call. */
export async function tellOfRun(
  { ports, hub, engine }: Pick<ServeDeps, 'ports' | 'hub' | 'engine'>,
  id: RunId,
  { progress, log }: Pick<ServeContext, 'progress' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  try {
    const nodes = new Map(
      ports.store.runs.getDetails(id)?.document?.nodes.map(({ id: node, title, kind }) => [node as string, title ?? kind]),
    );
    for await (const batch of hub.watch(id, 0, signal))
      for (const { event } of batch) {
        const told = wordsOf(event, (node) => nodes.get(node) ?? node);
        if (event.type === 'step-done') done += 1;
        if (told === undefined) continue;
        const at = engine.progressOf(id);
        const words = ports.vault.redact(told.words);
        progress({ done: Math.max(done, at?.done ?? 0), ...(at === undefined ? {} : { total: at.total }), note: words });
        log(told.level, words);
      }
  } catch (error) {
    if (!isCancelled(error)) log('warning', 'How the run goes cannot be told.');
  }
}

function wordsOf(event: RunEvent, nameOf: (node: string) => string): { level: LogLevel; words: string } | undefined {
  switch (event.type) {
    case 'run-start':
      return { level: 'info', words: 'The run has begun.' };
    case 'step-start':
      return { level: 'debug', words: `${nameOf(event.node)} begins.` };
    case 'step-done':
      return { level: 'info', words: `${nameOf(event.node)} is done.` };
    case 'step-failed':
      return event.retryAt === undefined
        ? { level: 'error', words: `${nameOf(event.node)} failed.` }
        : { level: 'warning', words: `${nameOf(event.node)} failed and is tried again.` };
    case 'step-waiting':
      return { level: 'notice', words: `${nameOf(event.node)} waits for the person’s answer in Orrery’s inbox.` };
    case 'step-answered':
      return { level: 'info', words: `The person answered; ${nameOf(event.node)} goes on.` };
    default:
      return undefined;
  }
}
