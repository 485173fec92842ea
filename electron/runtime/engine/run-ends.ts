// Waiting for a run's end, and what it gave.

import { AppError, cancelled } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunStatus, RunSummary } from '../../../shared/model/run.ts';
import type { RunStore } from '../ports.ts';
import type { Engine, RunHub } from '../services.ts';
import type { LiveRun } from './live-run.ts';
import { readValue } from './past/large.ts';

interface Deps {
  runs: RunStore;
  hub: Pick<RunHub, 'onChange'>;
  live: ReadonlyMap<RunId, LiveRun>;
}

export function createRunEnds({ runs, hub, live }: Deps): Pick<Engine, 'waitForEnd'> {
  async function waitForEnd(id: RunId, signal: AbortSignal): Promise<RunSummary & { outputs: Record<string, JsonValue> }> {
    const driven = live.get(id);
    // A new run that the disk refuses never was: that is what this throws.
    await runs.starting?.(id)?.durable;
    const summary = await untilOver(hub, (run) => runs.get(run), id, signal);
    // Read back only when this process did not see it end: a journal can be long.
    return { ...summary, outputs: driven?.outputs ?? (await keptOutputs(id)) };
  }

  async function keptOutputs(id: RunId): Promise<Record<string, JsonValue>> {
    const last = runs.readNewest(id, { events: 1, chars: 0 }).events.at(-1)?.event;
    const end = last?.type === 'run-end' ? last : undefined;
    const outputs = { ...end?.outputs };
    for (const [name, { hash }] of Object.entries(end?.large ?? {}))
      outputs[name] = await readValue(hash, (named) => runs.readLarge(named));
    return outputs;
  }

  return { waitForEnd };
}

export const notFound = (): AppError =>
  new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });

export const isOver = (status: RunStatus): boolean => status === 'done' || status === 'failed' || status === 'cancelled';

function untilOver(
  hub: Pick<RunHub, 'onChange'>,
  get: (id: RunId) => RunSummary | undefined,
  id: RunId,
  signal: AbortSignal,
): Promise<RunSummary> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      forget();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onAbort = (): void => settle(() => reject(cancelled()));
    const look = (run: RunSummary | undefined): void => {
      if (run === undefined) settle(() => reject(notFound()));
      else if (isOver(run.status)) settle(() => resolve(run));
    };
    const forget = hub.onChange((run) => {
      if (run.id === id) look(run);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look(get(id));
  });
}
