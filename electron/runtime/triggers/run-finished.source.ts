// Starts a workflow when a run of another one ends. Two that start each other would never stop: each run in such a chain carries
// its place in it, and a chain that grows too long halts its job.

import { AppError } from '../../../shared/errors.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { MissedRule } from '../../../shared/model/job.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { isRunOver, type RunSummary } from '../../../shared/model/run.ts';
import type { RunStore } from '../ports.ts';
import { isPassingTrouble } from '../util/passing-trouble.ts';
import type { ArmedJob, SourceDeps, TriggerEvent, TriggerSource } from './trigger-source.ts';

interface Config {
  workflow: string;
  status: 'any' | 'done' | 'failed' | 'cancelled';
  missed: MissedRule;
}

/** Longest chain of runs that started each other by ending. */
export const maxChain = 8;
/** Newest runs that are looked at after a start. */
const lookBack = 200;

export function runFinishedSource({ ports, hub }: SourceDeps): TriggerSource<Config> {
  const { runs, workflows } = ports.store;

  function eventOf(job: ArmedJob<Config>, run: RunSummary): TriggerEvent | undefined {
    const chain = chainOf(runs, run) + 1;
    if (chain > maxChain) {
      job.halt(
        new AppError('trigger-loop', `More than ${maxChain} runs started each other by ending, so this job was stopped.`, {
          hint: 'Look which workflows start each other, then turn it on again.',
        }).toJSON(),
      );
      return undefined;
    }
    const end = runs.readNewest(run.id, { events: 1, chars: 0 }).events.at(-1)?.event;
    const outputs = end?.type === 'run-end' ? (end.outputs ?? {}) : {};
    const payload: JsonObject = {
      run: run.id,
      number: run.number,
      title: run.title,
      workflow: run.workflow ?? null,
      status: run.status,
      outputs,
      chain,
      ...(run.error === undefined ? {} : { error: run.error.message }),
    };
    return { payload, key: `run ${run.id}`, ...(run.endedAt === undefined ? {} : { at: run.endedAt }) };
  }

  const isWanted = ({ config }: ArmedJob<Config>, run: RunSummary): boolean =>
    run.kind === 'workflow' &&
    run.workflow === config.workflow &&
    isRunOver(run.status) &&
    (config.status === 'any' || run.status === config.status) &&
    run.origin.kind !== 'sub-workflow' &&
    run.origin.kind !== 'replay';

  /** A run's end can be on disk and what it starts not yet, when the host ends in between. */
  function catchUpOn(job: ArmedJob<Config>): void {
    const { since } = job.state();
    const from = typeof since === 'number' ? since : Number.POSITIVE_INFINITY;
    const ended = runs
      .list({ limit: lookBack, workflow: job.config.workflow as WorkflowId })
      .filter((run) => isWanted(job, run) && (run.endedAt ?? 0) >= from)
      .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    const events = ended.map((run) => eventOf(job, run)).filter((event) => event !== undefined);
    const spared = job.config.missed === 'all' ? 0 : job.config.missed === 'once' ? events.length - 1 : events.length;
    for (const event of events.slice(0, Math.max(0, spared))) event.missed = 'The host ended just as the run did';
    if (events.length > 0) job.fire(events, { since: Math.max(...ended.map((run) => run.endedAt ?? 0)) });
  }

  return {
    check({ config }) {
      if (workflows.get(config.workflow as WorkflowId) === undefined)
        throw new AppError('workflow-not-found', 'The workflow whose runs it waits for is not there any more.', {
          place: 'workflow',
          hint: 'Choose another one.',
        });
    },
    begin: () => ({ since: ports.clock.now() }),
    arm(job, signal) {
      catchUpOn(job);
      const stop = hub.onChange((run) => {
        if (!isWanted(job, run)) return;
        try {
          const event = eventOf(job, run);
          if (event !== undefined) job.fire([event], { since: run.endedAt ?? ports.clock.now() });
        } catch (error) {
          if (!isPassingTrouble(error)) throw error;
          ports.log.warn('A run’s end could not be handed on yet', { run: run.id, error: String(error) });
        }
      });
      signal.addEventListener('abort', stop, { once: true });
    },
    sample: ({ workflow, status }) => ({
      run: '',
      number: 0,
      title: '',
      workflow,
      status: status === 'any' ? 'done' : status,
      outputs: {},
      chain: 1,
    }),
  };
}

/** How many ends of runs led to this one. A run inside another has its parent's place. */
export function chainOf(runs: Pick<RunStore, 'get' | 'getDetails'>, run: RunSummary): number {
  let root: RunSummary | undefined = run;
  for (let depth = 0; depth < 64 && root?.origin.kind === 'sub-workflow'; depth += 1) root = runs.get(root.origin.run as RunId);
  if (root?.origin.kind !== 'job') return 0;
  const payload: JsonValue | undefined = runs.getDetails(root.id)?.trigger?.payload;
  const chain = payload !== null && typeof payload === 'object' && !Array.isArray(payload) ? payload?.chain : undefined;
  return typeof chain === 'number' ? chain : 0;
}
