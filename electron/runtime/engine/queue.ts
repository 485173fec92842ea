// Whose turn it is: a limit on workflow runs that go at once, priorities, fairness between workflows, and holding everything. It
// knows runs by their ids only: what a run does, and how it is kept, is the engine's. Kept in memory; queued runs are rows of
// their own, and the engine submits them again in their order when the host starts.

import type { QueueEntry, QueueView } from '../../../shared/contract/queue.contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { Log, RunPriorities, RunStore } from '../ports.ts';
import type { RunFar, RunQueue, SettingsService } from '../services.ts';
import { createTimeLeft } from './time-left.ts';
import { type Place, WaitingLine } from './waiting-line.ts';

/** Beyond this nothing is taken in: what piles up faster than it is done must be told to stop piling up. */
export const maxQueued = 10_000;
/** Of the queue, this many are shown. */
const maxShown = 500;

interface Going extends Place {
  isIdle: boolean;
}

export interface RunQueueDeps {
  settings: Pick<SettingsService, 'get' | 'change' | 'onChange'>;
  runs: Pick<RunStore, 'get' | 'list'>;
  priorities: RunPriorities;
  clock: { now(): number };
  log: Pick<Log, 'error'>;
  /** Steps done and expected of a run that goes here; undefined when that cannot be known. */
  progressOf(id: RunId): RunFar | undefined;
}

export function createRunQueue(deps: RunQueueDeps): RunQueue {
  return new Queue(deps);
}

class Queue implements RunQueue {
  readonly #deps: RunQueueDeps;
  readonly #line = new WaitingLine();
  readonly #going = new Map<RunId, Going>();
  readonly #goingOf = new Map<string, number>();
  readonly #held = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  readonly #timeLeft: ReturnType<typeof createTimeLeft>;
  #busy = 0;
  #isPumping = false;
  #suspended = 0;
  #isPaused: boolean;

  constructor(deps: RunQueueDeps) {
    this.#deps = deps;
    this.#isPaused = deps.settings.get().isPaused;
    this.#timeLeft = createTimeLeft(deps);
    deps.settings.onChange((settings) => {
      if (settings.isPaused !== this.#isPaused) this.#hold(settings.isPaused);
      this.#pump();
    });
  }

  hasRoom(run: Parameters<RunQueue['hasRoom']>[0]): boolean {
    const key = groupOf(run.workflow);
    const isFree =
      !this.#isPaused &&
      this.#suspended === 0 &&
      this.#line.size === 0 &&
      this.#busy < this.#limit &&
      (this.#goingOf.get(key) ?? 0) < (run.maxRuns ?? Infinity);
    if (isFree) return true;
    if (this.#line.size >= maxQueued)
      throw new AppError('queue-full', `${maxQueued} runs wait for their turn already, so this one was not taken in.`, {
        hint: 'Let some of them end, stop those that are not needed, or let more go at once under Settings.',
        retryable: true,
      });
    return false;
  }

  submit(run: Parameters<RunQueue['submit']>[0], go: () => void): void {
    const priority = this.#deps.priorities.get(run.id) ?? run.priority;
    this.#line.add({ ...placeOf({ ...run, priority }), ...(run.maxRuns === undefined ? {} : { maxRuns: run.maxRuns }) }, go);
    this.#pump();
    this.#tell();
  }

  suspend(): () => void {
    let isOver = false;
    this.#suspended += 1;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#suspended -= 1;
      this.#pump();
    };
  }

  enter(run: Parameters<RunQueue['enter']>[0]): void {
    this.#line.remove(run.id);
    this.#take(placeOf(run));
    this.#tell();
  }

  setIdle(id: RunId, isIdle: boolean): void {
    const entry = this.#going.get(id);
    if (entry === undefined || entry.isIdle === isIdle) return;
    entry.isIdle = isIdle;
    this.#count(entry, isIdle ? -1 : 1);
    if (isIdle) this.#pump();
    this.#tell();
  }

  leave(id: RunId): void {
    const entry = this.#going.get(id);
    if (entry !== undefined) {
      this.#going.delete(id);
      if (!entry.isIdle) this.#count(entry, -1);
      this.#timeLeft.forget(entry.workflow);
      this.#pump();
    } else if (!this.#line.remove(id)) return;
    this.#tell();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    // The setting is what is kept; its change is heard above.
    this.#deps.settings.change({ isPaused });
  }

  gate(signal: AbortSignal): Promise<void> {
    if (!this.#isPaused) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#held.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#held.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  setPriority(id: RunId, priority: number): void {
    const entry = this.#going.get(id);
    if (entry !== undefined) entry.priority = priority;
    else if (!this.#line.setPriority(id, priority))
      throw new AppError('run-not-queued', 'That run does not wait and does not go.', { hint: 'Reload the queue.' });
    this.#deps.priorities.set(id, priority);
    this.#pump();
    this.#tell();
  }

  view(): QueueView {
    const entries: QueueEntry[] = [];
    for (const entry of this.#going.values()) {
      if (entries.length >= maxShown) break;
      const shown = this.#show(entry, entry.isIdle ? 'waiting' : 'running');
      if (shown !== undefined) entries.push(shown);
    }
    for (const place of this.#line.inOrder(maxShown - entries.length, (key) => this.#goingOf.get(key) ?? 0)) {
      const shown = this.#show(place, 'queued');
      if (shown !== undefined) entries.push(shown);
    }
    return { isPaused: this.#isPaused, limit: this.#limit, entries, total: this.#going.size + this.#line.size };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get #limit(): number {
    return this.#deps.settings.get().maxParallelRuns;
  }

  #show(place: Place, state: QueueEntry['state']): QueueEntry | undefined {
    const run = this.#deps.runs.get(place.id);
    if (run === undefined) return undefined;
    const progress = state === 'queued' ? undefined : this.#deps.progressOf(place.id);
    const leftMs = progress === undefined || this.#isPaused ? undefined : this.#timeLeft.of(run, progress);
    return {
      id: run.id,
      number: run.number,
      title: run.title,
      ...(run.workflow === undefined ? {} : { workflow: run.workflow }),
      priority: place.priority,
      state: run.status === 'paused' ? 'paused' : run.status === 'waiting' ? 'waiting' : state,
      queuedAt: place.at,
      ...(place.wentAt === undefined ? {} : { startedAt: place.wentAt }),
      ...(progress === undefined
        ? {}
        : { progress: { done: progress.done, total: progress.total, ...(leftMs === undefined ? {} : { leftMs }) } }),
    };
  }

  #take(place: Place): void {
    if (this.#going.has(place.id)) return;
    const entry: Going = { ...place, wentAt: this.#deps.clock.now(), isIdle: false };
    this.#going.set(entry.id, entry);
    this.#count(entry, 1);
  }

  #count(entry: Place, by: 1 | -1): void {
    this.#busy += by;
    const now = (this.#goingOf.get(entry.group) ?? 0) + by;
    if (now === 0) this.#goingOf.delete(entry.group);
    else this.#goingOf.set(entry.group, now);
  }

  #hold(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) for (const go of [...this.#held]) go();
    this.#tell();
  }

  /** Lets go what may, after the caller has returned; a place is taken before its run is told. */
  #pump(): void {
    if (this.#isPumping || this.#suspended > 0 || this.#line.size === 0) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      let hasGone = false;
      while (!this.#isPaused && this.#suspended === 0 && this.#busy < this.#limit) {
        const next = this.#line.take((key) => this.#goingOf.get(key) ?? 0);
        if (next === undefined) break;
        hasGone = true;
        this.#take(next.place);
        try {
          next.go();
        } catch (error) {
          this.#deps.log.error('A queued run could not begin', { run: next.place.id, error: String(error) });
          this.leave(next.place.id);
        }
      }
      if (hasGone) this.#tell();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Graphs that are not stored share a place among the workflows. */
const groupOf = (workflow: string | undefined): string => workflow ?? '';

const placeOf = ({ id, workflow, priority, at }: Parameters<RunQueue['enter']>[0]): Place => ({
  id,
  group: groupOf(workflow),
  ...(workflow === undefined ? {} : { workflow }),
  priority,
  at,
});
