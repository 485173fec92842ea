// Who came in or was turned away, for the audit log. A flood must not fill it: after so many in a minute they are counted, and the
// count is one entry.

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
  let minute = 0;
  let count = 0;
  let over = 0;
  return (event) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      if (over > 0)
        record({
          kind: 'access',
          actor: { kind: 'client', name: 'Others' },
          what: 'access:more',
          outcome: 'denied',
          reason: `${over} more came or were turned away within that minute; they are not listed one by one.`,
          details: { count: over },
        });
      minute = current;
      count = 0;
      over = 0;
    }
    count += 1;
    if (count > mostEachMinute) {
      over += 1;
      return;
    }
    record({
      kind: 'access',
      actor: event.by === 'cli' ? { kind: 'person', name: 'You, at the command line' } : { kind: 'client', name: names[event.by] },
      what: event.what.slice(0, 200),
      outcome: event.outcome,
      reason: event.reason,
    });
  };
}
