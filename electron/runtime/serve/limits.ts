// How often programs connect and call. The counts are those of the policy (rates.ts): so many of one thing in a minute. A program that does
// more is turned away without a row for each try: one entry in the audit log tells of a minute.

import { AppError } from '../../../shared/errors.ts';
import { createCallRates } from '../policy/rates.ts';
import type { Clock } from '../ports.ts';
import type { Audit } from '../services.ts';
import { isUnknownName } from './names.ts';

export interface ClientLimits {
  /** Throws `too-many-connections`. */
  connect(client: string): void;
  /** Throws `too-many-calls`. */
  call(client: string, tool: string): void;
}

const minuteMs = 60_000;
const maxKnown = 500;

export function createClientLimits({ clock, audit }: { clock: Pick<Clock, 'now'>; audit: Audit }): ClientLimits {
  const rates = createCallRates();
  /** When it was last told that this program does this too often. */
  const told = new Map<string, number>();

  function count(client: string, what: string, code: string): void {
    const now = clock.now();
    // Whoever has no token can call itself anything: all of them share one count.
    const who = { key: `program ${isUnknownName(client) ? '' : client}`, name: `The program ${client}` };
    const fault = rates.tooMany(who, undefined, what, now);
    if (fault === undefined) {
      rates.note(who, undefined, what, now);
      return;
    }
    const key = `${who.key} ${what}`;
    const before = told.get(key);
    if (before === undefined || now - before >= minuteMs || now < before) {
      told.delete(key);
      told.set(key, now);
      if (told.size > maxKnown) told.delete(told.keys().next().value as string);
      audit.record({
        kind: 'access',
        actor: { kind: 'client', id: client, name: client },
        what,
        outcome: 'denied',
        reason: `${fault} What it tries beyond that is turned away, and not listed one by one.`,
      });
    }
    throw new AppError(code, fault, { hint: 'Wait a minute.', retryable: true });
  }

  return {
    connect: (client) => count(client, 'mcp', 'too-many-connections'),
    call: (client, tool) => count(client, `orrery.${tool}`, 'too-many-calls'),
  };
}
