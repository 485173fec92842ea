// Makes a backup a while after the start when the newest is older than a day, and looks again every hour. A host that lives only
// for one command makes it when it closes. Never in the way of work: the copying is done in a worker thread.

import type { NewAuditEntry } from '../../shared/model/audit.ts';
import type { HostKind } from '../../shared/model/system.ts';
import { isBackupDue, makeBackup, noRoomFor } from '../adapters/sqlite/backups.ts';
import type { Log } from '../runtime/ports.ts';

const firstAfterMs = 15_000;
const everyMs = 60 * 60 * 1000;

export interface DailyBackup {
  /** Ends one that is being made, except that of a single command, which is waited for. */
  close(): Promise<void>;
}

interface Options {
  folder: string;
  kind: HostKind;
  log: Log;
  /** The audit log. */
  record(entry: NewAuditEntry): void;
}

export function startDailyBackup({ folder, kind, log, record }: Options): DailyBackup {
  const ending = new AbortController();
  let going: Promise<void> | undefined;
  const makeIfDue = async (): Promise<void> => {
    if (!isBackupDue(folder, Date.now())) return;
    const reason = noRoomFor(folder);
    if (reason !== undefined) {
      log.warn(reason, { folder });
      return;
    }
    try {
      const { name, bytes } = await makeBackup(folder, ending.signal);
      log.info('A backup of the database was made', { name, bytes });
      record({
        ...{ kind: 'change', actor: { kind: 'app', name: 'Orrery' }, what: `backup:${name}`, outcome: 'done' },
        reason: 'The daily backup of the database was made.',
        details: { bytes, wayBack: 'Nothing was changed. Old backups make room for newer ones by themselves.' },
      });
    } catch (error) {
      if (!ending.signal.aborted) log.error('No backup of the database could be made', { error: String(error) });
    }
  };
  const look = (): void => {
    going ??= makeIfDue()
      .catch((error: unknown) => log.error('The backups could not be looked at', { error: String(error) }))
      .finally(() => {
        going = undefined;
      });
  };
  const first = setTimeout(look, firstAfterMs).unref();
  const hourly = setInterval(look, everyMs).unref();
  return {
    async close() {
      clearTimeout(first);
      clearInterval(hourly);
      if (kind === 'cli') look();
      else ending.abort();
      await going;
    },
  };
}
