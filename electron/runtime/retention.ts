// Removes old runs and changes by the settings: a minute after the start, then once a day. The store does it in small steps.

import { counted } from '../../shared/count.ts';
import { isCancelled } from '../../shared/errors.ts';
import type { Clock, Log, RunStore } from './ports.ts';
import type { Audit, SettingsService } from './services.ts';
import { thinnedWords } from './undo/recorder.ts';
import type { ChangeStore } from './undo/undo-ports.ts';

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
  changes?: Pick<ChangeStore, 'compact' | 'thin'> | undefined;
  settings: Pick<SettingsService, 'get'>;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
  audit: Pick<Audit, 'record'>;
}

export function createRetention({ runs, changes, settings, clock, log, audit }: RetentionDeps): Retention {
  const ending = new AbortController();
  let isStarted = false;

  const tell = (what: string, reason: string): void =>
    audit.record({
      ...{ kind: 'change', actor: { kind: 'app', name: 'Orrery' }, what, outcome: 'done', reason },
      details: { wayBack: 'What is gone is not kept. Settings → Runs and jobs says how long they stay from now on.' },
    });

  const run = (): Promise<{ runs: number; bytes: number }> => {
    const { keepRunsDays, keepRunsCount } = settings.get();
    return runs.compact({
      // 0 keeps all.
      ...(keepRunsDays === 0 ? {} : { olderThan: clock.now() - keepRunsDays * dayMs }),
      ...(keepRunsCount === 0 ? {} : { perWorkflow: keepRunsCount }),
    });
  };

  const oldChanges = async (): Promise<{ changes: number; bytes: number }> => {
    const { keepChangesDays, keepChangesMegabytes } = settings.get();
    if (changes === undefined) return { changes: 0, bytes: 0 };
    const gone = keepChangesDays === 0 ? undefined : await changes.compact({ olderThan: clock.now() - keepChangesDays * dayMs });
    const most = keepChangesMegabytes * 1024 * 1024;
    changes.thin(most, thinnedWords(most));
    return gone ?? { changes: 0, bytes: 0 };
  };

  const loop = async (): Promise<void> => {
    for (let wait = firstAfterMs; ; wait = everyMs) {
      await clock.sleep(wait, ending.signal);
      try {
        const old = await oldChanges();
        if (old.changes > 0) {
          log.info('Old changes were removed', old);
          tell('history:old', `${counted(old.changes, 'old change')} went from History, with what was kept of them, as the settings say.`);
        }
        const gone = await run();
        if (gone.runs > 0 || gone.bytes > 0) log.info('Old runs were removed', gone);
        if (gone.runs > 0) tell('runs:old', `${counted(gone.runs, 'old run')} went, with their steps, as the settings say.`);
      } catch (error) {
        if (ending.signal.aborted) return;
        // A full disk, for instance: the banner says so, and tomorrow is another day.
        log.warn('Old runs and changes could not be removed', { error: String(error) });
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
