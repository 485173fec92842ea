// Where a question of a tool server stands: in the run in which the server was called, else by itself. Each has a step of its own, so
// that no earlier answer is taken for it.

import type { ConversationId, RunId, ServerId } from '../../../shared/model/ids.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import { unattended } from '../policy/unattended.ts';
import type { Ports } from '../ports.ts';
import type { Inbox } from '../services.ts';

/** No server waits longer for a person. */
export const questionMs = 30 * 60_000;

export type AskedItem = Omit<Parameters<Inbox['ask']>[0], 'request'>;

/** Its time is `questionMs` from now. */
export function askedPlace(
  ports: Pick<Ports, 'ids' | 'clock' | 'store'>,
  server: ServerId,
  title: string,
  source: MemorySource | undefined,
): AskedItem {
  const own = ports.ids.next();
  const run = (source?.kind === 'run' ? source.run : `server.${server}.${own}`) as RunId;
  const job = source?.kind === 'run' ? unattended(ports, run)?.job : undefined;
  return {
    run,
    step: `${source?.kind === 'run' ? source.step : server}~${own}`.slice(-200),
    title: source === undefined || source.kind === 'person' ? title : source.title,
    ...(source?.kind === 'conversation' ? { conversation: source.conversation as ConversationId } : {}),
    ...(job === undefined ? {} : { job }),
    expiresAt: ports.clock.now() + questionMs,
  };
}
