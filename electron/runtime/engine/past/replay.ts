// A recorded run once more, from its journal alone: what has an effect or reads the outside is answered from the record,
// what only computes is computed again and must give the same text. Steps end in the order on record. No model, no network,
// no file is touched here, and nothing waits.

import { type AppError, cancelled, fromShape, isCancelled, toAppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunEvent, TakenFrom } from '../../../../shared/model/run.ts';
import type { NarrowedStep } from '../live-attempt.ts';
import type { Plan, PlanNode } from '../plan-types.ts';
import { firstDifference, replayDiffers } from './differs.ts';
import { type ReadLarge, wholeOutputs } from './large.ts';
import type { Lineage } from './lineage.ts';
import { failureOf, type RecordedStep, type Recording } from './replay-source.ts';
import { type OnStop, Turns } from './turns.ts';

type Outputs = Record<string, JsonValue>;
type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

export interface ReplayOptions {
  /** The run on record. */
  source: RunId;
  recording: Recording;
  plan: Plan;
  /** Steps that this replay has answered already, before a restart. */
  ended: readonly string[];
  readLarge: ReadLarge;
  hash(text: string): string;
  /** What it took over from earlier runs. */
  lineage: Pick<Lineage, 'wasDone' | 'childOf'>;
}

/** What a replay needs of the session whose steps it answers. */
export interface ReplaySession {
  now(): number;
  admit(spec: NarrowedStep): Promise<void> | undefined;
  keep(event: RunEvent): Promise<void>;
  /** One attempt of the step as it is, with its begin as it was. */
  attempt(spec: NarrowedStep, attempt: number, startedAt: number): Promise<Outputs>;
  finish(spec: NarrowedStep, attempt: number, startedAt: number, outputs: Outputs, from: TakenFrom | undefined): Promise<Outputs>;
  onStop(spec: NarrowedStep): OnStop;
}

/** Powers that neither reach outside nor know the time. */
const closed: ReadonlySet<string> = new Set(['expressions', 'scripts', 'variables', 'log']);
/** Text of a kind or config by which the same inputs give something else each time. */
const changing = /\$now|\$millis|\$random|\$shuffle|\$today|\bDate\b|date-?time|random|uuid|crypto/i;
const controls: ReadonlySet<string> = new Set(['loop', 'repeat', 'try', 'clean-up']);
/** What the clock or a stop did to a step: doing it again would not show it. */
const outerFailures: ReadonlySet<string> = new Set(['step-timed-out', 'step-interrupted', 'step-given-up', 'cancelled', 'internal']);

export class Replay {
  readonly source: RunId;
  readonly #options: ReplayOptions;
  readonly #nodes: ReadonlyMap<string, PlanNode>;
  readonly #turns: Turns;
  /** Something differs: the run ends so. */
  onDiffers: (error: AppError) => void = () => {};
  /** The record goes no further. */
  onEnd: () => void = () => {};

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.source = options.source;
    this.#nodes = new Map(options.plan.nodes.map((node) => [node.id, node]));
    this.#turns = new Turns(options.recording.order, () => this.onEnd());
    for (const step of options.ended) this.#turns.done(step);
  }

  /** The run on record that this step started; undefined when it is not on record any more. */
  childOf(step: string, attempt: number): RunId | undefined {
    return this.#options.lineage.childOf(step, attempt);
  }

  close(): void {
    this.#turns.close();
  }

  async step(session: ReplaySession, spec: NarrowedStep): Promise<Outputs> {
    this.#turns.enter();
    try {
      await session.admit(spec);
      const recorded = this.#options.recording.steps.get(spec.step);
      if (recorded?.last === undefined) {
        await this.#turns.beyond(session.onStop(spec));
        throw cancelled();
      }
      return this.#isDoneAgain(spec, recorded)
        ? await this.#again(session, spec, recorded)
        : await this.#fromRecord(session, spec, recorded);
    } finally {
      this.#turns.leave();
    }
  }

  /** The end on record, where the replay agrees with it; what differs otherwise. */
  endOf(outcome: { outputs: Outputs } | { error: AppError } | 'record-over', at: number): RunEnd {
    const end = this.#options.recording.journal.end;
    const failed = (error: AppError): RunEnd => ({ type: 'run-end', at, status: 'failed', error: error.toJSON() });
    if (
      end !== undefined &&
      end.status !== 'done' &&
      (outcome === 'record-over' || 'outputs' in outcome || end.error?.code === outcome.error.code)
    )
      return { ...end, at };
    if (outcome === 'record-over') return { type: 'run-end', at, status: 'cancelled', error: recordOver };
    if ('error' in outcome) return failed(outcome.error);
    const difference =
      end === undefined
        ? undefined
        : firstDifference({ outputs: end.outputs ?? {}, large: end.large }, outcome.outputs, this.#options.hash);
    if (difference !== undefined) return failed(replayDiffers('the run', difference));
    return { type: 'run-end', at, status: 'done', outputs: outcome.outputs };
  }

  #isDoneAgain(spec: NarrowedStep, recorded: RecordedStep): boolean {
    const node = this.#nodes.get(spec.node);
    // A step below a step (a model call, a tool call, a question) is known by the record alone.
    if (node === undefined || spec.step.replace(/#[\d.]+$/, '') !== node.id) return false;
    if (!this.#options.lineage.wasDone(spec.step, recorded.record.from)) return false;
    const failure = failureOf(recorded);
    if (failure !== undefined && outerFailures.has(failure.code)) return false;
    if (controls.has(node.type.control ?? '')) return true;
    const needs = node.type.needs as readonly string[];
    if (needs.length === 1 && needs[0] === 'workflows') return this.childOf(spec.step, recorded.record.attempt) !== undefined;
    return (
      spec.effect === 'none' &&
      needs.every((need) => closed.has(need)) &&
      !changing.test(`${node.type.kind} ${JSON.stringify(node.config)}`)
    );
  }

  async #fromRecord(session: ReplaySession, spec: NarrowedStep, recorded: RecordedStep): Promise<Outputs> {
    const { recording, readLarge } = this.#options;
    const at = session.now();
    const from: TakenFrom = { kind: 'replay', run: this.source };
    const outputs = await wholeOutputs(recorded.record, readLarge);
    await this.#whenDue(session, spec, recorded);
    for (const event of recording.below.get(spec.step) ?? []) {
      if (event.type === 'step-failed') await session.keep({ ...event, at, ms: 0 });
      else {
        const whole = (await wholeOutputs(recording.steps.get(event.step)?.record, readLarge)) ?? event.outputs;
        const { large: _, ...plain } = event;
        await session.keep({ ...plain, at, ms: 0, outputs: whole, from });
      }
    }
    const failure = failureOf(recorded);
    const { attempt } = recorded.record;
    if (failure !== undefined || outputs === undefined) {
      const error = failure ?? recordOver;
      await session.keep({ type: 'step-failed', at, step: spec.step, node: spec.node, attempt, ms: 0, error });
      this.#turns.done(spec.step);
      throw fromShape(error);
    }
    const given = await session.finish(spec, attempt, at, outputs, from);
    this.#turns.done(spec.step);
    return given;
  }

  async #again(session: ReplaySession, spec: NarrowedStep, recorded: RecordedStep): Promise<Outputs> {
    const { attempt, startedAt, outputs: kept, large } = recorded.record;
    const failure = failureOf(recorded);
    const begun = session.now();
    const control = this.#nodes.get(spec.node)?.type.control ?? '';
    // Each attempt of a try is a round of its body; what comes out of the earlier ones is known.
    if (control === 'try') for (const failed of recorded.earlier) await this.#outcome(session, spec, failed.attempt, startedAt);
    if (this.#options.plan.variables.length > 0 && !controls.has(control)) await this.#turns.wait(spec.step, session.onStop(spec));
    const outcome = await this.#outcome(session, spec, attempt, startedAt);
    if (spec.signal?.aborted === true) throw cancelled();
    if ('error' in outcome) {
      const error = toAppError(outcome.error);
      if (isCancelled(error)) throw error;
      if (failure?.code !== error.code)
        throw this.#differs(error.code === 'replay-differs' ? error : failedOtherwise(spec, error, recorded));
      await this.#whenDue(session, spec, recorded);
      await session.keep({
        type: 'step-failed',
        at: session.now(),
        step: spec.step,
        node: spec.node,
        attempt,
        ms: session.now() - begun,
        error: failure,
      });
      this.#turns.done(spec.step);
      throw fromShape(failure);
    }
    await this.#whenDue(session, spec, recorded);
    if (failure !== undefined) throw this.#differs(didNotFail(spec, outcome.outputs, failure.message));
    const difference = firstDifference({ outputs: kept ?? {}, large }, outcome.outputs, this.#options.hash);
    if (difference !== undefined) throw this.#differs(replayDiffers(spec.step, difference));
    const given = await session.finish(spec, attempt, begun, outcome.outputs, undefined);
    this.#turns.done(spec.step);
    return given;
  }

  async #outcome(
    session: ReplaySession,
    spec: NarrowedStep,
    attempt: number,
    startedAt: number,
  ): Promise<{ outputs: Outputs } | { error: unknown }> {
    const hasBody = controls.has(this.#nodes.get(spec.node)?.type.control ?? '');
    // While its body goes, only the steps of that count.
    if (hasBody) this.#turns.leave();
    try {
      return { outputs: await session.attempt(spec, attempt, startedAt) };
    } catch (error) {
      return { error };
    } finally {
      if (hasBody) this.#turns.enter();
    }
  }

  /** Its turn has come; the attempts that were tried again are kept before the one that counts. */
  async #whenDue(session: ReplaySession, spec: NarrowedStep, recorded: RecordedStep): Promise<void> {
    await this.#turns.wait(spec.step, session.onStop(spec));
    if (spec.signal?.aborted === true) throw cancelled();
    for (const failed of recorded.earlier) await session.keep({ ...failed, at: session.now(), retryAt: session.now() });
  }

  /** Ends the run whatever the graph would make of a failed step. */
  #differs(error: AppError): AppError {
    this.onDiffers(error);
    return cancelled();
  }
}

const recordOver = {
  code: 'replay-incomplete',
  message: 'The run on record had come this far and no further; up to here everything is the same.',
  hint: 'Let that run end, then replay it again.',
  retryable: false,
};

const failedOtherwise = (spec: NarrowedStep, error: AppError, recorded: RecordedStep): AppError =>
  replayDiffers(spec.step, {
    port: 'error',
    was: failureOf(recorded)?.message ?? JSON.stringify(recorded.record.outputs ?? {}),
    is: `${error.code}: ${error.message}`,
  });

const didNotFail = (spec: NarrowedStep, outputs: Outputs, was: string): AppError =>
  replayDiffers(spec.step, { port: 'error', was, is: JSON.stringify(outputs) });
