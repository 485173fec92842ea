// One line about everything, for the status bar and the tray: model, tool servers, running and waiting work, troubles.

import { counted } from '../../shared/count.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import type { AppStatus, Banner } from '../../shared/model/system.ts';
import type { ServerStatus } from '../../shared/model/tool.ts';
import type { Engine, Services } from './services.ts';
import { Channel, watched } from './util/channel.ts';

export interface StatusService {
  get(): AppStatus;
  watch(signal: AbortSignal | undefined): AsyncIterable<AppStatus>;
  onChange(listener: (status: AppStatus) => void): () => void;
  close(): void;
}

/** One that sleeps until it is called can be called: it counts as ready. One that waits for a sign-in has not failed. */
export const serverCounts = (servers: readonly ServerStatus[]): AppStatus['servers'] => ({
  ready: servers.filter((server) => server.state === 'ready' || server.isAsleep === true).length,
  total: servers.filter((server) => server.config?.enabled !== false).length,
  failed: servers.filter((server) => server.state === 'failed' && server.signIn?.needed !== true).length,
});

/** Processor use is sampled this often while anyone watches. */
const sampleMs = 5000;

export function createStatus({
  ports,
  models,
  hub,
  inbox,
  queue,
  jobs,
  engine,
}: Pick<Services, 'ports' | 'models' | 'hub' | 'inbox' | 'queue' | 'jobs'> & { engine: Pick<Engine, 'newerRuns'> }): StatusService {
  const changes = new Channel<void>();
  const listeners = new Set<(status: AppStatus) => void>();
  let banners: Banner[] = [];
  let told = '';

  // Asked for at every change of a run, and the same until a job changes or its time has come.
  let due: { at: number; title: string } | undefined;
  let isDueKnown = false;
  const nextDue = (): { at: number; title: string } | undefined => {
    if (!isDueKnown || (due !== undefined && due.at <= ports.clock.now())) [due] = jobs.listNext({ job: undefined, limit: 1 });
    isDueKnown = true;
    return due;
  };

  const get = (): AppStatus => {
    const servers = ports.tools.servers();
    const { running, queued } = ports.store.runs.counts();
    const next = nextDue();
    return {
      model: models.label(),
      servers: serverCounts(servers),
      running,
      waiting: ports.store.inbox.openCount(),
      queued,
      paused: queue.isPaused,
      ...(next === undefined ? {} : { nextDue: { at: next.at, title: next.title } }),
      ...ports.host.usage(),
      banners: [...banners, ...newerBanner(engine.newerRuns())],
    };
  };

  const changed = (): void => {
    changes.send();
    if (listeners.size === 0) return;
    const status = get();
    // The tray and notifications follow meaning, not the processor's load.
    const meaning = JSON.stringify({ ...status, cpu: 0, memory: 0 });
    if (meaning === told) return;
    told = meaning;
    for (const listener of listeners) listener(status);
  };

  const stops = [
    ports.tools.onChange(changed),
    models.onChange(changed),
    hub.onChange(changed),
    inbox.onChange(changed),
    queue.onChange(changed),
    jobs.onChange(() => {
      isDueKnown = false;
      changed();
    }),
    ports.store.onBanner((now) => {
      banners = now;
      changed();
    }),
  ];
  const sampler = setInterval(() => {
    if (changes.readerCount > 0) changes.send();
  }, sampleMs);

  return {
    get,
    watch: (signal) => watched(get, changes.follow(signal), 100),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearInterval(sampler);
      for (const stop of stops) stop();
    },
  };
}

/** What a newer Orrery began is neither gone on with nor ended here: that is said until it is settled. */
export function newerBanner(runs: readonly RunSummary[]): Banner[] {
  if (runs.length === 0) return [];
  const names = [...new Set(runs.map((run) => `“${run.title}”`))];
  const shown = names.slice(0, 3).join(', ');
  return [
    {
      id: 'runs-newer',
      severity: 'warning',
      message: `${counted(runs.length, 'run')} of a newer Orrery ${runs.length === 1 ? 'waits' : 'wait'} for it: ${shown}${names.length > 3 ? ', …' : ''}.`,
      hint:
        runs.length === 1
          ? 'Nothing of it is lost or changed. Start the newer Orrery on this data and it goes on; when you do not need it any more you can stop and delete it under Runs.'
          : 'Nothing of them is lost or changed. Start the newer Orrery on this data and they go on; what you do not need any more you can stop and delete under Runs.',
    },
  ];
}
