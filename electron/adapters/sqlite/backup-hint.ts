// What to tell a person whose database cannot be used: which backup is good, and the exact command that puts it back.

import { AppError } from '../../../shared/errors.ts';
import { newestGoodBackup } from './backup-files.ts';

const helped: ReadonlySet<string> = new Set(['database-damaged', 'database-missing', 'database-foreign', 'database-newer']);

/** Runs what opens a database; what it throws about the database itself gets the newest good backup of the folder as its hint. */
export function withBackupHint<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError) || !helped.has(error.code)) throw error;
    throw hinted(error, folder);
  }
}

function hinted(error: AppError, folder: string): AppError {
  const good = newestGoodBackup(folder);
  const more = (hint: string): AppError =>
    new AppError(error.code, error.message, {
      hint,
      cause: error,
      details: { ...error.details, ...(good === undefined ? {} : { newestBackup: good.file }) },
    });
  if (good === undefined)
    return error.code === 'database-damaged' || error.code === 'database-missing'
      ? more(
          'There is no good backup. Put back your own copy of the data folder, or move orrery.db away to begin with nothing. Nothing was overwritten.',
        )
      : error;
  const day = new Date(good.at).toISOString().slice(0, 16).replace('T', ' ');
  const command = `orrery backups restore ${good.name} --data ${quoted(folder)}`;
  const offer = `Put back the newest good backup, of ${day} UTC: ${command}`;
  if (error.code === 'database-newer') return more(`${error.hint ?? ''} Or put back the newest good backup, of ${day} UTC: ${command}`);
  return more(`The database as it is now stays as it is, or is moved aside, never deleted. ${offer}`);
}

const quoted = (text: string): string => (/^[\w./:\\-]+$/.test(text) ? text : `"${text}"`);
