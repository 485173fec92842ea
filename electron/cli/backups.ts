// orrery backups: lists, makes and puts back backups of the database. It works on the files, because it is needed most when no
// host can be started on them.

import path from 'node:path';
import type { Command } from 'commander';
import { AppError, toAppError } from '../../shared/errors.ts';
import { listBackups, makeBackup, problemOf, restoreBackup } from '../adapters/sqlite/backups.ts';
import { defaultDataFolder } from '../host/data-folder.ts';
import { claimDataFolder } from '../host/open-host.ts';
import { dim, exitCodes, formatTime, green, inert, print, printJson, printTable, red, sayError } from './output.ts';
import { codeOf } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}

export function backupsCommand(program: Command): void {
  const backups = program.command('backups').description('list, make or put back backups of the data folder’s database');
  const add = (name: string, description: string): Command =>
    backups
      .command(name, { isDefault: name === 'list' })
      .description(description)
      .option('--json', 'print JSON')
      .option('--data <folder>', 'the data folder');
  add('list', 'the backups there are, newest first, each checked').action((options: Options) => guarded(options, list));
  add('make', 'make one now, also while Orrery is running').action((options: Options) => guarded(options, make));
  add('restore', 'put a backup in the place of the database, which is moved aside')
    .argument('<file>', 'a backup’s name or path')
    .action((file: string, options: Options) => guarded(options, (folder) => restore(folder, file, options)));
}

async function guarded(options: Options, work: (folder: string, options: Options) => Promise<void> | void): Promise<void> {
  try {
    await work(path.resolve(options.data ?? defaultDataFolder()), options);
  } catch (error) {
    const known = toAppError(error);
    sayError(known, options.json === true);
    process.exitCode = codeOf(known);
  }
}

const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function list(folder: string, { json }: Options): void {
  const all = listBackups(folder).map((backup) => ({ ...backup, problem: problemOf(backup.file) }));
  if (json === true) printJson(all);
  else if (all.length === 0) print('No backups yet. Make one with: orrery backups make');
  else
    printTable(
      all.map(({ name, at, bytes, problem }) => [
        problem === undefined ? green('good') : red('bad'),
        inert(name),
        formatTime(at),
        size(bytes),
        dim(problem === undefined ? '' : inert(problem)),
      ]),
    );
}

async function make(folder: string, { json }: Options): Promise<void> {
  const made = await makeBackup(folder);
  if (json === true) printJson(made);
  else print(`Made and checked ${made.file} (${size(made.bytes)}).`);
}

async function restore(folder: string, file: string, { json }: Options): Promise<void> {
  const opened = await claimDataFolder(folder, 'cli');
  if (opened.holder !== undefined)
    throw new AppError('data-folder-held', `${folder} is in use by process ${opened.holder.pid}.`, {
      hint: 'Close Orrery first, then put the backup back.',
    });
  try {
    const restored = restoreBackup(folder, file, Date.now());
    if (json === true) printJson(restored);
    else {
      print(`The database is now that of ${path.basename(restored.backup)}.`);
      if (restored.movedTo !== undefined) print(dim(`What was there before lies in ${restored.movedTo}`));
    }
    process.exitCode = exitCodes.ok;
  } finally {
    opened.release();
  }
}
