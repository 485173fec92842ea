// One workflow run while this process drives it, from its journal to its end: done, failed, cancelled, or put aside because
// the host closes or the disk refuses. It must not start runs or know of others.

import { type AppError, cancelled, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { cleanError } from './clean-output.ts';
import { type ExecuteOptions, execute } from './execute.ts';
import type { Journal } from './journal.ts';
import type { Plan } from './plan-types.ts';
import { RunProgress } from './run-progress.ts';
import { Session, type SessionDeps, type SessionOptions } from './session.ts';

type StopReason = { kind: 'cancel' | 'close' } | { kind: 'failure' | 'journal'; error: AppError };
type Ended = 'ended' | 'put-aside' | 'journal-failed';

export interface LiveRunOptions extends Omit<SessionOptions, 'signal' | 'journal' | 'onJournalFailure'> {
  plan: Plan;
  journal: Journal;
  vars: Record<string, JsonValue>;
  powers: ExecuteOptions['powers'];
  toolEffect: ExecuteOptions['toolEffect'];
}

export class LiveRun {
  readonly #deps: SessionDeps;
  readonly #options: LiveRunOptions;
  readonly #controller = new AbortController();
  readonly #session: Session;
  readonly progress: RunProgress;
  #stoppedBy: StopReason | undefined;
  /** Settles when nothing of it runs any more; never rejects. */
  readonly ended: Promise<Ended>;
  /** The run's outputs once it has ended and that is on disk. */
  outputs: Record<string, JsonValue> | undefined;

  constructor(deps: SessionDeps, options: LiveRunOptions) {
    this.#deps = deps;
    this.#options = options;
    const { id, title, grant, journal, queue } = options;
    this.progress = new RunProgress(options.plan, journal);
    const { hub } = deps;
    const counted: SessionDeps['hub'] = {
      record: (run, event) => {
        this.progress.note(event);
        return hub.record(run, event);
      },
      emit: (run, event) => {
        this.progress.note(event);
        hub.emit(run, event);
      },
    };
    const onJournalFailure = (error: unknown): void => this.#stop({ kind: 'journal', error: toAppError(error) });
    this.#session = new Session({ ...deps, hub: counted }, { id, title, grant, journal, queue, signal: this.#controller.signal, onJournalFailure });
    this.ended = this.#drive();
  }

  cancel(): Promise<Ended> {
    this.#stop({ kind: 'cancel' });
    return this.ended;
  }

  /** Stops the work and leaves the run as it is, to be taken up again. */
  putAside(): Promise<Ended> {
    this.#stop({ kind: 'close' });
    return this.ended;
  }

  #stop(reason: StopReason): void {
    if (this.#stoppedBy !== undefined) return;
    this.#stoppedBy = reason;
    this.#controller.abort(cancelled());
  }
  async #drive(): Promise<Ended> {
    const { plan, vars, powers, toolEffect } = this.#options;
    // A turn of the loop first: whoever started the run has its id before anything happens in it.
    await Promise.resolve();
    const outcome = await execute({
      plan,
      vars,
      powers,
      toolEffect,
      session: this.#session,
      onFatal: (error) => this.#stop({ kind: 'failure', error }),
    }).then(
      (outputs) => ({ outputs }),
      (error: unknown) => ({ error }),
    );
    this.#session.activity.close();
    const end = this.#endOf(outcome);
    if (end === undefined) return this.#stoppedBy?.kind === 'journal' ? 'journal-failed' : 'put-aside';
    // Set before whoever waits for the end is told; given out only after that.
    if (end.type === 'run-end') this.outputs = end.outputs ?? {};
    try {
      await this.#deps.hub.record(this.#options.id, end);
      return 'ended';
    } catch (error) {
      this.outputs = undefined;
      this.#stop({ kind: 'journal', error: toAppError(error) });
      return 'journal-failed';
    }
  }

  #endOf(outcome: { outputs: Record<string, JsonValue> } | { error: unknown }): RunEvent | undefined {
    const at = this.#deps.clock.now();
    const failed = (error: AppError): RunEvent => ({ type: 'run-end', at, status: 'failed', error: cleanError(error, this.#deps.redact) });
    const stopped = this.#stoppedBy;
    if (stopped?.kind === 'journal') return undefined;
    if ('outputs' in outcome) return { type: 'run-end', at, status: 'done', outputs: outcome.outputs };
    if (stopped === undefined) return failed(toAppError(outcome.error));
    if (stopped.kind === 'failure') return failed(stopped.error);
    if (stopped.kind === 'close') return isCancelled(outcome.error) ? undefined : failed(toAppError(outcome.error));
    return { type: 'run-end', at, status: 'cancelled' };
  }
}
