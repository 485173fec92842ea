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

/** `ended` itself, which nobody else holds, with why it was allowed. */
export function whole(allowed: NewAuditEntry, ended: NewAuditEntry): NewAuditEntry {
  ended.details = Object.assign(ended.details ?? {}, allowed.details, { why: allowed.reason });
  return ended;
}

/**
 * Its decision is an entry of its own already. By their run and step the two are found together; without one, as in a call by hand, the end
 * says once more why it was allowed.
 */
export const late = (allowed: NewAuditEntry, ended: NewAuditEntry): NewAuditEntry => {
  if (ended.run !== undefined) return ended;
  const said = whole(allowed, ended);
  return { ...said, details: { ...said.details, decided: true } };
};
