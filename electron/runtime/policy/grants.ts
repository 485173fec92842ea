// The standing grants as the policy uses them: an index by whom, what and where, so that a decision looks at few of them, and counts of
// their use. The store is the truth; the index is made again when it has changed.

import { AppError } from '../../../shared/errors.ts';
import {
  type ActionKind,
  type GrantDraft,
  type GrantSubject,
  isAboutEveryTool,
  type StandingGrant,
  subjectKey,
} from '../../../shared/model/policy.ts';
import type { Clock, GrantStore, Ids, Log } from '../ports.ts';
import { Channel, watched } from '../util/channel.ts';

/** `id`: of the one whose place it takes. */
export interface GrantOrigin {
  id?: string | undefined;
  from: string;
  definition?: string | undefined;
  agreed?: StandingGrant['agreed'] | undefined;
}

export interface Grants {
  list(): StandingGrant[];
  get(id: string): StandingGrant | undefined;
  /** Those, allowing and forbidding, of these subjects that may concern a call of the tool. */
  forTool(subjects: readonly GrantSubject[], server: string, tool: string): StandingGrant[];
  forKind(subjects: readonly GrantSubject[], kind: ActionKind): StandingGrant[];
  /** Inserts, or with the id of one that is there replaces whom it is for, what it says and its conditions. */
  put(draft: GrantDraft, about: GrantOrigin): StandingGrant;
  /** Throws `grant-not-found`. */
  setRevoked(id: string, isRevoked: boolean): StandingGrant;
  /** It decided; limits count it. */
  noteUse(id: string, tokens?: number): void;
  /** Tokens that what it allowed has used of models; no use of its own. */
  noteSpent(id: string, tokens: number): void;
  /** Counts under another key than a grant's, such as a server's budget. */
  noteLimited(key: string, tokens: number): void;
  used(key: string): { lastHour: number; tokensToday: number };
  watch(signal: AbortSignal | undefined): AsyncIterable<StandingGrant[]>;
  /** Writes down what was counted. */
  close(): void;
}

interface GrantsDeps {
  store: GrantStore;
  clock: Pick<Clock, 'now'>;
  ids: Pick<Ids, 'next'>;
  log?: Pick<Log, 'warn'> | undefined;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Counts of use are written this often, in milliseconds: they only tell people something. */
const writeEveryMs = 2000;

export function createGrants({ store, clock, ids, log }: GrantsDeps): Grants {
  let revision = -1;
  let all: StandingGrant[] = [];
  let index = new Map<string, StandingGrant[]>();
  const changes = new Channel<true>();
  const limited = new LimitedUses(store, clock);
  const waiting = new Map<string, { uses: number; lastUsedAt: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const current = (): Map<string, StandingGrant[]> => {
    if (store.revision() === revision) return index;
    revision = store.revision();
    all = store.all();
    index = new Map();
    for (const grant of all) {
      if (grant.revokedAt !== undefined) continue;
      const key = isAboutEveryTool(grant) ? everyTool(grant.subject) : keyOf(grant.subject, grant.kind, grant.server, grant.tool);
      const same = index.get(key);
      if (same === undefined) index.set(key, [grant]);
      else same.push(grant);
    }
    return index;
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const uses = [...waiting].map(([id, use]) => ({ id, ...use }));
    waiting.clear();
    try {
      store.noteUses(uses);
      changes.send(true);
    } catch (error) {
      log?.warn('The use of grants could not be written down', { error: String(error) });
    }
    revision = -1;
  };
  const find = (id: string): StandingGrant | undefined => {
    current();
    return all.find((grant) => grant.id === id);
  };
  const save = (grant: StandingGrant): StandingGrant => {
    store.put(grant);
    changes.send(true);
    return grant;
  };
  const withWaiting = (grant: StandingGrant): StandingGrant => {
    const more = waiting.get(grant.id);
    return more === undefined ? grant : { ...grant, uses: grant.uses + more.uses, lastUsedAt: more.lastUsedAt };
  };
  const list = (): StandingGrant[] => {
    current();
    return all.map(withWaiting);
  };

  return {
    list,
    get: find,
    forTool(subjects, server, tool) {
      const now = current();
      // Most have none, and every call comes by here.
      if (now.size === 0) return [];
      return subjects.flatMap((subject) => [
        ...(now.get(keyOf(subject, 'tool-call', server, tool)) ?? []),
        ...(now.get(keyOf(subject, 'tool-call', server, '*')) ?? []),
        ...(now.get(everyTool(subject)) ?? []),
      ]);
    },
    forKind(subjects, kind) {
      const now = current();
      return subjects.flatMap((subject) => now.get(keyOf(subject, kind, undefined, undefined)) ?? []);
    },
    put(draft, { id, from, definition, agreed }) {
      const before = id === undefined ? undefined : find(id);
      if (id !== undefined && before === undefined) throw notFound();
      const { subject, effect, kind, server, tool, target, conditions } = draft;
      return save({
        id: before?.id ?? `g-${ids.next()}`,
        subject,
        effect,
        kind,
        ...(server === undefined ? {} : { server }),
        ...(tool === undefined ? {} : { tool }),
        ...(target === undefined ? {} : { target }),
        conditions,
        ...(definition === undefined ? {} : { definition }),
        ...(agreed === undefined ? {} : { agreed }),
        createdAt: before?.createdAt ?? clock.now(),
        from: before?.from ?? from,
        uses: before?.uses ?? 0,
        ...(before?.lastUsedAt === undefined ? {} : { lastUsedAt: before.lastUsedAt }),
      });
    },
    setRevoked(id, isRevoked) {
      const grant = find(id);
      if (grant === undefined) throw notFound();
      const { revokedAt: _before, ...rest } = grant;
      return save(isRevoked ? { ...rest, revokedAt: clock.now() } : rest);
    },
    noteUse(id, tokens = 0) {
      const grant = find(id);
      const at = clock.now();
      waiting.set(id, { uses: (waiting.get(id)?.uses ?? 0) + 1, lastUsedAt: at });
      const { perHour, tokensPerDay } = grant?.conditions ?? {};
      if (perHour !== undefined || tokensPerDay !== undefined) limited.note(id, tokens);
      timer ??= setTimeout(flush, writeEveryMs);
      timer.unref?.();
    },
    noteSpent: (id, tokens) => limited.note(spentBy(id), tokens),
    noteLimited: (key, tokens) => limited.note(key, tokens),
    used(key) {
      const { lastHour, tokensToday } = limited.used(key);
      return { lastHour, tokensToday: tokensToday + limited.used(spentBy(key)).tokensToday };
    },
    watch: (signal) => watched(list, changes.follow(signal)),
    close: flush,
  };
}

/** A tool call is found by its server and tool, everything else by its kind alone. */
const keyOf = (subject: GrantSubject, kind: ActionKind, server: string | undefined, tool: string | undefined): string =>
  kind === 'tool-call' ? `${subjectKey(subject)}|${kind}|${server}|${tool}` : `${subjectKey(subject)}|${kind}`;

/** Kept under a key of its own: a use and what it led to are counted apart. */
const spentBy = (id: string): string => `spent ${id}`;

const everyTool = (subject: GrantSubject): string => keyOf(subject, 'tool-call', '*', '*');

const notFound = (): AppError => new AppError('grant-not-found', 'That grant is not there any more.', { hint: 'Reload the list.' });

/** Uses that a limit counts: on disk before the next decision, so that a restart forgets none. */
class LimitedUses {
  readonly #store: GrantStore;
  readonly #clock: Pick<Clock, 'now'>;
  #known: Map<string, { at: number; tokens: number }[]> | undefined;

  constructor(store: GrantStore, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  note(key: string, tokens: number): void {
    const at = this.#clock.now();
    this.#of(key, at).push({ at, tokens });
    this.#store.noteLimited(key, at, tokens);
  }

  used(key: string): { lastHour: number; tokensToday: number } {
    const now = this.#clock.now();
    const uses = this.#of(key, now);
    while (uses[0] !== undefined && uses[0].at < now - dayMs) uses.shift();
    let [lastHour, tokensToday] = [0, 0];
    for (const use of uses) {
      tokensToday += use.tokens;
      if (use.at >= now - hourMs) lastHour += 1;
    }
    return { lastHour, tokensToday };
  }

  /** Those from after `now`, before the clock was put back, count from now on: not for as long as it was put back. */
  #of(key: string, now: number): { at: number; tokens: number }[] {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const { key: of, at, tokens } of this.#store.limitedSince(now - dayMs)) this.#of(of, now).push({ at, tokens });
    }
    const uses = this.#known.get(key) ?? [];
    for (const use of uses) if (use.at > now) use.at = now;
    this.#known.set(key, uses);
    return uses;
  }
}
