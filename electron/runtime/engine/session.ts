// One live run's journaled steps: intent before effect, result before acknowledgement, and a step that is already done is
// answered from the journal. It must not know graphs or agents; execute.ts and the turn loop drive it.

import { AppError, cancelled, fromShape, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { InboxId, RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent, TakenFrom } from '../../../shared/model/run.ts';
import type { Clock, RunStore } from '../ports.ts';
import type { Inbox, RunHub, RunQueue, RunSession, StepSpec } from '../services.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import { cleanError, cleanOutputs, type Redact } from './clean-output.ts';
import type { Journal, StepRecord } from './journal.ts';
import { type AttemptSession, LiveAttempt, type NarrowedStep } from './live-attempt.ts';
import { mayTryAgain } from './may-retry.ts';
import { Hold } from './past/hold.ts';
import { wholeOutputs } from './past/large.ts';
import type { Replay, ReplaySession } from './past/replay.ts';
import type { Reuse } from './past/reuse.ts';
import { RunActivity } from './run-activity.ts';

/** Pure steps may run this many rows ahead of the disk. */
const maxAhead = 64;
/** Longest stretch without giving other work of the process a turn, in milliseconds. */
const maxStretchMs = 12;
const maxRetryDelayMs = 3_600_000;
/** Lines of one step's log that are kept; a node in a tight loop must not fill the disk. */
const maxLogLines = 1000;

type Outputs = Record<string, JsonValue>;
/** Who waits longer than this for a time leaves its place in the queue to others meanwhile, in milliseconds. */
export const longRestMs = 5000;

export interface SessionDeps {
  hub: Pick<RunHub, 'record' | 'emit'>;
  clock: Clock;
  inbox: () => Pick<Inbox, 'ask' | 'findForStep'>;
  redact: Redact;
  readLarge: RunStore['readLarge'];
  reuse?: Reuse | undefined;
}

export interface SessionOptions {
  id: RunId;
  title: string;
  grant: Grant;
  signal: AbortSignal;
  journal: Journal;
  /** Holds before each step from the start. */
  isHeld?: boolean | undefined;
  /** What stands in for running a node, by node. */
  pins?: ReadonlyMap<string, Outputs> | undefined;
  /** Answers every step from another run's record. */
  replay?: Replay | undefined;
  /** Where all workflow runs may be held, and where this one's place is given to others while it only waits. */
  queue?: Pick<RunQueue, 'isPaused' | 'gate' | 'setIdle'> | undefined;
  /** The disk refused a row: nothing more can be promised, the run must be put aside. */
  onJournalFailure?: (error: unknown) => void;
  /** What a completed step gave cannot be read any more: nothing that follows it can be right. */
  onResultGone?: (error: AppError) => void;
}

export class Session implements RunSession, AttemptSession {
  readonly id: RunId;
  readonly title: string;
  readonly grant: Grant;
  readonly signal: AbortSignal;
  readonly activity: RunActivity;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly hold: Hold;
  readonly replay: Replay | undefined;
  readonly #pins: ReadonlyMap<string, Outputs> | undefined;
  readonly #logLines = new Map<string, number>();
  readonly #deps: SessionDeps;
  readonly #onJournalFailure: (error: unknown) => void;
  readonly #onResultGone: SessionOptions['onResultGone'];
  readonly #queue: SessionOptions['queue'];
  readonly stops = new Set<() => void>();
  readonly #caughtUp: (() => void)[] = [];
  #broken: AppError | undefined;
  /** What it does when nobody holds it. */
  #status: 'running' | 'waiting' = 'running';
  #ahead = 0;
  /** The rows that were queued last. */
  #flight: { told: Promise<void>; rows: number } | undefined;
  #lastYield: number;

  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps;
    this.id = options.id;
    this.title = options.title;
    this.grant = options.grant;
    this.signal = options.signal;
    this.journal = options.journal;
    this.clock = deps.clock;
    this.redact = deps.redact;
    this.#onJournalFailure = options.onJournalFailure ?? (() => {});
    this.#onResultGone = options.onResultGone;
    this.#lastYield = deps.clock.now();
    this.#queue = options.queue;
    this.hold = new Hold(options.isHeld === true, () => deps.clock.now());
    this.replay = options.replay;
    this.#pins = options.pins;
    this.activity = new RunActivity(
      options.journal.isWaiting,
      (status) => {
        this.#status = status;
        // Being held is the more telling; what it does otherwise is told when it is let go.
        if (!this.hold.isHeld) this.#recordAhead({ type: 'run-status', at: this.clock.now(), status });
      },
      (isIdle) => this.#queue?.setIdle(this.id, isIdle),
    );
    if (this.hold.isHeld && !options.journal.isPaused) this.#recordAhead({ type: 'run-status', at: this.clock.now(), status: 'paused' });
    if (options.journal.isWaiting) this.#queue?.setIdle(this.id, true);
    this.signal.addEventListener('abort', () => this.#stopAll(), { once: true });
  }

  async step(spec: NarrowedStep): Promise<Record<string, JsonValue>> {
    if (this.#broken !== undefined) throw this.#broken;
    const known = this.journal.steps.get(spec.step);
    if (known?.outputs !== undefined) return known.large === undefined ? known.outputs : this.#whole(known);
    if (known?.failure !== undefined && known.failure.retryAt === undefined) throw fromShape(known.failure.error);
    this.activity.enter();
    try {
      if (this.replay !== undefined) return await this.replay.step(this.#replaying, spec);
      const held = this.#admit(spec);
      if (held !== undefined) await held;
      const mayBeTaken = this.#pins !== undefined || spec.contentText !== undefined;
      if (known === undefined && !mayBeTaken && spec.ready === undefined) return await this.#tryOnce(spec);
      return (mayBeTaken ? await this.#taken(spec) : undefined) ?? (await this.#tryUntilDone(spec, known));
    } finally {
      this.activity.leave();
    }
  }

  /** No further step begins; settles when that is on disk. */
  async pause(): Promise<void> {
    if (this.hold.isHeld) return;
    this.hold.isHeld = true;
    await this.record({ type: 'run-status', at: this.clock.now(), status: 'paused' });
  }

  /** Steps begin again; settles when that is on disk. */
  async resume(): Promise<void> {
    if (!this.hold.isHeld) return;
    this.hold.isHeld = false;
    await this.record({ type: 'run-status', at: this.clock.now(), status: this.#status });
    this.hold.release();
  }

  log(step: string, node: string, level: 'info' | 'warn' | 'error', message: string): void {
    const lines = this.#logLines.get(step) ?? 0;
    if (lines > maxLogLines) return;
    this.#logLines.set(step, lines + 1);
    const text = lines === maxLogLines ? `Further lines are left out: a step keeps ${maxLogLines}.` : this.redact(message).slice(0, 4000);
    this.#recordAhead({ type: 'step-log', at: this.clock.now(), step, node, level, message: text });
  }

  /** Keeps that no live input reached the step; not waited for. */
  skip(step: string, node: string): void {
    if (this.journal.steps.get(step)?.isSkipped === true) return;
    this.#recordAhead({ type: 'step-skipped', at: this.clock.now(), step, node });
  }

  /** Settles when the event, and all before it, are on disk. */
  async record(event: RunEvent): Promise<void> {
    try {
      await this.#deps.hub.record(this.id, event);
    } catch (error) {
      this.#break(error);
      throw error;
    }
  }

  emit(event: RunEvent): void {
    this.#deps.hub.emit(this.id, event);
  }

  close(): void {
    this.replay?.close();
    this.activity.close();
  }

  /** Calls `stop` when the run stops; the returned function forgets it. */
  onStop(stop: () => void): () => void {
    this.stops.add(stop);
    return () => this.stops.delete(stop);
  }

  /** Undefined when the step may begin at once: nobody holds the run. */
  #admit(spec: NarrowedStep): Promise<void> | undefined {
    return this.hold.isHeld ? this.#whenLetThrough(spec) : undefined;
  }

  async #whenLetThrough(spec: NarrowedStep): Promise<void> {
    this.emit({ type: 'step-held', at: this.clock.now(), step: spec.step, node: spec.node });
    // A held run needs no place in the queue unless something of it still goes.
    await this.activity.rest(() => this.hold.wait(spec.step, (stop) => this.onStop(stop), spec.signal));
    if (this.#broken !== undefined) throw this.#broken;
    if (this.signal.aborted || spec.signal?.aborted === true) throw cancelled();
  }

  /** What a step gives that is not done: pinned by the person, or taken over from an earlier run. */
  async #taken(spec: NarrowedStep): Promise<Outputs | undefined> {
    const pinned = spec.step === spec.node || spec.step.startsWith(`${spec.node}#`) ? this.#pins?.get(spec.node) : undefined;
    if (pinned !== undefined) return this.#finish(spec, 1, this.clock.now(), pinned, { from: { kind: 'pin' } });
    if (spec.contentText === undefined || spec.effect === 'once') return undefined;
    const found = await this.#deps.reuse?.find(spec);
    return found === undefined
      ? undefined
      : this.#finish(spec, 1, this.clock.now(), found.outputs, { from: { kind: 'cache', run: found.run } });
  }

  async #whole(known: StepRecord): Promise<Outputs> {
    try {
      return (await wholeOutputs(known, this.#deps.readLarge)) ?? {};
    } catch (error) {
      if (isPassingTrouble(error)) this.#break(error);
      else if (this.#onResultGone !== undefined) {
        // Not this step's failure, which its graph might catch: it is done.
        this.#onResultGone(toAppError(error));
        throw cancelled();
      }
      throw error;
    }
  }

  readonly #replaying: ReplaySession = {
    now: () => this.clock.now(),
    admit: (spec) => this.#admit(spec),
    keep: (event) => this.record(event),
    attempt: (spec, attempt, startedAt) => {
      this.emit({ type: 'step-start', at: this.clock.now(), step: spec.step, node: spec.node, attempt });
      return new LiveAttempt(this, spec, attempt, startedAt).run().then((outputs) => cleanOutputs(outputs, this.redact));
    },
    finish: (spec, attempt, startedAt, outputs, from) =>
      this.#finish(spec, attempt, startedAt, outputs, from === undefined ? {} : { from }),
    onStop: (spec) => (stop) => {
      const forget = this.onStop(stop);
      spec.signal?.addEventListener('abort', stop, { once: true });
      if (this.signal.aborted || spec.signal?.aborted === true) queueMicrotask(stop);
      return () => {
        forget();
        spec.signal?.removeEventListener('abort', stop);
      };
    },
  };

  /** What nearly every step needs, in as few turns as that takes: it is new and nothing stands in for it. */
  async #tryOnce(spec: NarrowedStep): Promise<Outputs> {
    const startedAt = this.clock.now();
    try {
      this.signal.throwIfAborted();
      if (this.#queue?.isPaused === true) await this.#untilLetGo(spec);
      const intent: RunEvent = { type: 'step-start', at: startedAt, step: spec.step, node: spec.node, attempt: 1 };
      if (spec.effect === 'none') this.emit(intent);
      else await this.record(intent);
      this.signal.throwIfAborted();
      const live = new LiveAttempt(this, spec, 1, startedAt);
      const outputs = cleanOutputs(await live.run(), this.redact);
      const done = this.#doneOf(spec, 1, startedAt, outputs);
      if (live.usage !== undefined) done.usage = live.usage;
      if (spec.effect !== 'none') await this.record(done);
      else if (this.#recordAhead(done)) await this.#catchUp();
      return outputs;
    } catch (error) {
      return this.#tryUntilDone(spec, undefined, { startedAt, error });
    }
  }

  /** `failed`: its first attempt, which came to nothing just now. */
  async #tryUntilDone(
    spec: NarrowedStep,
    known: StepRecord | undefined,
    failed?: { startedAt: number; error: unknown },
  ): Promise<Record<string, JsonValue>> {
    let attempt = known?.attempt ?? 1;
    // When the attempt that is taken up again began; its intent is kept already.
    let keptSince: number | undefined;
    // The question that it waited for when the run was put aside.
    let asked = known?.isWaiting === true ? known.inbox : undefined;
    if (known?.failure?.retryAt !== undefined) {
      attempt += 1;
      await this.#sleep(spec, Math.max(0, known.failure.retryAt - this.clock.now()));
    } else if (known?.isBegun === true) {
      if (spec.effect === 'once' && !known.isWaiting && !this.#isStillAsked(spec.step, known)) {
        const answer = await this.activity.delegate(() => this.#askOutcome(spec, known));
        if (answer === 'done') return this.#finish(spec, attempt, known.startedAt, spec.outputsWhenTold ?? {});
        if (answer === 'skip') throw await this.#giveUp(spec, attempt, known.startedAt);
        attempt += 1;
      } else {
        keptSince = known.startedAt;
      }
    }
    if (failed !== undefined) {
      await this.#untilAgain(spec, attempt, failed.startedAt, failed.error);
      attempt += 1;
    }
    for (;;) {
      if (asked === undefined && spec.ready !== undefined) await spec.ready();
      const startedAt = this.clock.now();
      try {
        return await this.#attempt(spec, { attempt, startedAt, keptSince, asked });
      } catch (error) {
        await this.#untilAgain(spec, attempt, startedAt, error);
      }
      attempt += 1;
      keptSince = undefined;
      asked = undefined;
    }
  }

  /** Keeps why an attempt failed and waits until the next may begin; throws when there is none. */
  async #untilAgain(spec: NarrowedStep, attempt: number, startedAt: number, error: unknown): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.signal.aborted || spec.signal?.aborted === true) throw cancelled();
    const delay = await this.#fail(spec, attempt, startedAt, isCancelled(error) ? interrupted(spec, error) : toAppError(error));
    await this.#sleep(spec, delay);
    const held = this.#admit(spec);
    if (held !== undefined) await held;
  }

  async #attempt(
    spec: NarrowedStep,
    {
      attempt,
      startedAt,
      keptSince,
      asked,
    }: { attempt: number; startedAt: number; keptSince: number | undefined; asked: string | undefined },
  ): Promise<Record<string, JsonValue>> {
    this.signal.throwIfAborted();
    // What already waits for a person has begun: its answer is what lets it go on.
    if (asked === undefined && this.#queue?.isPaused === true) await this.#untilLetGo(spec);
    // At once, so that a run that waited is not told to be running until it has come to its question again.
    if (asked !== undefined) this.activity.startWaiting();
    const intent: RunEvent = { type: 'step-start', at: startedAt, step: spec.step, node: spec.node, attempt };
    if (spec.effect === 'none' || keptSince !== undefined) this.emit(intent);
    else await this.record(intent);
    this.signal.throwIfAborted();
    const isOnceAgain = spec.effect === 'once' && keptSince !== undefined;
    const waitsFor = isOnceAgain ? (asked ?? this.#deps.inbox().findForStep(this.id, spec.step)?.id) : undefined;
    const live = new LiveAttempt(this, spec, attempt, keptSince ?? startedAt, asked, waitsFor as InboxId | undefined);
    const outputs = await live.run();
    return this.#finish(spec, attempt, startedAt, outputs, live.usage === undefined ? {} : { usage: live.usage });
  }

  /** Everything is held: the step does not begin. Steps that go go on to their end. */
  async #untilLetGo(spec: NarrowedStep): Promise<void> {
    await this.#queue?.gate(spec.signal ?? this.signal);
    if (this.signal.aborted || spec.signal?.aborted === true) throw cancelled();
  }

  /** Waits before a further attempt; a long wait gives the run's place to others. */
  #sleep(spec: NarrowedStep, ms: number): Promise<void> {
    const sleep = (): Promise<void> => this.clock.sleep(ms, spec.signal ?? this.signal);
    return ms > longRestMs ? this.activity.rest(sleep) : sleep();
  }

  async #finish(
    spec: StepSpec,
    attempt: number,
    startedAt: number,
    given: Outputs,
    more: { from?: TakenFrom; usage?: NonNullable<LiveAttempt['usage']> } = {},
  ): Promise<Outputs> {
    const outputs = cleanOutputs(given, this.redact);
    const done: RunEvent = { ...this.#doneOf(spec, attempt, startedAt, outputs), ...more };
    if (spec.effect !== 'none') await this.record(done);
    else if (this.#recordAhead(done)) await this.#catchUp();
    if (spec.contentText !== undefined && more.from === undefined) await this.#deps.reuse?.note(spec, this.id);
    return outputs;
  }

  #doneOf(spec: StepSpec, attempt: number, startedAt: number, outputs: Outputs): Extract<RunEvent, { type: 'step-done' }> {
    const at = this.clock.now();
    return { type: 'step-done', at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, outputs };
  }

  /** Keeps the failure; returns the wait before the next attempt in milliseconds, or throws when there is none. */
  async #fail(spec: StepSpec, attempt: number, startedAt: number, error: AppError): Promise<number> {
    const at = this.clock.now();
    const shape = cleanError(error, this.redact);
    const failed = { type: 'step-failed' as const, at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, error: shape };
    const retry = spec.retry;
    if (retry === undefined || attempt > retry.times || !mayTryAgain(spec.effect, error)) {
      await this.record(failed);
      throw fromShape(shape);
    }
    const delay = Math.min(maxRetryDelayMs, retry.delayMs * 2 ** (attempt - 1));
    await this.record({ ...failed, retryAt: at + delay });
    return delay;
  }

  /** The question is a step of its own, so that its answer is kept like any other result. */
  async #askOutcome(spec: NarrowedStep, known: StepRecord): Promise<string> {
    const step = `${spec.step}~${known.attempt}`;
    const outputs = await this.step({
      step,
      node: spec.node,
      effect: 'none',
      what: spec.what,
      signal: spec.signal,
      run: async (context) => {
        const request = { kind: 'unknown-outcome' as const, what: spec.what, startedAt: known.startedAt };
        const answer = await this.#deps.inbox().ask({ run: this.id, step, title: this.title, request }, context);
        if (answer.kind !== 'unknown-outcome')
          throw new AppError('answer-mismatch', 'The answer does not belong to this question.', { hint: 'Answer it again in the inbox.' });
        return { answer: answer.answer };
      },
    });
    return String(outputs.answer);
  }

  /**
   * A crash came between a question and its row in the journal. Its effect comes only after the answer was kept there, so it has not
   * begun: the question is found again, and nobody is asked whether it happened.
   */
  #isStillAsked(step: string, known: StepRecord): boolean {
    const item = this.#deps.inbox().findForStep(this.id, step);
    return item !== undefined && item.id !== known.inbox && item.createdAt >= known.startedAt;
  }

  async #giveUp(spec: StepSpec, attempt: number, startedAt: number): Promise<AppError> {
    const error = new AppError('step-given-up', `${spec.what} was given up: whether it happened is not known.`, {
      hint: 'Run the workflow again when it is still needed.',
    });
    const at = this.clock.now();
    const shape = cleanError(error, this.redact);
    await this.record({ type: 'step-failed', at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, error: shape });
    return error;
  }

  /** Queues a row without waiting for the disk; true when too many are on their way. */
  #recordAhead(event: RunEvent): boolean {
    this.#ahead += 1;
    const told = this.#deps.hub.record(this.id, event);
    // Rows that share a commit share its promise.
    if (this.#flight?.told !== told) {
      const flight = { told, rows: 0 };
      this.#flight = flight;
      told.then(() => this.#landed(flight.rows), this.#break);
    }
    this.#flight.rows += 1;
    return this.#ahead >= maxAhead;
  }

  /** After a row that the disk refused nothing more may be promised. */
  readonly #break = (error: unknown): void => {
    if (this.#broken !== undefined) return;
    this.#broken = toAppError(error);
    this.#stopAll();
    this.#onJournalFailure(error);
  };

  #landed(rows: number): void {
    this.#ahead -= rows;
    // Below the limit is enough: waiting for none would cost branches that run side by side a commit of their own.
    if (this.#ahead < maxAhead && this.#caughtUp.length > 0) {
      for (const wake of this.#caughtUp.splice(0)) wake();
    }
  }

  /** Waits until what is queued is on disk, and lets timers and messages have a turn now and then. */
  async #catchUp(): Promise<void> {
    if (this.#ahead > 0) {
      await new Promise<void>((resolve) => {
        const forget = this.onStop(resolve);
        this.#caughtUp.push(() => {
          forget();
          resolve();
        });
      });
      if (this.#broken !== undefined) throw this.#broken;
    }
    if (this.clock.now() - this.#lastYield < maxStretchMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastYield = this.clock.now();
  }

  #stopAll(): void {
    const stops = [...this.stops];
    this.stops.clear();
    for (const stop of stops) stop();
  }
}

/** Nobody stopped the run: whatever the step used broke off by itself. */
const interrupted = (spec: StepSpec, cause: unknown): AppError =>
  new AppError('step-interrupted', `${spec.what} was broken off by what it used.`, { hint: 'Run it again.', retryable: true, cause });
