// Something allowed that has begun and soon ended is one entry: what became of it, and in its details why it was allowed. Pure.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';

export interface Begun {
  /** Why it is allowed. */
  entry: NewAuditEntry;
  at: number;
  /** Among those that are under way. */
  place: number;
  /** It is an entry, or will be none of its own. */
  isTold: boolean;
}

export const whole = (allowed: NewAuditEntry, ended: NewAuditEntry): NewAuditEntry => ({
  ...ended,
  details: { ...ended.details, ...allowed.details, why: allowed.reason },
});
