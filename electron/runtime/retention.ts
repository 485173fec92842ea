// Removes old runs by the settings: a minute after the start, then once a day. The store does it in small steps.

import { isCancelled } from '../../shared/errors.ts';
import type { Clock, Log, RunStore } from './ports.ts';
import type { SettingsService } from './services.ts';

const firstAfterMs = 60_000;
const everyMs = 24 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

export interface Retention {
  start(): void;
  /** Removes what the settings say now. Gives how many runs and bytes went. */
  run(): Promise<{ runs: number; bytes: number }>;
  /** What is under way is stopped by the store when it closes, between two steps. */
  close(): void;
}

export interface RetentionDeps {
  runs: Pick<RunStore, 'compact'>;
  settings: Pick<SettingsService, 'get'>;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
}

export function createRetention({ runs, settings, clock, log }: RetentionDeps): Retention {
  const ending = new AbortController();
  let isStarted = false;

  const run = (): Promise<{ runs: number; bytes: number }> => {
    const { keepRunsDays, keepRunsCount } = settings.get();
    return runs.compact({
      // 0 keeps all.
      ...(keepRunsDays === 0 ? {} : { olderThan: clock.now() - keepRunsDays * dayMs }),
      ...(keepRunsCount === 0 ? {} : { perWorkflow: keepRunsCount }),
    });
  };

  const loop = async (): Promise<void> => {
    for (let wait = firstAfterMs; ; wait = everyMs) {
      await clock.sleep(wait, ending.signal);
      try {
        const gone = await run();
        if (gone.runs > 0 || gone.bytes > 0) log.info('Old runs were removed', gone);
      } catch (error) {
        if (ending.signal.aborted) return;
        // A full disk, for instance: the banner says so, and tomorrow is another day.
        log.warn('Old runs could not be removed', { error: String(error) });
      }
    }
  };

  return {
    run,
    start() {
      if (isStarted) return;
      isStarted = true;
      loop().catch((error: unknown) => {
        if (!isCancelled(error)) log.warn('Old runs are not removed any more', { error: String(error) });
      });
    },
    close: () => ending.abort(),
  };
}
