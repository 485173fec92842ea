// One workflow run while this process drives it, from its journal to its end: done, failed, cancelled, or put aside because
// the host closes or the disk refuses. It must not start runs or know of others.

import { AppError, cancelled, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import { cleanError } from './clean-output.ts';
import { cleanUpsFor, type Ending, restoreTop, runCleanUps } from './clean-up.ts';
import { Deadline, deadlineError } from './deadline.ts';
import { type ExecuteOptions, type Execution, execute, prepare } from './execute.ts';
import type { Journal } from './journal.ts';
import { outerSteps } from './past/outer-steps.ts';
import type { Plan, PlanNode } from './plan-types.ts';
import { RunProgress } from './run-progress.ts';
import { Session, type SessionDeps, type SessionOptions } from './session.ts';
import { openVariables, type RunVariables } from './variables.ts';

/** `record-over`: a replay has come to where its record ends. */
type StopReason = { kind: 'cancel' | 'close' | 'record-over' } | { kind: 'failure' | 'journal'; error: AppError };
type Ended = 'ended' | 'put-aside' | 'journal-failed';

export interface LiveRunOptions extends Omit<SessionOptions, 'signal' | 'journal' | 'onJournalFailure' | 'onResultGone'> {
  plan: Plan;
  journal: Journal;
  vars: Record<string, JsonValue>;
  powers: ExecuteOptions['powers'];
  toolEffect: ExecuteOptions['toolEffect'];
  trigger?: ExecuteOptions['trigger'];
  rates: ExecuteOptions['rates'];
}

/** What one signal stops: the work of the run, and after it its clean-up. */
interface Phase {
  controller: AbortController;
  stoppedBy: StopReason | undefined;
}

export class LiveRun {
  readonly #deps: SessionDeps;
  readonly #options: LiveRunOptions;
  readonly #session: Session;
  readonly #going = new Map<string, PlanNode>();
  readonly #deadline: Deadline | undefined;
  readonly progress: RunProgress;
  #phase: Phase = { controller: new AbortController(), stoppedBy: undefined };
  #variables: RunVariables | undefined;
  #isRunning: boolean;
  #isClosing = false;
  /** Its end is on its way to the disk: nothing may be kept after it. */
  #isOver = false;
  /** What a stop stops is the clean-up. */
  #stopsCleanUp = false;
  /** Settles when it is on disk that the run is ending, at the latest when it has ended. */
  readonly #stopKept = Promise.withResolvers<Ended>();
  /** Settles when nothing of it runs any more; never rejects. */
  readonly ended: Promise<Ended>;
  /** The run's outputs once it has ended and that is on disk. */
  outputs: Record<string, JsonValue> | undefined;

  constructor(deps: SessionDeps, options: LiveRunOptions) {
    this.#options = options;
    const { journal, plan } = options;
    this.progress = new RunProgress(plan, journal);
    const { hub } = deps;
    // `mayWait` ends here: every row of a run is for the commit of its turn. Waiting would gain nothing where steps only compute, for a
    // whole run of them and its end come in one turn and share that turn's commit as it is; and other stores write after what is for this
    // turn, not after what may wait (`commitFirst`), so a step that only computes could be overtaken by what followed from it.
    const counted: SessionDeps['hub'] = {
      record: (run, event) => {
        this.#note(event);
        return hub.record(run, event);
      },
      emit: (run, event) => {
        this.progress.note(event);
        hub.emit(run, event);
      },
    };
    this.#deps = { ...deps, hub: counted };
    this.#isRunning = !journal.isWaiting && !journal.isPaused;
    this.#session = this.#openSession(options);
    this.#deadline = this.#openDeadline();
    if (options.replay !== undefined) {
      options.replay.onDiffers = (error) => this.#stop({ kind: 'failure', error });
      options.replay.onEnd = () => this.#stop({ kind: 'record-over' });
    }
    this.ended = this.#drive();
    void this.ended.then(this.#stopKept.resolve);
  }

  /** Settles when it is kept that the run is to end; what cleans up may still go. A second one stops that too. */
  cancel(): Promise<Ended> {
    const isCleaningUp = this.#stopsCleanUp;
    this.#stop({ kind: 'cancel' });
    return isCleaningUp ? this.ended : this.#stopKept.promise;
  }

  /** No further step begins; settles when that is on disk. Throws `run-is-ending`. */
  async pause(): Promise<void> {
    if (this.#stopsCleanUp)
      throw new AppError('run-is-ending', 'The run is ending: only what cleans up still goes.', {
        hint: 'Wait for its end, or stop it once more.',
      });
    this.#mustGo();
    return this.#session.pause();
  }

  async resume(): Promise<void> {
    this.#mustGo();
    return this.#session.resume();
  }

  #mustGo(): void {
    if (!this.#isOver) return;
    throw new AppError('run-over', 'The run is over.', { hint: 'Run it again, or fork it to go on from one of its steps.' });
  }

  /** One inside a body opens that body on the way, which a restart has closed again. Throws `run-not-held`, `step-not-ready`. */
  stepOnce(step: string | undefined): Promise<string> {
    return this.#session.hold.letOne(step, step === undefined ? [] : outerSteps(this.#options.plan, step));
  }

  /** Every run is held, or let go: only a deadline has to know here. That it goes again is kept, so that the time is not counted later. */
  noteHeldAll(isHeld: boolean): void {
    if (this.#deadline === undefined) return;
    this.#deadline.holdAll(isHeld);
    if (isHeld || !this.#isRunning || this.#isOver || this.#phase.stoppedBy !== undefined) return;
    void this.#keep({ type: 'run-status', at: this.#deps.clock.now(), status: 'running' });
  }

  /** Stops the work and leaves the run as it is, to be taken up again. */
  putAside(): Promise<Ended> {
    this.#isClosing = true;
    this.#stop({ kind: 'close' });
    return this.ended;
  }

  #stop(reason: StopReason): void {
    if (this.#phase.stoppedBy !== undefined) return;
    this.#phase.stoppedBy = reason;
    this.#phase.controller.abort(cancelled());
  }

  #note(event: RunEvent): void {
    this.progress.note(event);
    this.#deadline?.note(event);
    if (event.type === 'run-status') this.#isRunning = event.status === 'running';
  }

  #openSession(options: Omit<SessionOptions, 'signal' | 'onJournalFailure' | 'onResultGone'>): Session {
    const onJournalFailure = (error: unknown): void => this.#stop({ kind: 'journal', error: toAppError(error) });
    const onResultGone = (error: AppError): void => this.#stop({ kind: 'failure', error });
    return new Session(this.#deps, { ...options, signal: this.#phase.controller.signal, onJournalFailure, onResultGone });
  }

  #openDeadline(): Deadline | undefined {
    const { plan, journal } = this.#options;
    const limitMs = plan.deadlineMs;
    if (limitMs === undefined || journal.ending !== undefined) return undefined;
    return new Deadline(this.#deps.clock, {
      limitMs,
      spentMs: journal.spentMs,
      isRunning: this.#isRunning,
      isAllHeld: this.#options.queue?.isPaused === true,
      onOver: () => this.#stop({ kind: 'failure', error: deadlineError(limitMs, this.#going) }),
    });
  }

  async #drive(): Promise<Ended> {
    // A turn of the loop first: whoever started the run has its id before anything happens in it.
    await Promise.resolve();
    const kept = this.#options.journal.ending;
    const worked = kept === undefined ? await this.#work() : { end: endingOf(kept) };
    this.#deadline?.close();
    if (worked.end === undefined) return this.#phase.stoppedBy?.kind === 'journal' ? 'journal-failed' : 'put-aside';
    const broken = await this.#cleanUp(worked.end, worked.execution).catch((error: unknown) => this.#cleanUpFailed(error));
    if (broken !== undefined) return broken;
    this.#isOver = true;
    // Set before whoever waits for the end is told; given out only after that.
    this.outputs = worked.end.outputs ?? {};
    return (await this.#keep({ ...worked.end, at: this.#deps.clock.now() })) ? 'ended' : 'journal-failed';
  }

  /** It could not begin, for what it would read is gone: the run ends all the same. What the disk gives later is waited for. */
  #cleanUpFailed(error: unknown): Ended | undefined {
    const stopped = this.#phase.stoppedBy?.kind;
    if (stopped === 'journal' || isPassingTrouble(error)) return 'journal-failed';
    if (stopped === 'close') return 'put-aside';
    for (const { id, type } of this.#options.plan.nodes)
      if (type.control === 'clean-up') this.#session.log(id, id, 'warn', `What cleans up could not begin: ${toAppError(error).message}`);
    return undefined;
  }

  async #keep(event: RunEvent): Promise<boolean> {
    try {
      await this.#deps.hub.record(this.#options.id, event);
      return true;
    } catch (error) {
      this.outputs = undefined;
      this.#stop({ kind: 'journal', error: toAppError(error) });
      return false;
    }
  }

  /** Runs what is not done yet. No `end` when the run is put aside. */
  async #work(): Promise<{ end: RunEnd | undefined; execution?: Execution }> {
    const { plan, journal, id } = this.#options;
    let execution: Execution | undefined;
    try {
      if (plan.deadlineMs !== undefined && journal.lastAt !== undefined && this.#isRunning)
        await this.#deps.hub.record(id, { type: 'run-status', at: this.#deps.clock.now(), status: 'running' });
      execution = await this.#prepare(this.#session);
      const outputs = await execute(execution);
      return { end: this.#endOf({ outputs }), execution };
    } catch (error) {
      return { end: this.#endOf({ error }), ...(execution === undefined ? {} : { execution }) };
    } finally {
      this.#session.activity.close();
    }
  }

  async #prepare(session: Session): Promise<Execution> {
    const { plan, journal, vars, powers, toolEffect, trigger, rates } = this.#options;
    this.#variables ??= await openVariables(plan, vars, journal, this.#deps);
    return prepare({
      plan,
      session,
      variables: this.#variables,
      powers,
      toolEffect,
      rates,
      going: this.#deadline === undefined ? undefined : this.#going,
      onFatal: (error) => this.#stop({ kind: 'failure', error }),
      ...(trigger === undefined ? {} : { trigger }),
    });
  }

  /** Undefined when it is over and the run may end. */
  async #cleanUp(end: RunEnd, worked: Execution | undefined): Promise<Ended | undefined> {
    const { plan, journal, id, title, grant, replay } = this.#options;
    const { status, error } = end;
    if (status === 'done' || cleanUpsFor(plan, { status }).length === 0) return undefined;
    const ending: Ending = { status, error };
    if (journal.ending === undefined && !(await this.#keep({ type: 'run-ending', at: this.#deps.clock.now(), ...endingFields(ending) })))
      return 'journal-failed';
    this.#phase = { controller: new AbortController(), stoppedBy: undefined };
    this.#stopsCleanUp = true;
    this.#stopKept.resolve('ended');
    // The host began to close while that went to disk.
    if (this.#isClosing) return 'put-aside';
    if (!this.#isRunning && !(await this.#keep({ type: 'run-status', at: this.#deps.clock.now(), status: 'running' })))
      return 'journal-failed';
    const session = this.#openSession({ id, title, grant, replay, journal: { ...journal, isWaiting: false, isPaused: false } });
    try {
      const execution = await this.#prepare(session);
      if (worked === undefined) await restoreTop(execution, journal, this.#deps.readLarge);
      else execution.top.outputs.splice(0, execution.top.outputs.length, ...worked.top.outputs);
      await runCleanUps(execution, ending);
    } finally {
      session.activity.close();
    }
    const stopped = this.#phase.stoppedBy?.kind;
    return stopped === 'journal' ? 'journal-failed' : stopped === 'close' ? 'put-aside' : undefined;
  }

  #endOf(outcome: { outputs: Record<string, JsonValue> } | { error: unknown }): RunEnd | undefined {
    const at = this.#deps.clock.now();
    const failed = (error: AppError): RunEnd => ({ type: 'run-end', at, status: 'failed', error: cleanError(error, this.#deps.redact) });
    const stopped = this.#phase.stoppedBy;
    if (stopped?.kind === 'journal') return undefined;
    const { replay } = this.#options;
    if (replay !== undefined && 'outputs' in outcome) return replay.endOf(outcome, at);
    if (replay !== undefined && stopped === undefined && 'error' in outcome) return replay.endOf({ error: toAppError(outcome.error) }, at);
    if (replay !== undefined && stopped?.kind === 'record-over') return replay.endOf('record-over', at);
    if ('outputs' in outcome) return { type: 'run-end', at, status: 'done', outputs: outcome.outputs };
    if (stopped === undefined) return failed(toAppError(outcome.error));
    if (stopped.kind === 'failure') return failed(stopped.error);
    if (stopped.kind === 'close') return isCancelled(outcome.error) ? undefined : failed(toAppError(outcome.error));
    return { type: 'run-end', at, status: 'cancelled' };
  }
}

type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

const endingFields = ({ status, error }: Ending): Ending => ({ status, ...(error === undefined ? {} : { error }) });

const endingOf = ({ at, status, error }: Extract<RunEvent, { type: 'run-ending' }>): RunEnd => ({
  type: 'run-end',
  at,
  ...endingFields({ status, error }),
});
