// Who came in or was turned away, for the audit log. A flood must not fill it: after so many in a minute they are counted, and the
// count is one entry. Each kind of caller has a count of its own, and who was let in another than who was not: else whoever may not come
// in could knock until nobody sees who did.

import type { NewAuditEntry } from '../../shared/model/audit.ts';

export interface AccessEvent {
  by: 'page' | 'cli' | 'webhook' | 'client';
  outcome: 'allowed' | 'denied';
  /** What was asked for, without keys: `GET /wire`. */
  what: string;
  reason: string;
}

const mostEachMinute = 30;
const names: Record<AccessEvent['by'], string> = {
  page: 'A page',
  cli: 'The command line',
  webhook: 'A webhook caller',
  client: 'Another program',
};

export function createAccessRecorder(record: (entry: NewAuditEntry) => void, now: () => number = Date.now): (event: AccessEvent) => void {
  const counts = new Map<string, { minute: number; count: number }>();
  const actorOf = ({ by }: AccessEvent): NewAuditEntry['actor'] =>
    by === 'cli' ? { kind: 'person', name: 'You, at the command line' } : { kind: 'client', name: names[by] };
  const tellMore = (event: AccessEvent, reason: string, details: { count: number } | undefined): void =>
    record({
      ...{ kind: 'access', actor: actorOf(event), what: 'access:more', outcome: event.outcome, reason },
      ...(details === undefined ? {} : { details }),
    });
  return (event) => {
    const key = `${event.by} ${event.outcome}`;
    const minute = Math.floor(now() / 60_000);
    const known = counts.get(key);
    const words = event.outcome === 'allowed' ? 'came in' : 'were turned away';
    if (known !== undefined && known.minute !== minute && known.count > mostEachMinute) {
      const count = known.count - mostEachMinute;
      tellMore(event, `${count} more ${words} within that minute; they are not listed one by one.`, { count });
    }
    const count = known?.minute === minute ? known.count + 1 : 1;
    counts.set(key, { minute, count });
    // At once, so that it is known even when nobody comes any more, or the host ends.
    if (count === mostEachMinute + 1)
      tellMore(event, `More than ${mostEachMinute} ${words} within a minute; those that follow in it are counted, not listed.`, undefined);
    if (count > mostEachMinute) return;
    record({ kind: 'access', actor: actorOf(event), what: event.what.slice(0, 200), outcome: event.outcome, reason: event.reason });
  };
}
