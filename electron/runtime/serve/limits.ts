// How often programs connect, look, call and ask, so that one that went mad fills neither log nor disk: so many of one thing in a minute (the
// counts of the policy, rates.ts), and besides so many at once and then a slow stream of them (bucket.ts). A program that does more is
// turned away, told when to come again, and one entry in the audit log tells of a minute of it.

import { AppError } from '../../../shared/errors.ts';
import { Recent } from '../../../shared/recent.ts';
import { createCallRates } from '../policy/rates.ts';
import type { Clock } from '../ports.ts';
import type { Audit } from '../services.ts';
import { createBuckets } from './bucket.ts';
import { isUnknownName } from './names.ts';

export interface ClientLimits {
  /** Throws `too-many-connections`. */
  connect(client: string): void;
  /** Whether its coming and going is listed in the log; with the next that is, how many before it were not. */
  list(client: string): { isListed: boolean; unlisted: number };
  /** Throws `too-many-calls`. */
  call(client: string, tool: string): void;
  /** Lists, prompts and completion, which leave no trace. Throws `too-many-requests`. */
  look(client: string): void;
  /** A question to the person. Throws `too-many-questions`. */
  ask(client: string): void;
}

const minuteMs = 60_000;
const maxKnown = 500;

/** Whoever has no token can call itself anything: all of them share one count. */
const keyOf = (client: string): string => `program ${isUnknownName(client) ? '' : client}`;

export function createClientLimits({ clock, audit }: { clock: Pick<Clock, 'now'>; audit: Audit }): ClientLimits {
  const rates = createCallRates();
  const connections = createBuckets({ atOnce: 60, perMinute: 12 });
  const entries = createBuckets({ atOnce: 20, perMinute: 2 });
  const calls = createBuckets({ atOnce: 1000, perMinute: 30 });
  const looks = createBuckets({ atOnce: 120, perMinute: 120 });
  const questions = createBuckets({ atOnce: 30, perMinute: 2 });
  const unlisted = new Map<string, number>();
  /** When it was last told that this program does this too often. */
  const told = new Recent<string, number>(maxKnown);

  function refuse(client: string, what: string, code: string, fault: string, waitMs: number): never {
    const now = clock.now();
    const key = `${keyOf(client)} ${what}`;
    const before = told.get(key);
    if (before === undefined || now - before >= minuteMs || now < before) {
      told.set(key, now);
      audit.record({
        kind: 'access',
        actor: { kind: 'client', id: client, name: client },
        what,
        outcome: 'denied',
        reason: `${fault} What it tries beyond that is turned away, and not listed one by one.`,
      });
    }
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    throw new AppError(code, fault, { hint: `Try again in ${seconds} s.`, retryable: true, details: { retryAfterSeconds: seconds } });
  }

  function count(client: string, what: string, code: string): void {
    const now = clock.now();
    const who = { key: keyOf(client), name: `The program ${client}` };
    const fault = rates.tooMany(who, undefined, what, now);
    if (fault !== undefined) refuse(client, what, code, fault, minuteMs);
    rates.note(who, undefined, what, now);
  }

  return {
    connect(client) {
      count(client, 'mcp', 'too-many-connections');
      const wait = connections.take(keyOf(client), clock.now());
      if (wait > 0) refuse(client, 'mcp', 'too-many-connections', `The program ${client} connected too often.`, wait);
    },
    list(client) {
      const key = keyOf(client);
      const before = unlisted.get(key) ?? 0;
      const isListed = entries.take(key, clock.now()) === 0;
      unlisted.delete(key);
      if (!isListed) unlisted.set(key, before + 1);
      if (unlisted.size > maxKnown) unlisted.delete(unlisted.keys().next().value as string);
      return { isListed, unlisted: isListed ? before : 0 };
    },
    call(client, tool) {
      count(client, `orrery.${tool}`, 'too-many-calls');
      const wait = calls.take(keyOf(client), clock.now());
      if (wait > 0) refuse(client, 'orrery', 'too-many-calls', `The program ${client} called too much for too long.`, wait);
    },
    look(client) {
      const wait = looks.take(keyOf(client), clock.now());
      if (wait > 0)
        refuse(
          client,
          'orrery lists',
          'too-many-requests',
          `The program ${client} asked for lists, prompts or completion too often.`,
          wait,
        );
    },
    ask(client) {
      const wait = questions.take(keyOf(client), clock.now());
      if (wait > 0) refuse(client, 'orrery questions', 'too-many-questions', `The program ${client} asked the person too often.`, wait);
    },
  };
}
