// What a source of triggers is handed of the job that it watches for: its config and its state, and the ways to say that something
// happened, that it has trouble, or that it gives up. Nothing that it saw is lost to a disk that refuses for a while.

import { type AppErrorShape, toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Ports, StoredJob } from '../ports.ts';
import { isPassingTrouble, retryDiskMs } from '../util/passing-trouble.ts';
import type { Firing } from './firing.ts';
import type { ReadTrigger } from './read-trigger.ts';
import type { ArmedJob } from './trigger-source.ts';

interface HandleDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'log'>;
  firing: Pick<Firing, 'fire'>;
  /** What the job's trigger has trouble with now. */
  troubleOf(): AppErrorShape | undefined;
  trouble(error: AppErrorShape | undefined): void;
  disarm(): void;
  changed(): void;
}

/** Until `signal` is aborted. */
export function handleOf(deps: HandleDeps, job: StoredJob, read: ReadTrigger, signal: AbortSignal): ArmedJob {
  const { id } = job;
  const { jobs } = deps.ports.store;
  let refused: string | undefined;
  const kept = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const known = toAppError(error);
      deps.ports.log.error('What a trigger saw could not be kept', { job: id, code: known.code, error: known.message });
      deps.trouble(known.toJSON());
    }
  };
  return {
    id,
    workflow: job.workflow,
    node: job.node,
    config: read.config,
    // As it is granted now: another's grant of the same path for another place takes it out.
    get folders() {
      return (jobs.get(id) ?? job).grant.folders;
    },
    state: () => jobs.get(id)?.state ?? {},
    keep: (state) =>
      kept(() => {
        const current = jobs.get(id);
        if (current !== undefined) jobs.put({ ...current, state: { ...current.state, ...state } });
      }),
    fire: inOrder(deps.ports.clock, signal, (events, state) => {
      try {
        deps.firing.fire(id, read.workflow.name, events, state);
        if (deps.troubleOf()?.code === refused) deps.trouble(undefined);
        refused = undefined;
        deps.changed();
      } catch (error) {
        refused = toAppError(error).code;
        kept(() => {
          throw error;
        });
        if (isPassingTrouble(error)) throw error;
      }
    }),
    trouble: (error) => {
      if (!signal.aborted) deps.trouble(error);
    },
    halt: (error) =>
      kept(() => {
        const current = jobs.get(id);
        if (current === undefined) return;
        jobs.put({ ...current, state: { ...current.state, halted: error as unknown as JsonObject } });
        deps.disarm();
        deps.changed();
      }),
  };
}

/**
 * What is told while the disk refuses it waits here and is told again, in order: what a source remembers of it must not be kept without
 * it. When the host ends meanwhile, nothing of it was kept, and the source finds it again by its missed rule.
 */
function inOrder(clock: Ports['clock'], signal: AbortSignal, fire: ArmedJob['fire']): ArmedJob['fire'] {
  const waiting: Parameters<ArmedJob['fire']>[] = [];
  let isGoing = false;
  const go = async (): Promise<void> => {
    isGoing = true;
    for (let next = waiting[0]; next !== undefined && !signal.aborted; next = waiting[0]) {
      try {
        fire(...next);
        waiting.shift();
      } catch {
        // Told of already; the sleep ends early only when the job is no longer watched for.
        await clock.sleep(retryDiskMs, signal).catch(() => undefined);
      }
    }
    isGoing = false;
  };
  return (...told) => {
    waiting.push(told);
    if (!isGoing) void go();
  };
}
