// Every grant that names folders passes through a store's `put`, whoever gives it: here it is noted where they lead. A folder that is
// newly named is granted anew; one that was named before stays what it was.

import type { Store } from '../../runtime/ports.ts';
import type { GrantedFolderRows, GrantedFolders } from '../files/granted-folders.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { isDamaged } from './rows.ts';

/** The version of the stored shapes that has a place for them. */
export const grantedFoldersSince = 180;

export function grantedFolderRows(read: ReadDb, write: WriteDb): GrantedFolderRows {
  const all = read.select<{ path: string; leads: string }>('select path, leads from granted_folders');
  const put = write.change(`
    insert into granted_folders (path, leads) values (?, ?) on conflict (path) do update set leads = excluded.leads`);
  return { all: () => all.all(), put: (path, leads) => void put.run(path, leads) };
}

type Granting = Pick<Store, 'settings' | 'agents' | 'jobs' | 'servers' | 'grants'>;
type Server = ReturnType<Store['servers']['list']>[number];
type Job = NonNullable<ReturnType<Store['jobs']['get']>>;

/** A grant that can no longer be read allows nothing, and must not keep another from being put in its place. */
function readIfSound(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (isDamaged(error)) return [];
    throw error;
  }
}

const jobFolders = (job: Job | undefined): readonly string[] => (job?.isOn === true ? job.grant.folders : []);
const foldersOf = ({ reach, cwd }: Server): string[] => [
  ...(reach?.folders ?? []).map(({ path }) => path),
  ...(cwd === undefined || cwd === '' ? [] : [cwd]),
];

export function notingFolders<S extends Granting>(stores: S, granted: GrantedFolders): S {
  const { settings, agents, jobs, servers, grants } = stores;
  const note = (next: readonly string[], before: readonly string[]): void => {
    granted.keep(next.filter((each) => before.includes(each)));
    granted.renew(next.filter((each) => !before.includes(each)));
  };
  /** A job is stored with each of its runs, and its folders are the same then. */
  const notedJobs = new Map<string, string>();
  const noteJob = (job: Job): void => {
    if (!job.isOn) {
      notedJobs.delete(job.id);
      return;
    }
    const key = job.grant.folders.join('\0');
    if (notedJobs.get(job.id) === key) return;
    const had = readIfSound(() => jobFolders(jobs.get(job.id)));
    // Nobody is asked again about a folder of the settings, so none is granted anew by that.
    const ofAll = settings.get().folders;
    note(job.grant.folders, [...had, ...ofAll]);
    notedJobs.set(job.id, key);
  };
  return {
    ...stores,
    settings: {
      ...settings,
      put(next) {
        note(next.folders, settings.get().folders);
        settings.put(next);
      },
    },
    agents: {
      ...agents,
      put(agent) {
        note(
          agent.grant.folders,
          readIfSound(() => agents.get(agent.id)?.grant.folders ?? []),
        );
        agents.put(agent);
      },
    },
    jobs: {
      ...jobs,
      put(job) {
        noteJob(job);
        jobs.put(job);
      },
      putDue(rows, job) {
        if (job !== undefined) noteJob(job);
        jobs.putDue(rows, job);
      },
    },
    servers: {
      ...servers,
      put(server) {
        const had = readIfSound(() => servers.list().flatMap((each) => (each.id === server.id ? foldersOf(each) : [])));
        note(foldersOf(server), had);
        servers.put(server);
      },
    },
    grants: {
      ...grants,
      put(grant) {
        const { folders = [] } = grant.conditions;
        if (folders.length > 0) note(folders, grants.all().find((each) => each.id === grant.id)?.conditions.folders ?? []);
        grants.put(grant);
      },
    },
  };
}

/** Grants that were given before this was kept: they are for where they lead now. */
export function noteAllFolders({ settings, agents, jobs, servers, grants }: Granting, granted: GrantedFolders): void {
  for (const read of [
    () => settings.get().folders,
    () => agents.list().flatMap((each) => each.grant.folders),
    () => jobs.list().flatMap(jobFolders),
    () => servers.list().flatMap(foldersOf),
    () => grants.all().flatMap((each) => (each.revokedAt === undefined ? (each.conditions.folders ?? []) : [])),
  ])
    granted.keep(readIfSound(read));
}

/** A run may use the folders that it was started with; a folder that was granted before is not granted anew by that. */
export function notingRuns<R extends Store['runs']>(runs: R, granted: GrantedFolders): R {
  const create: Store['runs']['create'] = (run, how) => {
    granted.keep(run.grant?.folders ?? []);
    return runs.create(run, how);
  };
  return { ...runs, create };
}
