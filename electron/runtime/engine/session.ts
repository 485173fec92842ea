// One live run's journaled steps: intent before effect, result before acknowledgement, and a step that is already done is
// answered from the journal. It must not know graphs or agents; execute.ts and the turn loop drive it.

import { type AppError, cancelled, fromShape, toAppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent, TakenFrom } from '../../../shared/model/run.ts';
import type { Clock, RunStore } from '../ports.ts';
import type { Inbox, RunHub, RunQueue, RunSession, StepSpec } from '../services.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import { cleanOutputs, type Redact } from './clean-output.ts';
import { type FirstAttemptDeps, tryFirst } from './first-attempt.ts';
import type { Journal, StepRecord } from './journal.ts';
import { type AttemptSession, LiveAttempt, type NarrowedStep } from './live-attempt.ts';
import { Hold } from './past/hold.ts';
import { wholeOutputs } from './past/large.ts';
import type { Replay, ReplaySession } from './past/replay.ts';
import type { Reuse } from './past/reuse.ts';
import { RowsAhead } from './rows-ahead.ts';
import { RunActivity } from './run-activity.ts';
import { StepTries } from './step-tries.ts';
import { Stops } from './stops.ts';

export { longRestMs } from './step-tries.ts';

/** Lines of one step's log that are kept; a node in a tight loop must not fill the disk. */
const maxLogLines = 1000;

type Outputs = Record<string, JsonValue>;

export interface SessionDeps {
  hub: Pick<RunHub, 'record' | 'emit'>;
  clock: Clock;
  inbox: () => Pick<Inbox, 'ask' | 'findForStep'>;
  redact: Redact;
  readLarge: RunStore['readLarge'];
  isHeldBack?: RunStore['isHeldBack'];
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
  readonly #onResultGone: SessionOptions['onResultGone'];
  readonly #queue: SessionOptions['queue'];
  readonly stops = new Stops();
  readonly #rows: RowsAhead;
  readonly #tries: StepTries;
  readonly #first: FirstAttemptDeps;
  /** What it does when nobody holds it. */
  #status: 'running' | 'waiting' = 'running';

  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps;
    this.id = options.id;
    this.title = options.title;
    this.grant = options.grant;
    this.signal = options.signal;
    this.journal = options.journal;
    this.clock = deps.clock;
    this.redact = deps.redact;
    this.#onResultGone = options.onResultGone;
    this.#queue = options.queue;
    this.#rows = new RowsAhead({
      id: this.id,
      hub: deps.hub,
      clock: deps.clock,
      onStop: (stop) => this.onStop(stop),
      onBroken: (error) => {
        this.stops.stopAll();
        options.onJournalFailure?.(error);
      },
    });
    this.#tries = new StepTries({
      session: this,
      rows: this.#rows,
      inbox: deps.inbox,
      queue: options.queue,
      admit: (spec) => this.#admit(spec),
      finish: (spec, attempt, startedAt, outputs, usage) =>
        this.#finish(spec, attempt, startedAt, outputs, usage === undefined ? {} : { usage }),
    });
    this.#first = {
      session: this,
      rows: this.#rows,
      tries: this.#tries,
      keep: (spec, startedAt, outputs, usage) => {
        const done = this.#doneOf(spec, 1, startedAt, outputs);
        if (usage !== undefined) done.usage = usage;
        return this.#putResult(spec, done);
      },
    };
    this.hold = new Hold(options.isHeld === true, () => deps.clock.now());
    this.replay = options.replay;
    this.#pins = options.pins;
    this.activity = new RunActivity(
      options.journal.isWaiting,
      (status) => {
        this.#status = status;
        // Being held is the more telling; what it does otherwise is told when it is let go.
        if (!this.hold.isHeld) this.#rows.put({ type: 'run-status', at: this.clock.now(), status });
      },
      (isIdle) => this.#queue?.setIdle(this.id, isIdle),
    );
    if (this.hold.isHeld && !options.journal.isPaused) this.#rows.put({ type: 'run-status', at: this.clock.now(), status: 'paused' });
    if (options.journal.isWaiting) this.#queue?.setIdle(this.id, true);
    this.signal.addEventListener('abort', () => this.stops.stopAll(), { once: true });
  }

  step(spec: NarrowedStep): Promise<Record<string, JsonValue>> {
    const known = this.journal.steps.get(spec.step);
    const isPlain = this.replay === undefined && this.#pins === undefined && spec.contentText === undefined && spec.ready === undefined;
    const isOpen = !this.hold.isHeld && this.#rows.broken === undefined && this.#queue?.isPaused !== true;
    if (isPlain && isOpen && known === undefined) return tryFirst(this.#first, spec);
    return this.#step(spec, known);
  }

  async #step(spec: NarrowedStep, known: StepRecord | undefined): Promise<Record<string, JsonValue>> {
    if (this.#rows.broken !== undefined) throw this.#rows.broken;
    if (known?.outputs !== undefined) return known.large === undefined ? known.outputs : this.#whole(known);
    if (known?.failure !== undefined && known.failure.retryAt === undefined) throw fromShape(known.failure.error);
    this.activity.enter();
    try {
      if (this.replay !== undefined) return await this.replay.step(this.#replaying, spec);
      const held = this.#admit(spec);
      if (held !== undefined) await held;
      const mayBeTaken = this.#pins !== undefined || spec.contentText !== undefined;
      return (mayBeTaken ? await this.#taken(spec) : undefined) ?? (await this.#tries.untilDone(spec, known));
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
    this.#rows.put({ type: 'step-log', at: this.clock.now(), step, node, level, message: text });
  }

  /** Keeps that no live input reached the step; not waited for. */
  skip(step: string, node: string): void {
    if (this.journal.steps.get(step)?.isSkipped === true) return;
    this.#rows.put({ type: 'step-skipped', at: this.clock.now(), step, node });
  }

  /** Settles when the event, and all before it, are on disk. */
  record(event: RunEvent): Promise<void> {
    return this.#rows.record(event);
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
    const each = { stop, place: -1 };
    this.stops.add(each);
    return () => this.stops.delete(each);
  }

  /** Undefined when the step may begin at once: nobody holds the run. */
  #admit(spec: NarrowedStep): Promise<void> | undefined {
    return this.hold.isHeld ? this.#whenLetThrough(spec) : undefined;
  }

  async #whenLetThrough(spec: NarrowedStep): Promise<void> {
    this.emit({ type: 'step-held', at: this.clock.now(), step: spec.step, node: spec.node });
    // A held run needs no place in the queue unless something of it still goes.
    await this.activity.rest(() => this.hold.wait(spec.step, (stop) => this.onStop(stop), spec.signal));
    if (this.#rows.broken !== undefined) throw this.#rows.broken;
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
      if (isPassingTrouble(error)) this.#rows.giveUp(error);
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

  async #finish(
    spec: StepSpec,
    attempt: number,
    startedAt: number,
    given: Outputs,
    more: { from?: TakenFrom; usage?: NonNullable<LiveAttempt['usage']> } = {},
  ): Promise<Outputs> {
    const outputs = cleanOutputs(given, this.redact);
    const done: RunEvent = { ...this.#doneOf(spec, attempt, startedAt, outputs), ...more };
    const behind = this.#putResult(spec, done);
    if (behind !== undefined) await behind;
    if (spec.contentText !== undefined && more.from === undefined) await this.#deps.reuse?.note(spec, this.id);
    return outputs;
  }

  /**
   * What an effect gave goes to disk in this turn of the event loop and nobody waits for it: a further effect waits for its own intent,
   * which comes after it in the same commit or a later one, the run's end likewise, and other stores write after it. Only where a large
   * output holds it back would they overtake it: then it is waited for.
   */
  #putResult(spec: StepSpec, done: RunEvent): Promise<void> | undefined {
    const isPure = spec.effect === 'none';
    const isFar = this.#rows.put(done, isPure);
    if (!isPure && this.#deps.isHeldBack?.(this.id) === true) return this.#rows.untilKept();
    return isFar ? this.#rows.catchUp() : undefined;
  }

  #doneOf(spec: StepSpec, attempt: number, startedAt: number, outputs: Outputs): Extract<RunEvent, { type: 'step-done' }> {
    const at = this.clock.now();
    return { type: 'step-done', at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, outputs };
  }
}
