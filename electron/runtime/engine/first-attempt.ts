// The first attempt of a step that is new and that nothing stands in for, which is what nearly every step is: from its intent to its
// result without a promise for each part of the way. What comes to nothing goes on as any other step does (step-tries.ts).

import { cancelled } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { cleanOutputs } from './clean-output.ts';
import { type AttemptOwner, type AttemptSession, LiveAttempt, type NarrowedStep } from './live-attempt.ts';
import type { RowsAhead } from './rows-ahead.ts';
import type { StepTries } from './step-tries.ts';

type Outputs = Record<string, JsonValue>;

export interface FirstAttemptDeps {
  session: AttemptSession;
  rows: Pick<RowsAhead, 'queue' | 'giveUp'>;
  tries: Pick<StepTries, 'untilDone'>;
  /** Queues what it gave. What it returns is to be waited for before anything follows from it. */
  keep(spec: NarrowedStep, startedAt: number, outputs: Outputs, usage: LiveAttempt['usage']): Promise<void> | undefined;
}

/** Settles when its result is kept, or queued where it may be run ahead of. */
export const tryFirst = (deps: FirstAttemptDeps, spec: NarrowedStep): Promise<Outputs> =>
  new Promise((resolve) => new FirstAttempt(deps, spec, resolve).begin());

class FirstAttempt implements AttemptOwner {
  readonly #deps: FirstAttemptDeps;
  readonly #spec: NarrowedStep;
  readonly #resolve: (outputs: Outputs | Promise<Outputs>) => void;
  readonly #startedAt: number;
  #live: LiveAttempt | undefined;

  constructor(deps: FirstAttemptDeps, spec: NarrowedStep, resolve: (outputs: Outputs | Promise<Outputs>) => void) {
    this.#deps = deps;
    this.#spec = spec;
    this.#resolve = resolve;
    this.#startedAt = deps.session.clock.now();
  }

  begin(): void {
    const { session, rows } = this.#deps;
    const { step, node, effect } = this.#spec;
    session.activity.enter();
    if (session.signal.aborted) {
      this.failed(cancelled());
      return;
    }
    const intent: RunEvent = { type: 'step-start', at: this.#startedAt, step, node, attempt: 1 };
    if (effect === 'none') {
      session.emit(intent);
      this.#go();
    } else
      rows.queue(intent).then(
        () => this.#go(),
        (error: unknown) => {
          rows.giveUp(error);
          this.failed(error);
        },
      );
  }

  /** Its intent is on disk, if it needs one. */
  #go(): void {
    const { session } = this.#deps;
    if (session.signal.aborted) {
      this.failed(cancelled());
      return;
    }
    this.#live = new LiveAttempt(session, this.#spec, 1, this.#startedAt);
    this.#live.start(this);
  }

  done(given: Outputs): void {
    const { session, keep } = this.#deps;
    let outputs: Outputs;
    let behind: Promise<void> | undefined;
    try {
      outputs = cleanOutputs(given, session.redact);
      behind = keep(this.#spec, this.#startedAt, outputs, this.#live?.usage);
    } catch (error) {
      this.failed(error);
      return;
    }
    if (behind === undefined) this.#end(outputs);
    else
      behind.then(
        () => this.#end(outputs),
        (error: unknown) => this.failed(error),
      );
  }

  failed(error: unknown): void {
    this.#resolve(this.#goOn(error));
  }

  #end(outputs: Outputs): void {
    this.#deps.session.activity.leave();
    this.#resolve(outputs);
  }

  async #goOn(error: unknown): Promise<Outputs> {
    try {
      return await this.#deps.tries.untilDone(this.#spec, undefined, { startedAt: this.#startedAt, error });
    } finally {
      this.#deps.session.activity.leave();
    }
  }
}
