// Every grant that names folders passes through a store's `put`, whoever gives it: here it is noted where they lead. A folder that is
// newly named is granted anew; one that was named before stays what it was.

import type { Store } from '../../runtime/ports.ts';
import type { GrantedFolderRows, GrantedFolders, Holder } from '../files/granted-folders.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { isDamaged } from './rows.ts';

/** The version of the stored shapes that has a place for them, and for who holds them. */
export const grantedFoldersSince = 250;

export function grantedFolderRows(read: ReadDb, write: WriteDb): GrantedFolderRows {
  const all = read.select<{ path: string; leads: string }>('select path, leads from granted_folders');
  const put = write.change(`
    insert into granted_folders (path, leads) values (?, ?) on conflict (path) do update set leads = excluded.leads`);
  const held = read.select<{ holder: string; path: string; leads: string }>('select holder, path, leads from folder_holders');
  const hold = write.change(`
    insert into folder_holders (holder, path, leads) values (?, ?, ?) on conflict (holder, path) do update set leads = excluded.leads`);
  return {
    all: () => all.all(),
    put: (path, leads) => void put.run(path, leads),
    held: () => held.all(),
    hold: (holder, path, leads) => void hold.run(holder, path, leads),
  };
}

type Granting = Pick<Store, 'settings' | 'agents' | 'jobs' | 'servers' | 'grants'>;
type Server = ReturnType<Store['servers']['list']>[number];
type Job = NonNullable<ReturnType<Store['jobs']['get']>>;
type Agent = ReturnType<Store['agents']['list']>[number];
type Standing = ReturnType<Store['grants']['all']>[number];

/** A grant that can no longer be read allows nothing, and must not keep another from being put in its place. */
function readIfSound(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (isDamaged(error)) return [];
    throw error;
  }
}

/** One that is off uses none. */
const jobFolders = (job: Job | undefined): readonly string[] => (job?.isOn === true ? job.grant.folders : []);
const foldersOf = ({ reach, cwd }: Server): string[] => [
  ...(reach?.folders ?? []).map(({ path }) => path),
  ...(cwd === undefined || cwd === '' ? [] : [cwd]),
];
/** What forbids is for its path, wherever that leads. */
const standingFolders = ({ effect, revokedAt, conditions }: Standing): readonly string[] =>
  effect === 'allow' && revokedAt === undefined ? (conditions.folders ?? []) : [];

const ofSettings: Holder = 'settings';
const agentHolder = ({ id }: { id: string }): Holder => `agent:${id}`;
const jobHolder = ({ id }: { id: string }): Holder => `job:${id}`;
const serverHolder = ({ id }: { id: string }): Holder => `server:${id}`;
const grantHolder = ({ id }: { id: string }): Holder => `grant:${id}`;

/** Grants as they are read: without folders that they were given for another place than the path is granted for now. */
function reading<S extends Granting>(stores: S, { still, revision }: GrantedFolders): S {
  const { settings, agents, jobs, servers, grants } = stores;
  const narrowed = <T extends { grant: { folders: string[] } }>(holder: Holder, thing: T): T => {
    const folders = still(holder, thing.grant.folders);
    return folders === thing.grant.folders ? thing : { ...thing, grant: { ...thing.grant, folders: [...folders] } };
  };
  const agentOf = (agent: Agent): Agent => narrowed(agentHolder(agent), agent);
  const jobOf = (job: Job): Job => narrowed(jobHolder(job), job);
  const serverOf = (server: Server): Server => {
    const all = foldersOf(server);
    const kept = still(serverHolder(server), all);
    if (kept === all) return server;
    const { cwd, reach, ...rest } = server;
    return {
      ...rest,
      ...(cwd === undefined || (cwd !== '' && !kept.includes(cwd)) ? {} : { cwd }),
      ...(reach === undefined ? {} : { reach: { ...reach, folders: reach.folders.filter(({ path }) => kept.includes(path)) } }),
    };
  };
  const standingOf = (grant: Standing): Standing => {
    const all = standingFolders(grant);
    const kept = still(grantHolder(grant), all);
    return kept === all ? grant : { ...grant, conditions: { ...grant.conditions, folders: [...kept] } };
  };
  return {
    ...stores,
    settings: {
      ...settings,
      get() {
        const all = settings.get();
        const folders = still(ofSettings, all.folders);
        return folders === all.folders ? all : { ...all, folders: [...folders] };
      },
    },
    agents: {
      ...agents,
      list: () => agents.list().map(agentOf),
      get(id) {
        const agent = agents.get(id);
        return agent === undefined ? undefined : agentOf(agent);
      },
    },
    jobs: {
      ...jobs,
      list: (...which) => jobs.list(...which).map(jobOf),
      get(id) {
        const job = jobs.get(id);
        return job === undefined ? undefined : jobOf(job);
      },
    },
    servers: { ...servers, list: () => servers.list().map(serverOf) },
    // Whoever keeps an index of them makes it again.
    grants: { ...grants, all: () => grants.all().map(standingOf), revision: () => grants.revision() + revision() },
  };
}

/** All that is written notes where its folders lead; all that is read is without those that lead elsewhere since. */
export function notingFolders<S extends Granting>(bare: S, granted: GrantedFolders): S {
  const stores = reading(bare, granted);
  const { settings, agents, jobs, servers, grants } = stores;
  const note = (holder: Holder, next: readonly string[], before: readonly string[], ofAll: readonly string[] = []): void => {
    granted.keep(
      next.filter((each) => before.includes(each)),
      holder,
    );
    const added = next.filter((each) => !before.includes(each));
    granted.join(
      added.filter((each) => ofAll.includes(each)),
      holder,
    );
    granted.renew(
      added.filter((each) => !ofAll.includes(each)),
      holder,
    );
  };
  /** A job is stored with each of its runs, and its folders are the same then. */
  const notedJobs = new Map<string, string>();
  granted.onOtherPlace(() => notedJobs.clear());
  const noteJob = (job: Job): void => {
    if (!job.isOn) {
      notedJobs.delete(job.id);
      return;
    }
    const key = job.grant.folders.join('\0');
    if (notedJobs.get(job.id) === key) return;
    const had = readIfSound(() => jobFolders(jobs.get(job.id)));
    // Nobody is asked again about a folder of the settings, so none is granted anew by that.
    note(jobHolder(job), job.grant.folders, had, settings.get().folders);
    notedJobs.set(job.id, key);
  };
  return {
    ...stores,
    settings: {
      ...settings,
      put(next) {
        note(ofSettings, next.folders, settings.get().folders);
        settings.put(next);
      },
    },
    agents: {
      ...agents,
      put(agent) {
        const had = readIfSound(() => agents.get(agent.id)?.grant.folders ?? []);
        note(agentHolder(agent), agent.grant.folders, had);
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
        note(serverHolder(server), foldersOf(server), had);
        servers.put(server);
      },
    },
    grants: {
      ...grants,
      put(grant) {
        const folders = standingFolders(grant);
        if (folders.length > 0) {
          const had = grants.all().find((each) => each.id === grant.id);
          note(grantHolder(grant), folders, had === undefined ? [] : standingFolders(had));
        }
        grants.put(grant);
      },
    },
  };
}

/** Grants that were given before this was kept: they are for where they are known to lead, or do now. */
export function noteAllFolders({ settings, agents, jobs, servers, grants }: Granting, granted: GrantedFolders): void {
  const each = <T extends { id: string }>(all: () => readonly T[], holder: (one: T) => Holder, folders: (one: T) => readonly string[]) => {
    try {
      for (const one of all()) granted.keep(folders(one), holder(one));
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
  };
  granted.keep(
    readIfSound(() => settings.get().folders),
    ofSettings,
  );
  each(agents.list, agentHolder, ({ grant }) => grant.folders);
  each(jobs.list, jobHolder, jobFolders);
  each(servers.list, serverHolder, foldersOf);
  each(grants.all, grantHolder, standingFolders);
}

/**
 * A run may use the folders that it was started with, where they led then; a folder that was granted before is not granted anew by that.
 * Its own rows are written only when a path is granted for another place while it is under way.
 */
export function notingRuns<R extends Store['runs']>(runs: R, granted: GrantedFolders): R {
  granted.onOtherPlace(() => {
    for (const { id } of runs.listUnfinished())
      granted.keep(
        readIfSound(() => runs.getDetails(id)?.grant.folders ?? []),
        `run:${id}`,
      );
  });
  const create: Store['runs']['create'] = (run, how) => {
    granted.know(run.grant?.folders ?? []);
    return runs.create(run, how);
  };
  return { ...runs, create };
}
