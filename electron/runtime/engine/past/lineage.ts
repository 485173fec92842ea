// Where the steps that a run took over were done: a fork has them from the run before it, and that one may be a fork itself. For a
// replay, which does again what was done and takes from the record what a person gave. It only reads.

import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { TakenFrom } from '../../../../shared/model/run.ts';
import type { Ports, RunStore } from '../../ports.ts';
import { childRunId } from '../child-run-id.ts';
import { readJournal, type StepRecord } from '../journal.ts';

/** Forks of forks of forks: what lies further back is taken from the record. */
const maxForks = 50;

interface Deps {
  runs: Pick<RunStore, 'get' | 'readEvents'>;
  hash: Ports['hash'];
  /** The run whose steps are asked for. */
  run: RunId;
  steps: ReadonlyMap<string, StepRecord>;
}

export class Lineage {
  readonly #deps: Deps;
  /** Of earlier runs; none of a run that is gone or cannot be read. */
  readonly #earlier = new Map<RunId, ReadonlyMap<string, StepRecord> | undefined>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Whether the step's outputs were made by a run that is on record, so that doing it again must give the same. */
  wasDone(step: string, from: TakenFrom | undefined): boolean {
    if (from === undefined || from.kind === 'replay') return true;
    // Found by its type, config and inputs.
    if (from.kind === 'cache') return true;
    return from.kind === 'fork' && this.#doneIn(step) !== undefined;
  }

  /** The run that this attempt of the step started, in this run or in the one that it is taken over from. */
  childOf(step: string, attempt: number): RunId | undefined {
    const doneIn = this.#doneIn(step);
    if (doneIn === undefined) return undefined;
    const child = childRunId(this.#deps.hash, doneIn, step, attempt);
    return this.#deps.runs.get(child) === undefined ? undefined : child;
  }

  #doneIn(step: string): RunId | undefined {
    let run = this.#deps.run;
    let record = this.#deps.steps.get(step);
    for (let forks = 0; forks < maxForks; forks += 1) {
      const from = record?.from;
      if (record === undefined || from?.kind === 'pin') return undefined;
      if (from?.kind !== 'fork') return run;
      if (from.run === undefined) return undefined;
      run = from.run;
      record = this.#stepsOf(run)?.get(step);
    }
    return undefined;
  }

  #stepsOf(run: RunId): ReadonlyMap<string, StepRecord> | undefined {
    if (!this.#earlier.has(run)) this.#earlier.set(run, this.#read(run));
    return this.#earlier.get(run);
  }

  #read(run: RunId): ReadonlyMap<string, StepRecord> | undefined {
    const { runs } = this.#deps;
    if (runs.get(run) === undefined) return undefined;
    try {
      return readJournal(runs.readEvents(run)).steps;
    } catch (error) {
      // The replayed run's own record is whole: what cannot be known of an earlier one is taken from that.
      if (error instanceof AppError && (error.code === 'journal-damaged' || error.code === 'journal-newer')) return undefined;
      throw error;
    }
  }
}
