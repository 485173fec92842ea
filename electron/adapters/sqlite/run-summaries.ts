// The rows of runs that were made in this process, kept up with each commit, so that telling of a run does not read it from the
// disk each time. It says what is on disk and never more; what it does not know is read there.

import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunSummary } from '../../../shared/model/run.ts';

const maxKept = 1000;

export class RunSummaries {
  readonly #kept = new Map<RunId, RunSummary>();

  /** A new run is on disk. */
  add(run: RunSummary): void {
    this.#kept.set(run.id, { ...run });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value as RunId);
  }

  /** An event of it is on disk. */
  note(id: RunId, event: RunEvent): void {
    const run = this.#kept.get(id);
    if (run === undefined) return;
    if (event.type === 'step-done') run.stepsDone += 1;
    else if (event.type === 'run-status') {
      if (run.endedAt === undefined) run.status = event.status;
    } else if (event.type === 'run-end') {
      run.status = event.status;
      run.endedAt = event.at;
      if (event.error === undefined) delete run.error;
      else run.error = event.error;
    }
  }

  get(id: RunId): RunSummary | undefined {
    const run = this.#kept.get(id);
    return run === undefined ? undefined : { ...run };
  }

  forget(id: RunId): void {
    this.#kept.delete(id);
  }
}
