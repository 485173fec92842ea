// What is installed, what is missing, why, and what Orrery does about it. Looks only; changes nothing.

import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { counted } from '../../shared/count.ts';
import type { AppError } from '../../shared/errors.ts';
import type { DoctorFinding } from '../../shared/model/system.ts';
import { type BackupFile, newestGoodBackup } from '../adapters/sqlite/backups.ts';
import type { Checked } from '../adapters/sqlite/check.ts';
import { keytarProblem } from '../adapters/vault/keychain.ts';
import type { Ports } from '../runtime/ports.ts';
import type { ModelService } from '../runtime/services.ts';
import { type StartsDeps, startFindings } from './doctor-starts.ts';
import { allChecks, type Check } from './timed-check.ts';

export interface DoctorDeps {
  ports: Pick<Ports, 'tools' | 'vault'>;
  /** Missing until the runtime is made. */
  models: () => ModelService;
  /** `check` takes so many milliseconds at most. */
  database: { check(limitMs: number): Promise<Checked>; usage(): { bytes: number; backups: BackupFile[] }; folder: string };
  terminalProblem: string | undefined;
  /** The version of Node that could be fetched for tool servers and is not. */
  offeredNode?: string | undefined;
}

export async function runDoctor({ ports, models, database, terminalProblem, offeredNode }: DoctorDeps): Promise<DoctorFinding[]> {
  return allChecks([
    { id: 'database', title: 'Database', look: () => databaseFinding(database), limitMs: databaseMs * 1.5 },
    { id: 'backups', title: 'Backups', look: () => backupFinding(database) },
    { id: 'disk', title: 'Free space', look: () => diskFinding(database.folder) },
    { id: 'keychain', title: 'Vault', look: () => keychainFinding(ports) },
    { id: 'terminal', title: 'Terminal', look: () => terminalFinding(terminalProblem) },
    { id: 'models', title: 'Models', look: () => modelFindings(models()) },
    { id: 'servers', title: 'Tool servers', look: () => serverFindings(ports) },
    ...startChecks({ dataFolder: database.folder, offeredNode }),
    { id: 'electron', title: 'Desktop app', look: electronFinding },
  ]);
}

const startChecks = (deps: StartsDeps): Check[] => [{ id: 'starts', title: 'Starts of tool servers', look: () => startFindings(deps) }];

/** What can be said of a data folder that could not be opened, and why it could not. */
export async function runDoctorWithoutHost(failure: AppError, folder: string): Promise<DoctorFinding[]> {
  const good = failure.code === 'database-damaged' ? newestGoodBackup(folder) : undefined;
  return [
    {
      id: 'database',
      title: 'Database',
      state: 'broken',
      detail: `${failure.message} (${folder})`,
      consequence: 'Orrery does not start on this folder. Nothing in it was changed or replaced.',
      ...(good !== undefined
        ? { fix: `Put back the newest good backup: orrery backups restore ${good.name} --data "${folder}"` }
        : failure.hint === undefined
          ? {}
          : { fix: failure.hint }),
    },
    ...(await allChecks([
      ...(existsSync(folder) ? [{ id: 'disk', title: 'Free space', look: () => diskFinding(folder) }] : []),
      ...startChecks({ dataFolder: folder }),
      { id: 'electron', title: 'Desktop app', look: electronFinding },
    ])),
  ];
}

/** For the whole check of the databases, in milliseconds: the window waits for it. */
const databaseMs = 20_000;

const size = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

async function databaseFinding(database: DoctorDeps['database']): Promise<DoctorFinding> {
  const { problems, done, of } = await database.check(databaseMs);
  const { bytes } = database.usage();
  const base = { id: 'database', title: 'Database' };
  if (problems.length === 0 && (of === 0 || done < of))
    return {
      ...base,
      state: 'note',
      detail: `${size(bytes)} in ${database.folder}: ${done} of ${of} parts checked within ${databaseMs / 1000} s, and nothing found in those`,
      fix: 'Make a backup, which is checked whole: orrery backups make',
    };
  if (problems.length === 0)
    return {
      ...base,
      state: 'ok',
      detail: `checked, ${size(bytes)} in ${database.folder}`,
    };
  const good = newestGoodBackup(database.folder);
  return {
    ...base,
    state: 'broken',
    detail: problems.slice(0, 3).join('; '),
    consequence: 'Nothing was changed or replaced.',
    fix:
      good === undefined
        ? 'Copy the data folder before anything else; there is no good backup.'
        : `Close Orrery and put back the newest good backup: orrery backups restore ${good.name} --data "${database.folder}"`,
  };
}

function backupFinding({ usage }: DoctorDeps['database']): DoctorFinding {
  const { backups } = usage();
  const base = { id: 'backups', title: 'Backups' };
  const newest = backups[0];
  if (newest === undefined)
    return {
      ...base,
      state: 'note',
      detail: 'none yet',
      consequence: 'One is made by itself once a day.',
      fix: 'Make one now: orrery backups make',
    };
  const when = new Date(newest.at).toISOString().slice(0, 16).replace('T', ' ');
  return { ...base, state: 'ok', detail: `${backups.length}, the newest of ${when} UTC, ${size(newest.bytes)}: ${newest.file}` };
}

function diskFinding(folder: string): DoctorFinding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const low = free < 500e6;
  return {
    id: 'disk',
    title: 'Free space',
    state: low ? 'broken' : 'ok',
    detail: `${size(free)} free where the data folder is`,
    ...(low ? { consequence: 'Runs stop when the disk is full; nothing kept is lost.', fix: 'Free some space.' } : {}),
  };
}

async function keychainFinding(ports: DoctorDeps['ports']): Promise<DoctorFinding> {
  const status = await ports.vault.getStatus();
  const native = await keytarProblem();
  const base = { id: 'keychain', title: 'Vault' };
  switch (status.state) {
    case 'open':
    case 'empty':
      return { ...base, state: 'ok', detail: status.message };
    case 'locked':
      return { ...base, state: 'note', detail: status.message, ...(status.hint === undefined ? {} : { fix: status.hint }) };
    case 'absent':
      return {
        ...base,
        state: 'missing',
        detail: status.message,
        consequence: 'Secrets can be protected by a passphrase instead; nothing is ever kept in plain text.',
        fix:
          native === undefined
            ? 'Set a passphrase on the Vault page.'
            : 'Set a passphrase on the Vault page, or install the system’s secret library and run `npm rebuild keytar`.',
      };
    default:
      return {
        ...base,
        state: 'broken',
        detail: status.message,
        consequence: 'No new key is made, so the secrets stay recoverable.',
        ...(status.hint === undefined ? {} : { fix: status.hint }),
      };
  }
}

const terminalFinding = (problem: string | undefined): DoctorFinding =>
  problem === undefined
    ? { id: 'terminal', title: 'Terminal', state: 'ok', detail: 'available' }
    : {
        id: 'terminal',
        title: 'Terminal',
        state: 'missing',
        detail: problem,
        consequence: 'The Terminal page says so; everything else works.',
        fix: 'Install a C++ compiler and Python, then run `npm rebuild node-pty`.',
      };

async function modelFindings(models: ModelService): Promise<DoctorFinding[]> {
  const statuses = await models.statuses(true);
  return statuses
    .filter((status) => status.state !== 'disabled')
    .map((status) => {
      const base = { id: `model-${status.config.id}`, title: status.config.title };
      if (status.state === 'ready')
        return {
          ...base,
          state: 'ok' as const,
          detail: `${status.models.length} model${status.models.length === 1 ? '' : 's'} at ${status.config.baseUrl}`,
        };
      return {
        ...base,
        state: 'missing' as const,
        detail: status.error?.message ?? `no models at ${status.config.baseUrl}`,
        consequence: 'Chat and model nodes wait for a model; workflows without one work.',
        ...(status.error?.hint === undefined
          ? { fix: 'Get a model in Settings › Models, or run `ollama pull qwen3:8b`.' }
          : { fix: status.error.hint }),
      };
    });
}

const serverFindings = (ports: DoctorDeps['ports']): DoctorFinding[] =>
  ports.tools
    .servers()
    .filter((server) => server.kind === 'child' && server.config?.enabled !== false)
    .map((server) => ({
      id: `server-${server.id}`,
      title: `Tool server ${server.title}`,
      state: server.failure === undefined ? ('ok' as const) : ('broken' as const),
      detail: server.failure?.message ?? `${server.state}, ${counted(server.toolCount, 'tool')}`,
      ...(server.failure === undefined
        ? {}
        : { fix: server.logFile === undefined ? server.failure.hint : `${server.failure.hint} All it said: ${server.logFile}` }),
    }));

function electronFinding(): DoctorFinding {
  const base = { id: 'electron', title: 'Desktop app' };
  if (process.versions.electron !== undefined) return { ...base, state: 'ok', detail: `Electron ${process.versions.electron}` };
  const present = hasElectron();
  return present
    ? { ...base, state: 'ok', detail: 'Electron is here' }
    : {
        ...base,
        state: 'missing',
        detail: 'Electron’s binary is not here',
        consequence: 'Orrery runs in the browser on 127.0.0.1 and from the command line instead.',
        fix: 'Run `npm start` on a desktop, where the network allows its download.',
      };
}

/** Looks for the binary without asking the package for it, which would start a download. */
function hasElectron(): boolean {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    return existsSync(path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8').trim()));
  } catch {
    return false; // not installed, or its binary was never fetched
  }
}
