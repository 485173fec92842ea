// The journal's queue. Many runs share one commit: what is appended within one turn of the event loop, or 1,024 events or a million characters, goes to disk
// together. What may wait goes with the next commit, or after some milliseconds: a commit holds up the whole thread. An event with a
// large output waits until that is on disk, and what comes after it in its run waits with it. A failed
// commit rejects everyone who waits for it and keeps nothing of it, so what is appended later gets the numbers that were not
// used and the order stays that of the calls.

import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { Health } from './health.ts';
import { type Queued, splitQueue, type Waiter } from './journal-batch.ts';
import { type JournalPlaces, runSpan } from './journal-packs.ts';
import { JournalRows } from './journal-rows.ts';
import type { JournalTail } from './journal-tail.ts';
import { type Slim, slimDown } from './large.ts';
import { PendingNames } from './pending-names.ts';

const batchSize = 1024;
/** Before so many events, when they are long: a commit of more would hold up the thread for longer than a frame. */
const batchCharacters = 1_000_000;
/** What nobody waits for is on disk after this time at the latest, in milliseconds. */
const mayWaitMs = 40;

interface NewRows {
  run: RunId;
  number: number;
  /** `run-start`, and what the run takes over. */
  first: readonly Slim[];
  /** Inside the transaction. */
  make(): void;
  /** In the turn of the commit, whatever came of it. */
  onSettled(isKept: boolean): void;
}

interface Deps {
  read: ReadDb;
  write: WriteDb;
  blobs: BlobStore;
  health: Health;
  places: JournalPlaces;
  tail: JournalTail;
  numberOf(run: RunId): number;
  /** On disk, and not told of yet. Not for what a new run begins with. */
  onKept(run: RunId, event: RunEvent): void;
  /** A commit with new runs in it came to nothing. */
  onUndone(): void;
}

export class JournalQueue {
  readonly #deps: Deps;
  readonly #rows: JournalRows;
  /** Where live runs are: their row number and the last seq given out. */
  readonly #live = new Map<RunId, { number: number; seq: number }>();
  readonly #lastSeq;
  /** Runs that lost a row in this turn of the event loop: who goes on before hearing of it is refused too, or it would leave a gap. */
  readonly #refused = new Map<RunId, unknown>();
  readonly #pendingNames = new PendingNames();
  /** Steps to note for reuse with the next commit. */
  #notes: { hash: string; run: RunId; step: string }[] = [];
  #queue: Queued[] = [];
  #heldCount = 0;
  /** So many of the queue could not go with the last commit; they do not call for one of their own. */
  #stayedCount = 0;
  /** Of what came since the last commit. */
  #characters = 0;
  /** What is queued before anything that may have to stay: all of it goes with the next commit, so one promise serves it. */
  #turn: PromiseWithResolvers<void> | undefined;
  /** Something is queued that may have to stay, so what follows has a promise each. */
  #mayStay = false;
  /** New runs that are not on disk yet. */
  #startingCount = 0;
  /** Something is queued that other stores' rows may follow from. */
  #isUrgent = false;
  #timer: NodeJS.Immediate | undefined;
  /** For what may wait. */
  #later: NodeJS.Timeout | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#rows = new JournalRows(deps.write, deps.places, deps.tail);
    this.#lastSeq = deps.read.selectKept<{ id: number | null }>(`
      select max(id) as id from (
        select max(id) as id from journal where id > ? and id < ?
        union all select max(id) from journal_tail where id > ? and id < ?)`);
  }

  append(run: RunId, event: RunEvent, mayWait = false): { seq: number; durable: Promise<void>; kept?: RunEvent } {
    if (this.#refused.has(run)) return refused(this.#refused.get(run));
    const place = this.#placeOf(run);
    if (place.seq + 1 >= runSpan)
      throw new AppError('journal-full', `The run has more than ${runSpan - 2} events.`, {
        hint: 'Split the workflow: let it start sub-workflows, each with a journal of its own.',
      });
    const slim = slimDown(event);
    place.seq += 1;
    const { json, names, texts } = slim;
    if (texts !== undefined) this.#mayStay = true;
    this.#turn ??= deferred();
    const waiter = this.#mayStay ? deferred() : undefined;
    const { promise: durable } = waiter ?? this.#turn;
    const item: Queued = { run, number: place.number, seq: place.seq, event: slim.event, json, names, isHeld: false, waiter };
    this.#queue.push(item);
    if (texts !== undefined) this.#hold(item, texts);
    this.#characters += json.length;
    const count = this.#queue.length - Math.max(this.#heldCount, this.#stayedCount);
    if (count >= batchSize || this.#characters >= batchCharacters) this.#commit();
    else if (mayWait) this.#later ??= setTimeout(this.#onTurn, mayWaitMs);
    else {
      this.#isUrgent = true;
      this.#timer ??= setImmediate(this.#onTurn);
    }
    return slim.event === event ? { seq: place.seq, durable } : { seq: place.seq, durable, kept: slim.event };
  }

  /** A new run with its first rows, which share one commit; settles when that is on disk. */
  start({ run, number, first, make, onSettled }: NewRows): Promise<void> {
    const { promise, resolve, reject } = deferred();
    this.#startingCount += 1;
    for (const [index, { event, json, names }] of first.entries())
      this.#queue.push({ run, number, seq: index + 1, event, json, names, isHeld: false, waiter: nobody });
    const item = this.#queue.at(-first.length) as Queued;
    item.make = make;
    item.waiter = {
      resolve: () => {
        onSettled(true);
        resolve();
      },
      reject: (error) => {
        onSettled(false);
        reject(error);
      },
    };
    this.#live.set(run, { number, seq: first.length });
    this.#timer ??= setImmediate(this.#onTurn);
    return promise;
  }

  /** What a run did goes to disk before anything that is written from now on, which may follow from it. Throws when it cannot. */
  commitFirst(): void {
    const error = this.#startingCount > 0 || this.#isUrgent ? this.#commit() : undefined;
    if (error !== undefined) throw error;
  }

  /** New runs go to disk before they are looked for there. Throws when they cannot. */
  commitStarting(): void {
    const error = this.tryStarting();
    if (error !== undefined) throw error;
  }

  /** The same before something is read, which can go on when they are refused: whoever waits for them hears why. */
  tryStarting(): unknown {
    return this.#startingCount === 0 ? undefined : this.#commit();
  }

  /** On disk with the next commit, after what is queued of its run. */
  note(hash: string, run: RunId, step: string): void {
    this.#notes.push({ hash, run, step });
    this.#timer ??= setImmediate(this.#onTurn);
  }

  /** What was appended of this run does not go with the next commit: it waits for a large output to be written. */
  isHeldBack(run: RunId): boolean {
    return this.#heldCount > 0 && this.#queue.some((item) => item.isHeld && item.run === run);
  }

  isPending(hash: string): boolean {
    return this.#pendingNames.has(hash);
  }

  /** Rejects when the commit fails. */
  async flush(): Promise<void> {
    for (;;) {
      const error = this.#commit();
      if (error !== undefined) throw error;
      const held = this.#queue.find((item) => item.isHeld);
      if (held === undefined) return;
      await held.freed;
      if (held.failure !== undefined) throw held.failure;
    }
  }

  /** Commits what is queued, then forgets where the run was: it is about to be removed. */
  forget(run: RunId): void {
    this.#commit();
    const gone = new AppError('run-not-found', 'The run was removed while its output was being kept.', { hint: 'Reload the list.' });
    this.#queue = this.#queue.filter((item) => {
      if (item.run !== run) return true;
      this.#settle(item, gone);
      return false;
    });
    this.#stayedCount = Math.min(this.#stayedCount, this.#queue.length);
    this.#notes = this.#notes.filter((note) => note.run !== run);
    this.#live.delete(run);
  }

  #hold(item: Queued, texts: ReadonlyMap<string, string>): void {
    item.isHeld = true;
    this.#heldCount += 1;
    this.#pendingNames.add(texts.keys());
    const free = (failure?: unknown): void => {
      item.isHeld = false;
      this.#heldCount -= 1;
      if (failure !== undefined) item.failure = this.#deps.health.note(failure);
      this.#timer ??= setImmediate(this.#onTurn);
    };
    item.texts = texts;
    item.freed = Promise.all([...texts].map(([hash, text]) => this.#deps.blobs.put(hash, text))).then(() => free(), free);
  }

  #placeOf(run: RunId): { number: number; seq: number } {
    const known = this.#live.get(run);
    if (known !== undefined) return known;
    const number = this.#deps.numberOf(run);
    const all = [number * runSpan, (number + 1) * runSpan] as const;
    const last = this.#lastSeq.get(...all, ...all)?.id ?? null;
    const seq = Math.max(last === null ? 0 : last - number * runSpan, this.#deps.tail.partsOf(number).at(-1)?.seq ?? 0);
    const place = { number, seq };
    this.#live.set(run, place);
    return place;
  }

  /** What may go now, and what stays with the reason why its run does. */
  #takeBatch(): Queued[] {
    if (!this.#mayStay || this.#queue.every((item) => !item.isHeld && item.failure === undefined)) {
      const all = this.#queue;
      this.#queue = [];
      this.#stayedCount = 0;
      return all;
    }
    const { batch, staying, refused } = splitQueue(this.#queue);
    for (const { item, error } of refused) this.#refuse(item, error);
    this.#queue = staying;
    this.#stayedCount = staying.length;
    return batch;
  }

  readonly #onTurn = (): void => void this.#commit();

  #commit(): unknown {
    clearImmediate(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#characters = 0;
    const batch = this.#takeBatch();
    const notes = this.#takeNotes();
    if (batch.length === 0 && notes.length === 0) return undefined;
    const starting = this.#startingCount;
    this.#startingCount = 0;
    this.#isUrgent = false;
    const turn = this.#turn;
    this.#turn = undefined;
    this.#mayStay = this.#queue.length > 0;
    try {
      if (this.#deps.tail.isFull) this.#deps.tail.move();
      this.#deps.write.atomically(() => {
        if (starting > 0) for (const item of batch) item.make?.();
        this.#rows.insert(batch);
        for (const note of notes) this.#rows.note(note);
      });
    } catch (error) {
      this.#deps.tail.settled(false);
      if (starting > 0) this.#deps.onUndone();
      for (const item of batch) this.#refuse(item, error);
      // What waits behind them in their runs would leave a gap.
      const waiting = this.#queue.filter((item) => this.#refused.has(item.run));
      this.#queue = this.#queue.filter((item) => !this.#refused.has(item.run));
      for (const item of waiting) this.#refuse(item, error);
      turn?.reject(error);
      return error;
    }
    this.#deps.tail.settled(true);
    // In the order of the queue for each run: its beginning, what shares a promise, what has its own.
    if (starting > 0) for (const item of batch) if (item.make !== undefined) this.#settle(item);
    for (const { waiter, make, run, event } of batch) if (make === undefined && waiter !== nobody) this.#deps.onKept(run, event);
    turn?.resolve();
    for (const item of batch) {
      if (item.event.type === 'run-end') this.#live.delete(item.run);
      if (item.waiter !== undefined && item.make === undefined) this.#settle(item);
    }
    return undefined;
  }

  /** Those whose run has nothing that waits: a note must not be there before the step it names. */
  #takeNotes(): readonly { hash: string; run: RunId; step: string }[] {
    if (this.#notes.length === 0) return [];
    const waiting = new Set(this.#queue.map((item) => item.run));
    const ready = this.#notes.filter((note) => !waiting.has(note.run));
    this.#notes = this.#notes.filter((note) => waiting.has(note.run));
    return ready;
  }

  /** The numbers of its run start again from what is on disk. */
  #refuse(item: Queued, error: unknown): void {
    if (this.#refused.size === 0) setImmediate(() => this.#refused.clear());
    this.#live.delete(item.run);
    this.#refused.set(item.run, error);
    this.#settle(item, error);
  }

  #settle(item: Queued, error?: unknown): void {
    if (item.texts !== undefined) this.#pendingNames.remove(item.texts.keys());
    item.texts = undefined;
    if (error === undefined) item.waiter?.resolve();
    else item.waiter?.reject(error);
  }
}

const nobody: Waiter = { resolve: () => undefined, reject: () => undefined };

/** Whoever awaits it sees the failure; who runs ahead without awaiting must not bring the process down by it. */
function deferred(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>();
  made.promise.catch(() => undefined);
  return made;
}

function refused(error: unknown): { seq: number; durable: Promise<void> } {
  const durable = Promise.reject(error);
  durable.catch(() => undefined);
  return { seq: 0, durable };
}
