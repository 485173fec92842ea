// A step's attempts, one after the other until one succeeds or none is left: what is tried again and when, what is taken up where it
// stood, and who is asked when nobody knows whether an effect happened. Each failure is kept before what follows from it.

import { AppError, cancelled, fromShape, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { InboxId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { Inbox, RunQueue, StepSpec } from '../services.ts';
import { cleanError } from './clean-output.ts';
import { cutOffCall } from './cut-off-call.ts';
import type { StepRecord } from './journal.ts';
import { type AttemptSession, LiveAttempt, type NarrowedStep } from './live-attempt.ts';
import { mayTryAgain } from './may-retry.ts';
import type { RowsAhead } from './rows-ahead.ts';

const maxRetryDelayMs = 3_600_000;
/** Who waits longer than this for a time leaves its place in the queue to others meanwhile, in milliseconds. */
export const longRestMs = 5000;

interface Deps {
  session: AttemptSession & { readonly title: string; step(spec: NarrowedStep): Promise<Record<string, JsonValue>> };
  rows: Pick<RowsAhead, 'record' | 'broken'>;
  inbox: () => Pick<Inbox, 'ask' | 'findForStep'>;
  queue: Pick<RunQueue, 'isPaused' | 'gate'> | undefined;
  /** Undefined when the step may begin at once. */
  admit(spec: NarrowedStep): Promise<void> | undefined;
  /** Keeps what it gave. */
  finish(
    spec: StepSpec,
    attempt: number,
    startedAt: number,
    outputs: Record<string, JsonValue>,
    usage?: LiveAttempt['usage'],
  ): Promise<Record<string, JsonValue>>;
}

export class StepTries {
  readonly #deps: Deps;
  readonly #session: Deps['session'];

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#session = deps.session;
  }

  /** `failed`: its first attempt, which came to nothing just now. */
  async untilDone(
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
      await this.#sleep(spec, Math.max(0, known.failure.retryAt - this.#session.clock.now()));
    } else if (known?.isBegun === true) {
      if (spec.effect === 'once' && !known.isWaiting && !this.#isStillAsked(spec.step, known)) {
        const answer = await this.#session.activity.delegate(() => this.#askOutcome(spec, known));
        if (answer === 'done') return this.#deps.finish(spec, attempt, known.startedAt, spec.outputsWhenTold ?? {});
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
      const startedAt = this.#session.clock.now();
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
    if (this.#deps.rows.broken !== undefined) throw this.#deps.rows.broken;
    if (this.#session.signal.aborted || spec.signal?.aborted === true) throw cancelled();
    const delay = await this.#fail(spec, attempt, startedAt, isCancelled(error) ? interrupted(spec, error) : toAppError(error));
    await this.#sleep(spec, delay);
    const held = this.#deps.admit(spec);
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
    this.#session.signal.throwIfAborted();
    // What already waits for a person has begun: its answer is what lets it go on.
    if (asked === undefined && this.#deps.queue?.isPaused === true) await this.untilLetGo(spec);
    // At once, so that a run that waited is not told to be running until it has come to its question again.
    if (asked !== undefined) this.#session.activity.startWaiting();
    const intent: RunEvent = { type: 'step-start', at: startedAt, step: spec.step, node: spec.node, attempt };
    if (spec.effect === 'none' || keptSince !== undefined) this.#session.emit(intent);
    else await this.#deps.rows.record(intent);
    this.#session.signal.throwIfAborted();
    const isOnceAgain = spec.effect === 'once' && keptSince !== undefined;
    const waitsFor = isOnceAgain ? (asked ?? this.#deps.inbox().findForStep(this.#session.id, spec.step)?.id) : undefined;
    const live = new LiveAttempt(this.#session, spec, attempt, keptSince ?? startedAt, asked, waitsFor as InboxId | undefined);
    const outputs = await live.run();
    return this.#deps.finish(spec, attempt, startedAt, outputs, live.usage);
  }

  /** Everything is held: the step does not begin. Steps that go go on to their end. */
  async untilLetGo(spec: NarrowedStep): Promise<void> {
    await this.#deps.queue?.gate(spec.signal ?? this.#session.signal);
    if (this.#session.signal.aborted || spec.signal?.aborted === true) throw cancelled();
  }

  /** Waits before a further attempt; a long wait gives the run's place to others. */
  #sleep(spec: NarrowedStep, ms: number): Promise<void> {
    const sleep = (): Promise<void> => this.#session.clock.sleep(ms, spec.signal ?? this.#session.signal);
    return ms > longRestMs ? this.#session.activity.rest(sleep) : sleep();
  }

  /** Keeps the failure; returns the wait before the next attempt in milliseconds, or throws when there is none. */
  async #fail(spec: StepSpec, attempt: number, startedAt: number, error: AppError): Promise<number> {
    const at = this.#session.clock.now();
    const shape = cleanError(error, this.#session.redact);
    const failed = { type: 'step-failed' as const, at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, error: shape };
    const retry = spec.retry;
    if (retry === undefined || attempt > retry.times || !mayTryAgain(spec.effect, error)) {
      await this.#deps.rows.record(failed);
      throw fromShape(shape);
    }
    const delay = Math.min(maxRetryDelayMs, retry.delayMs * 2 ** (attempt - 1));
    await this.#deps.rows.record({ ...failed, retryAt: at + delay });
    return delay;
  }

  /** The question is a step of its own, so that its answer is kept like any other result. */
  async #askOutcome(spec: NarrowedStep, known: StepRecord): Promise<string> {
    const step = `${spec.step}~${known.attempt}`;
    const outputs = await this.#session.step({
      step,
      node: spec.node,
      effect: 'none',
      what: spec.what,
      signal: spec.signal,
      run: async (context) => {
        const call = spec.calls?.();
        const shown = call === undefined ? {} : cutOffCall(call, this.#session.redact);
        const request = { kind: 'unknown-outcome' as const, what: spec.what, startedAt: known.startedAt, ...shown };
        const answer = await this.#deps.inbox().ask({ run: this.#session.id, step, title: this.#session.title, request }, context);
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
    const item = this.#deps.inbox().findForStep(this.#session.id, step);
    return item !== undefined && item.id !== known.inbox && item.createdAt >= known.startedAt;
  }

  async #giveUp(spec: StepSpec, attempt: number, startedAt: number): Promise<AppError> {
    const error = new AppError('step-given-up', `${spec.what} was given up: whether it happened is not known.`, {
      hint: 'Run the workflow again when it is still needed.',
    });
    const at = this.#session.clock.now();
    const shape = cleanError(error, this.#session.redact);
    await this.#deps.rows.record({ type: 'step-failed', at, step: spec.step, node: spec.node, attempt, ms: at - startedAt, error: shape });
    return error;
  }
}

/** Nobody stopped the run: whatever the step used broke off by itself. */
const interrupted = (spec: StepSpec, cause: unknown): AppError =>
  new AppError('step-interrupted', `${spec.what} was broken off by what it used.`, { hint: 'Run it again.', retryable: true, cause });
