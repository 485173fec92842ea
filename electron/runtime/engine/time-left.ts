// How long a run will still take, by the workflow's earlier runs: the median of its last ten that ended well; where there is none,
// by the items of its longest loop; once a run has taken longer than that, by its own items or steps.

import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunStore } from '../ports.ts';
import type { RunFar } from '../services.ts';

const earlier = 10;
const enoughItems = 3;

export function createTimeLeft({ runs, clock }: { runs: Pick<RunStore, 'list'>; clock: { now(): number } }) {
  const medians = new Map<WorkflowId, number | undefined>();

  const medianOf = (workflow: WorkflowId): number | undefined => {
    if (medians.has(workflow)) return medians.get(workflow);
    const times = runs
      .list({ limit: earlier, workflow, status: ['done'] })
      .slice(0, earlier)
      .map((run) => Math.max(0, (run.endedAt ?? run.startedAt) - run.startedAt))
      .sort((a, b) => a - b);
    const middle = times.length >> 1;
    const median = times.length % 2 === 1 ? times[middle] : times.length === 0 ? undefined : mean(times[middle - 1], times[middle]);
    medians.set(workflow, median);
    return median;
  };

  return {
    /** Milliseconds; undefined when nothing is known to go by. */
    of(run: RunSummary, { done, total, loop }: RunFar): number | undefined {
      // While it waits for a person, nobody can tell.
      if (run.status !== 'running') return undefined;
      const items = loop === undefined ? undefined : itemsLeft(loop, clock.now());
      const median = run.workflow === undefined ? undefined : medianOf(run.workflow);
      // Without an earlier run there are only the items of a list to go by: one long step among short ones would make any guess a lie.
      if (median === undefined) return items;
      const soFar = Math.max(0, clock.now() - run.startedAt);
      if (soFar < median) return Math.round(median - soFar);
      if (items !== undefined) return items;
      if (done === 0 || total <= done) return 0;
      return Math.round((soFar / done) * (total - done));
    },
    /** A run of it has ended: the next question looks again. */
    forget(workflow: WorkflowId | undefined): void {
      if (workflow !== undefined) medians.delete(workflow);
    },
  };
}

/** By the pace of its items; undefined before so many have shown one, and once all are done. */
function itemsLeft({ since, from, done, total, at }: NonNullable<RunFar['loop']>, now: number): number | undefined {
  const went = done - from;
  if (went < enoughItems || done >= total) return undefined;
  const each = Math.max(0, at - since) / went;
  return Math.max(0, Math.round(each * (total - done) - Math.max(0, now - at)));
}

const mean = (a = 0, b = 0): number => (a + b) / 2;
