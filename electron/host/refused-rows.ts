// Connections of tool servers that a rule refused: a server that asks without end, in its sandbox, would fill the log and the disk, and
// crowd out what others did. So many of each server are listed, then they are counted, and the count is an entry. What left this machine
// is always listed.

import type { NewAuditEntry } from '../../shared/model/audit.ts';
import { createBuckets } from '../runtime/serve/bucket.ts';

const tellEveryMs = 60_000;
const maxServers = 500;

/** Hands on what is to be recorded. `now` in milliseconds. */
export function fewerRefused(record: (entry: NewAuditEntry) => void, now: () => number = Date.now): (entry: NewAuditEntry) => void {
  const listed = createBuckets({ atOnce: 100, perMinute: 20 });
  const over = new Map<string, { count: number; since: number; last: NewAuditEntry }>();
  const tell = (server: string): void => {
    const found = over.get(server);
    over.delete(server);
    if (found === undefined) return;
    record({
      kind: 'access',
      actor: found.last.actor,
      what: 'connection:more',
      outcome: 'denied',
      reason: `${found.count} more connections of it were refused within ${Math.max(1, Math.round((now() - found.since) / 1000))} s, the last to ${found.last.what}; they are not listed one by one.`,
      details: { count: found.count, server },
    });
  };
  return (entry) => {
    const { actor, details } = entry;
    const isOfServer = entry.kind === 'connection' && actor.kind === 'server' && actor.id !== undefined;
    // What was connected to has an address.
    const isRefused = isOfServer && entry.outcome === 'denied' && details?.address === '';
    if (!isRefused || actor.id === undefined) return record(entry);
    const server = actor.id;
    const at = now();
    if (listed.take(server, at) === 0) {
      tell(server);
      return record(entry);
    }
    const found = over.get(server) ?? { count: 0, since: at, last: entry };
    // The first says at once that there is more, so that it is known also when the host ends.
    if (found.count === 0)
      record({
        ...{ kind: 'access', actor, what: 'connection:more', outcome: 'denied', details: { server } },
        reason: 'Too many connections of it were refused; those that follow are counted, not listed.',
      });
    over.set(server, { count: found.count + 1, since: found.since, last: entry });
    if (at - found.since >= tellEveryMs) tell(server);
    if (over.size > maxServers) tell(over.keys().next().value as string);
  };
}
