// Carries an undo out, newest first: one change after the other, but for files that have nothing to do with each other. What is to be taken back is on disk before it begins and is gone on with
// after a crash; one that a person stopped is not. One at a time.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import {
  type ChangeSetId,
  changeSetId,
  type UndoChoice,
  type UndoEvent,
  type UndoPlanId,
  type UndoResult,
} from '../../../shared/model/change.ts';
import { Channel, watched } from '../util/channel.ts';
import { type ApplyDeps, takeBack } from './apply.ts';
import type { KeptPlan } from './plans.ts';
import { givesPowers } from './proposal.ts';
import { thePerson } from './recorded-store.ts';
import { turn } from './selection.ts';
import { independent } from './together.ts';
import type { StoredChange, StoredUndo } from './undo-ports.ts';

/** Failures that are told one by one. */
const toldFailures = 100;
/** Changes between two turns of the loop for others. */
const atOnce = 32;
const progressEveryMs = 100;
/** Closing does not wait longer than this for one change. */
const closeMs = 5000;

type Body = StoredUndo['body'];

/**
 * What a person chose, for each change: only what was changed since when they looked may be overwritten. What had nothing to give back
 * then gives no powers back now: nobody was asked about those.
 */
export function choicesFor(
  { items, places }: Pick<KeptPlan, 'items' | 'places'>,
  choices: Record<string, UndoChoice>,
  otherwise: UndoChoice,
  canBeBeside: (id: KeptPlan['items'][number]['id']) => boolean,
): Record<string, UndoChoice> {
  const chosen: Record<string, UndoChoice> = {};
  for (const place of places.conflict) {
    const item = items[place];
    if (item === undefined) continue;
    const { id, kind } = item;
    const own = Object.hasOwn(choices, id) ? choices[id] : undefined;
    const choice = own ?? (otherwise === 'beside' && !canBeBeside(id) ? 'keep' : otherwise);
    // Said, so that it also holds where a thing comes to be as the change left it. Earlier changes of a file that is put back go with it.
    if (choice !== 'keep' || own !== undefined || givesPowers(kind)) chosen[id] = choice;
  }
  for (const place of places.already) {
    const item = items[place];
    if (item !== undefined && givesPowers(item.kind)) chosen[item.id] = 'keep';
  }
  return chosen;
}

/** What was there, for a person to see, of what they chose to overwrite. */
export function seenFor({ items, places }: Pick<KeptPlan, 'items' | 'places'>, choices: Body['choices']): NonNullable<Body['seen']> {
  const conflicts = places.conflict.flatMap((place) => items[place] ?? []);
  return Object.fromEntries(conflicts.filter(({ id }) => choices[id] === 'restore').map(({ id, now }) => [id, now]));
}

export class Undoing {
  readonly #deps: ApplyDeps;
  #isClosing = false;
  #last: Promise<unknown> = Promise.resolve();
  readonly #going = new Map<UndoPlanId, Going>();

  constructor(deps: ApplyDeps) {
    this.#deps = deps;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined); // whoever asked for it hears of it
    return next;
  }

  /** Writes down what is meant, then does it. Runs in turn, and asks only then what is meant; what stopped it says `left`. */
  begin(meant: () => Body | Promise<Body>, signal?: AbortSignal, progress?: (done: number) => void): Promise<UndoResult> {
    const { changes, ids, clock } = this.#deps;
    return this.inTurn(async () => {
      if (this.#isClosing) throw closing();
      const body = await meant();
      const id = changeSetId.parse(`u-${ids.next()}`);
      changes.putUndo({ id, at: clock.now(), body });
      return this.carryOut(id, body, signal, progress);
    });
  }

  /** Not in turn: whoever calls it is. */
  async carryOut(set: ChangeSetId, body: Body, signal?: AbortSignal, progress?: (done: number) => void): Promise<UndoResult> {
    const { changes } = this.#deps;
    const result: UndoResult = { done: 0, kept: 0, failed: [] };
    const made = new Set(changes.ofSet(set).map((each) => each.undoes));
    let more = 0;
    /** By thing: what this undo has put there itself. */
    const put = new Map<string, string | null>();
    const one = async (change: StoredChange): Promise<void> => {
      const { id, title } = change;
      const choice = body.choices[id];
      const thing = `${change.kind}:${change.target}`;
      const seen = body.seen?.[id];
      const mayGo = (now: string | null): boolean => seen === undefined || now === seen || (put.has(thing) && now === put.get(thing));
      // Saved beside before the crash: once is enough.
      if (choice === 'beside' && made.has(id)) return;
      try {
        const end = await takeBack(this.#deps, change, choice, { actor: thePerson, set, undoes: id }, mayGo);
        if (end === 'done' && change.op === 'write' && choice !== 'beside') put.set(thing, change.before);
        result[end] += 1;
      } catch (error) {
        if (isCancelled(error)) throw error;
        if (result.failed.length < toldFailures) result.failed.push({ change: id, title, message: toAppError(error).message });
        else more += 1;
      }
    };
    for (let from = 0; from < body.changes.length && result.left === undefined; from += atOnce) {
      await turn();
      let at = from;
      for (const group of independent(changes.getMany(body.changes.slice(from, from + atOnce)), body.choices)) {
        if (signal?.aborted === true) {
          result.left = body.changes.length - at;
          break;
        }
        // The rest is gone on with at the next start.
        if (this.#isClosing) throw closing();
        const ends = await Promise.allSettled(
          group.map(async (change) => {
            await one(change);
            at += 1;
            progress?.(at);
          }),
        );
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      }
    }
    changes.dropUndo(set);
    this.#deps.changed();
    if (more > 0) result.failedMore = more;
    return { ...result, ...(changes.getSet(set) === undefined ? {} : { set }) };
  }

  /** Nothing more begins; settles when nothing goes any more, or after a while. What is left is gone on with at the next start. */
  async close(): Promise<void> {
    this.#isClosing = true;
    let late: ReturnType<typeof setTimeout> | undefined;
    const timer = new Promise<void>((resolve) => {
      late = setTimeout(resolve, closeMs);
    });
    await Promise.race([this.#last, timer]);
    clearTimeout(late);
  }

  /** Goes on when nobody follows it. */
  start(plan: UndoPlanId, body: Body): void {
    const going = new Going(body.changes.length);
    this.#going.set(plan, going);
    void this.begin(
      () => body,
      going.stopping.signal,
      (done) => going.tell({ kind: 'progress', done, of: body.changes.length }),
    )
      .then((result) => going.tell({ kind: 'result', result }))
      .catch((error: unknown) => going.fail(error))
      .finally(() => this.#going.delete(plan));
  }

  /** Its progress, then what came of it. Throws `undo-plan-gone`, and what ended it. */
  follow(plan: UndoPlanId, signal?: AbortSignal): AsyncIterable<UndoEvent> {
    return this.#must(plan).follow(signal);
  }

  /** Before the next change; what was taken back so far stays so. Nothing where it is over. */
  stop(plan: UndoPlanId): void {
    this.#going.get(plan)?.stopping.abort();
  }

  #must(plan: UndoPlanId): Going {
    const going = this.#going.get(plan);
    if (going === undefined) throw new AppError('undo-plan-gone', 'That undo is over.', { hint: 'See History for what it did.' });
    return going;
  }
}

const closing = (): AppError =>
  new AppError('undo-put-off', 'Orrery is closing. An undo that was begun goes on when it is opened again.', {
    hint: 'See History then for what it did.',
  });

/** One undo that is carried out, and those who watch it. */
class Going {
  readonly stopping = new AbortController();
  readonly #told = new Channel<void>();
  #now: UndoEvent;
  #error: unknown;

  constructor(of: number) {
    this.#now = { kind: 'progress', done: 0, of };
  }

  tell(event: UndoEvent): void {
    this.#now = event;
    this.#told.send();
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#told.send();
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<UndoEvent> {
    const read = (): UndoEvent => {
      if (this.#error !== undefined) throw this.#error;
      return this.#now;
    };
    for await (const event of watched(read, this.#told.follow(signal), progressEveryMs)) {
      yield event;
      if (event.kind === 'result') return;
    }
  }
}
