// One attempt of a step while it runs: its signal, its timeout (which stands still while a person is asked), and its end at
// once when the run stops, also when the node ignores its signal; what it gives later is dropped.

import { AppError, cancelled } from '../../../shared/errors.ts';
import type { InboxId, RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { Clock } from '../ports.ts';
import type { StepContext, StepSpec } from '../services.ts';
import type { Redact } from './clean-output.ts';
import type { RunActivity } from './run-activity.ts';
import type { Stoppable, Stops } from './stops.ts';

/** `signal` narrows the run's own, for steps inside a step that may time out. */
export type NarrowedStep = StepSpec & {
  signal?: AbortSignal | undefined;
  /** Awaited before each attempt, ahead of its intent: its turn under a rate limit. */
  ready?: (() => Promise<void>) | undefined;
};

/** What an attempt needs of its run's session. */
export interface AttemptSession {
  readonly id: RunId;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly activity: RunActivity;
  readonly hold: { readonly heldMs: number };
  record(event: RunEvent): Promise<void>;
  log(step: string, node: string, level: 'info' | 'warn' | 'error', message: string): void;
  emit(event: RunEvent): void;
  readonly stops: Stops;
}

/** Is told once how the attempt ended. */
export interface AttemptOwner {
  done(outputs: Record<string, JsonValue>): void;
  failed(error: unknown): void;
}

export class LiveAttempt implements StepContext, Stoppable {
  place = -1;
  readonly attempt: number;
  readonly firstStartedAt: number;
  /** What its model calls used, in tokens. */
  usage: { inputTokens?: number; outputTokens?: number } | undefined;
  readonly #session: AttemptSession;
  readonly #spec: NarrowedStep;
  readonly #controller: AbortController | undefined;
  #owner: AttemptOwner | undefined;
  /** For the spec's own signal. */
  #onAbort: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timeLeftMs: number;
  #timerSince = 0;
  /** How long the run had been held when the timer began. */
  #heldMs = 0;
  #waits: number;
  /** It waited for this question when the run was put aside, and that is kept: asking it again is nothing new. */
  #asked: string | undefined;
  /** The journal says that its effect waits for this question: that must not be so any more when the effect begins. */
  #waitsFor: InboxId | undefined;
  #isOver = false;

  /**
   * `asked`: it is taken up again where it waited for this question, and its run's activity counts it as waiting already.
   * `waitsFor`: the question that it had come to, told to be waiting or not.
   */
  constructor(session: AttemptSession, spec: NarrowedStep, attempt: number, firstStartedAt: number, asked?: string, waitsFor?: InboxId) {
    this.#session = session;
    this.#spec = spec;
    this.attempt = attempt;
    this.firstStartedAt = firstStartedAt;
    this.#timeLeftMs = spec.timeoutMs ?? 0;
    this.#waits = asked === undefined ? 0 : 1;
    this.#asked = asked;
    this.#waitsFor = waitsFor;
    // Only what can end before the run needs a signal of its own; most pure steps share the run's.
    this.#controller = spec.timeoutMs !== undefined || spec.signal !== undefined ? new AbortController() : undefined;
  }

  get signal(): AbortSignal {
    return this.#controller?.signal ?? this.#session.signal;
  }

  get idempotencyKey(): string {
    return `${this.#session.id}/${this.#spec.step}`;
  }

  // Made when they are asked for: most steps need none of them.
  get progress(): StepContext['progress'] {
    return (progress) => this.#progress(progress);
  }

  get used(): NonNullable<StepContext['used']> {
    return (usage) => this.#used(usage);
  }

  get log(): NonNullable<StepContext['log']> {
    return (level, message) => this.#session.log(this.#spec.step, this.#spec.node, level, message);
  }

  get waiting(): StepContext['waiting'] {
    return (inbox) => this.#waiting(inbox);
  }

  get answered(): StepContext['answered'] {
    return (inbox) => this.#answered(inbox);
  }

  /** It needs no answer any more, for it may do now what it asked about: that it waits is taken back before its effect. */
  get begins(): NonNullable<StepContext['begins']> {
    return () => (this.#waitsFor === undefined ? undefined : this.#answered(this.#waitsFor));
  }

  #progress(progress: Parameters<StepContext['progress']>[0]): void {
    const note = progress.note === undefined ? undefined : this.#session.redact(progress.note);
    this.#session.emit({
      type: 'step-progress',
      at: this.#session.clock.now(),
      step: this.#spec.step,
      node: this.#spec.node,
      ...progress,
      ...(note === undefined ? {} : { note }),
    });
  }

  #used({ inputTokens, outputTokens }: Parameters<NonNullable<StepContext['used']>>[0]): void {
    const usage = { ...this.usage };
    if (inputTokens !== undefined) usage.inputTokens = (usage.inputTokens ?? 0) + inputTokens;
    if (outputTokens !== undefined) usage.outputTokens = (usage.outputTokens ?? 0) + outputTokens;
    if (Object.keys(usage).length > 0) this.usage = usage;
  }

  async #waiting(inbox: InboxId): Promise<void> {
    this.#pauseTimer();
    const { step, node } = this.#spec;
    if (this.#waitsFor !== undefined) this.#waitsFor = inbox;
    const isKnown = this.#asked === inbox;
    const isCounted = this.#asked !== undefined;
    this.#asked = undefined;
    if (isKnown) return;
    if (!isCounted) this.#waits += 1;
    await this.#session.record({ type: 'step-waiting', at: this.#session.clock.now(), step, node, inbox });
    if (!isCounted) this.#session.activity.startWaiting();
  }

  async #answered(inbox: InboxId): Promise<void> {
    const { step, node } = this.#spec;
    this.#asked = undefined;
    this.#waitsFor = undefined;
    // On disk before the effect begins: from here on a crash means that the outcome is unknown.
    await this.#session.record({ type: 'step-answered', at: this.#session.clock.now(), step, node, inbox });
    // Stopped while that went to disk: the effect must not begin, nor a timer for it.
    if (this.#isOver) throw cancelled();
    if (this.#waits > 0) {
      this.#waits -= 1;
      this.#session.activity.stopWaiting();
    }
    this.#startTimer();
  }

  run(): Promise<Record<string, JsonValue>> {
    return new Promise((done, failed) => this.start({ done, failed }));
  }

  start(owner: AttemptOwner): void {
    const { signal } = this.#spec;
    this.#owner = owner;
    if (this.#session.signal.aborted || signal?.aborted === true) {
      this.#fail(cancelled());
      return;
    }
    this.#session.stops.add(this);
    if (signal !== undefined) {
      this.#onAbort = () => this.stop();
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    this.#startTimer();
    try {
      this.#spec.run(this).then(
        (outputs) => this.#settle()?.done(outputs),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      // A node that throws before its first await fails like any other.
      this.#fail(error);
    }
  }

  stop(): void {
    this.#end(cancelled());
  }

  #fail(error: unknown): void {
    this.#settle()?.failed(error);
  }

  /** Nothing of it goes any more. Its owner, unless it was told already. */
  #settle(): AttemptOwner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    this.#isOver = true;
    this.#session.stops.delete(this);
    this.#pauseTimer();
    if (this.#onAbort !== undefined) this.#spec.signal?.removeEventListener('abort', this.#onAbort);
    for (; this.#waits > 0; this.#waits -= 1) this.#session.activity.stopWaiting();
    return owner;
  }

  /** At once, whatever it still does. */
  #end(error: AppError): void {
    const owner = this.#owner;
    this.#owner = undefined;
    this.#isOver = true;
    // What ignores its signal may go on for long; its time is over all the same.
    this.#pauseTimer();
    owner?.failed(error);
    this.#controller?.abort(error);
  }

  #startTimer(): void {
    if (this.#spec.timeoutMs === undefined || this.#timer !== undefined) return;
    this.#timerSince = this.#session.clock.now();
    this.#heldMs = this.#session.hold.heldMs;
    this.#timer = setTimeout(() => this.#onTime(), this.#timeLeftMs);
  }

  #pauseTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timeLeftMs = Math.max(1, this.#timeLeftMs - (this.#session.clock.now() - this.#timerSince));
  }

  /** What an agent or a body does waits while the run is held, so that time is given again. */
  #onTime(): void {
    this.#timer = undefined;
    const held = this.#session.hold.heldMs - this.#heldMs;
    if (held <= 0) {
      this.#end(this.#timedOut());
      return;
    }
    this.#timeLeftMs = held;
    this.#startTimer();
  }

  #timedOut(): AppError {
    const seconds = (this.#spec.timeoutMs ?? 0) / 1000;
    return new AppError('step-timed-out', `${this.#spec.what} was stopped after ${seconds} s.`, {
      hint:
        this.#spec.effect === 'once'
          ? 'Look whether it happened before you run it again.'
          : 'Give it more time in its settings, or make its work smaller.',
      retryable: this.#spec.effect !== 'once',
    });
  }
}
