// A grant is for the place where its folder led when a person gave it.

import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { agent as agentShape } from '../../../shared/model/agent.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { serverConfig } from '../../../shared/model/tool.ts';
import { refuseLedElsewhere } from '../../runtime/undo/led-elsewhere.ts';
import { readers, restorers } from '../../runtime/undo/things.ts';
import { createFiles } from '../files/files.ts';
import { createSnapshots } from '../snapshots/snapshots.ts';
import { type OpenedStore, openStore } from './open.ts';
import { newRun, withFolder } from './test-support.ts';

type Stores = OpenedStore['store'];
type StoredJob = NonNullable<ReturnType<Stores['jobs']['get']>>;

const job = (folders: string[], isOn = true): StoredJob =>
  ({
    ...{ id: 'j1', workflow: 'w1', node: 'start', kind: 'trigger.files', isOn, inputs: {}, createdAt: 1, updatedAt: 1, state: {} },
    grant: { tools: [], folders },
  }) as unknown as StoredJob;
const agent = (folders: string[]) => agentShape.parse({ id: 'a1', name: 'Ada', createdAt: 1, updatedAt: 1, grant: { tools: [], folders } });
const server = (folders: string[], cwd?: string) =>
  serverConfig.parse({
    ...{ id: 's1', title: 'One', command: 'node', ...(cwd === undefined ? {} : { cwd }) },
    reach: { sandbox: 'on', folders: folders.map((path) => ({ path, write: true })), hosts: [] },
  });
const standing = (folders: string[]) => ({
  ...{ id: 'g1', subject: { kind: 'everyone' as const }, effect: 'allow' as const, kind: 'file-write' as const, target: '*' },
  ...{ conditions: { folders }, createdAt: 1, from: 'a test', uses: 0 },
});

const ways: Record<string, (store: Stores, folders: string[]) => void> = {
  settings: ({ settings }, folders) => settings.put({ ...defaultSettings, folders }),
  agent: ({ agents }, folders) => agents.put(agent(folders)),
  job: ({ jobs }, folders) => jobs.put(job(folders, folders.length > 0)),
  server: ({ servers }, folders) => servers.put(server(folders)),
  'working folder': ({ servers }, folders) => servers.put(server([], folders[0])),
  'standing grant': ({ grants }, folders) => grants.put(standing(folders)),
};

/** `granted` is a folder, `elsewhere` another that nobody granted. */
async function withPlaces(work: (at: { base: string; granted: string; elsewhere: string; open(): OpenedStore }) => Promise<void>) {
  await withFolder(async (folder) => {
    const base = realpathSync(folder);
    const [granted, elsewhere] = [join(base, 'granted'), join(base, 'elsewhere')];
    for (const each of [granted, elsewhere, join(base, 'data')]) mkdirSync(each);
    const opened: OpenedStore[] = [];
    const open = (): OpenedStore => {
      const one = openStore({ folder: join(base, 'data') });
      opened.push(one);
      return one;
    };
    try {
      await work({ base, granted, elsewhere, open });
    } finally {
      await opened.at(-1)?.close();
    }
  });
}
const led = (granted: string, elsewhere: string): void => {
  renameSync(granted, `${granted}-before`);
  symlinkSync(elsewhere, granted);
};
const write = (opened: OpenedStore, folder: string, name = 'c.txt') =>
  createFiles({ ledTo: opened.granted.ledTo }).writeText(join(folder, name), 'x', [folder]);

test.each(Object.entries(ways))(
  'what the grant of %s names is followed to where it led, and granted anew where it leads then',
  async (_, give) => {
    await withPlaces(async ({ granted, elsewhere, open }) => {
      const opened = open();
      put(opened);
      give(opened.store, [granted]);
      await write(opened, granted);
      led(granted, elsewhere);
      const refused = await write(opened, granted).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'folder-leads-elsewhere' });
      expect(String((refused as Error).message)).toContain(elsewhere);
      // Put again as it is: nobody granted anything.
      give(opened.store, [granted]);
      await expect(write(opened, granted)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
      expect(readdirSync(elsewhere)).toEqual([]);
      give(opened.store, []);
      give(opened.store, [granted]);
      await write(opened, granted);
      expect(readdirSync(elsewhere)).toEqual(['c.txt']);
    });
  },
);

/** A job belongs to a workflow. */
function put({ store }: OpenedStore): void {
  store.workflows.insert({
    ...{ id: 'w1', format: 'orrery.workflow', formatVersion: 1, name: 'Flow', description: '', nodes: [], edges: [], revision: 1 },
    ...{ createdAt: 1, updatedAt: 1 },
  } as never);
}

test('a link that was there when it was granted, and a folder that was replaced by another of its name, go on working', () =>
  withPlaces(async ({ base, granted, elsewhere, open }) => {
    const opened = open();
    const link = join(base, 'Documents');
    symlinkSync(elsewhere, link);
    ways.settings?.(opened.store, [granted, link]);
    await write(opened, link);
    renameSync(granted, `${granted}-before`);
    mkdirSync(granted);
    await write(opened, granted);
    unlinkSync(link);
    symlinkSync(granted, link);
    await expect(write(opened, link)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
  }));

test('a folder above it that is replaced leads it away too; one that was not there yet is not a link later', () =>
  withPlaces(async ({ base, granted, elsewhere, open }) => {
    const opened = open();
    const [inner, later] = [join(granted, 'inner'), join(base, 'later')];
    mkdirSync(inner);
    mkdirSync(join(elsewhere, 'inner'));
    ways.settings?.(opened.store, [inner, later]);
    led(granted, elsewhere);
    await expect(write(opened, inner)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
    symlinkSync(elsewhere, later);
    await expect(write(opened, later)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
    unlinkSync(later);
    mkdirSync(later);
    await write(opened, later);
  }));

test('it is known after a restart, and grants from before it was kept are for where they led at the upgrade', () =>
  withPlaces(async ({ base, granted, elsewhere, open }) => {
    const first = open();
    put(first);
    ways.agent?.(first.store, [granted]);
    await first.close();
    const db = new Database(first.info.file);
    db.exec('delete from granted_folders; delete from folder_holders');
    db.close();
    await open().close();
    led(granted, elsewhere);
    const opened = open();
    await expect(write(opened, granted)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
    // A job with a folder that others have already is asked about nothing, and grants nothing anew; nor does the start of a run.
    ways.settings?.(opened.store, [join(base, 'data')]);
    opened.store.runs.create(newRun('r1', { grant: { tools: [], folders: [granted, elsewhere] } }));
    await expect(write(opened, granted)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
    led(elsewhere, join(base, 'data'));
    await expect(write(opened, elsewhere)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
  }));

test('a job does not grant a folder of the settings anew', () =>
  withPlaces(async ({ granted, elsewhere, open }) => {
    const opened = open();
    put(opened);
    ways.settings?.(opened.store, [granted]);
    led(granted, elsewhere);
    ways.job?.(opened.store, [granted]);
    await expect(write(opened, granted)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
  }));

test('what a led away folder holds now is not looked into when a server’s call is compared', () =>
  withPlaces(async ({ base, granted, elsewhere, open }) => {
    const opened = open();
    ways.server?.(opened.store, [granted]);
    writeFileSync(join(elsewhere, 'secret.txt'), 'x');
    led(granted, elsewhere);
    const snapshots = createSnapshots({ blobs: join(base, 'blobs'), closed: [], ledTo: opened.granted.ledTo });
    await expect(snapshots.take(granted, { keep: true, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'folder-leads-elsewhere',
    });
    await snapshots.close();
  }));

test.each(['agent', 'job', 'server', 'working folder', 'standing grant'])(
  'an undo brings a grant back (%s) for where its folder led, and not where it leads elsewhere by now',
  async (way) => {
    await withPlaces(async ({ granted, elsewhere, open }) => {
      const { store } = open();
      const give = ways[way];
      if (give === undefined) throw new Error('no such way');
      if (way === 'job')
        store.workflows.insert({
          id: 'w1',
          name: 'W',
          description: '',
          nodes: [],
          edges: [],
          format: 'orrery.workflow',
          formatVersion: 1,
          revision: 0,
          createdAt: 1,
          updatedAt: 1,
        } as never);
      give(store, [granted]);
      const kind = way === 'working folder' ? 'server' : way === 'standing grant' ? 'grant' : (way as 'agent' | 'job' | 'server');
      const id = { agent: 'a1', job: 'j1', server: 's1', grant: 'g1' }[kind];
      const image = readers(store)[kind](id);
      give(store, []);
      const put = restorers({
        ...{ store, clock: { now: () => 5 }, jobsChanged: () => undefined, removeJob: () => undefined },
        tools: { remove: async () => undefined, start: async () => undefined },
      } as unknown as Parameters<typeof restorers>[0]);
      renameSync(granted, `${granted}-old`);
      symlinkSync(elsewhere, granted);
      const before = readers(store)[kind](id);
      await expect((async () => put[kind](id, image))()).rejects.toMatchObject({
        code: 'folder-leads-elsewhere',
        message: expect.stringContaining(`and leads to ${elsewhere} now`),
      });
      expect(readers(store)[kind](id)).toBe(before);
      unlinkSync(granted);
      renameSync(`${granted}-old`, granted);
      await put[kind](id, image);
      expect(readers(store)[kind](id)).toContain(granted);
    });
  },
);

/** What each holder may use, as all that asks the store reads it. */
const usedBy: Record<string, (store: Stores) => readonly string[] | undefined> = {
  settings: ({ settings }) => settings.get().folders,
  agent: ({ agents }) => agents.get('a1' as never)?.grant.folders,
  job: ({ jobs }) => jobs.get('j1' as never)?.grant.folders,
  server: ({ servers }) => servers.list()[0]?.reach?.folders.map(({ path }) => path),
  'working folder': ({ servers }) => [servers.list()[0]?.cwd ?? []].flat(),
  'standing grant': ({ grants }) => grants.all()[0]?.conditions.folders,
};

test.each(Object.keys(ways))('another’s grant of the same path does not let the older one of %s follow, nor an undo of it', async (way) => {
  await withPlaces(async ({ base, granted, elsewhere, open }) => {
    const first = open();
    put(first);
    const give = ways[way] as (store: Stores, folders: string[]) => void;
    const used = usedBy[way] as (store: Stores) => readonly string[];
    const other = join(base, 'other');
    mkdirSync(other);
    give(first.store, [granted]);
    const revision = first.store.grants.revision();
    led(granted, elsewhere);
    expect(used(first.store)).toEqual([granted]);
    // Whoever forbids it, or names it without granting it, moves nothing.
    const deny = { ...standing([granted]), id: 'g2', effect: 'deny' as const };
    first.store.grants.put(deny);
    await expect(write(first, granted)).rejects.toMatchObject({ code: 'folder-leads-elsewhere' });
    first.store.agents.put({ ...agent([granted]), id: 'a2' as never });
    expect(first.store.agents.get('a2' as never)?.grant.folders).toEqual([granted]);
    await write(first, granted);
    expect(used(first.store)).toEqual([]);
    expect(first.store.grants.revision()).toBeGreaterThan(revision + 1);
    expect(first.store.grants.all().find(({ id }) => id === 'g2')?.conditions.folders).toEqual([granted]);
    // Also after a restart, and when it is put as it was read.
    await first.close();
    const { store } = open();
    expect(used(store)).toEqual([]);
    give(store, [other]);
    expect(used(store)).toEqual([other]);
    const [kind, target] = { settings: ['setting', 'folders'], agent: ['agent', 'a1'], job: ['job', 'j1'] }[way] ?? [
      way === 'standing grant' ? 'grant' : 'server',
      way === 'standing grant' ? 'g1' : 's1',
    ];
    const image = (readers(store) as unknown as Record<string, (id: string) => string>)[kind as string]?.(target as string) ?? '';
    const before = image.replaceAll(JSON.stringify(other), JSON.stringify(granted));
    expect(before).not.toBe(image);
    expect(() => refuseLedElsewhere(store, kind as string, target as string, before, image)).toThrow(
      expect.objectContaining({ code: 'folder-leads-elsewhere' }),
    );
    give(store, [granted]);
    expect(used(store)).toEqual([granted]);
  });
});

test('a run under way keeps its folders for where they led, and one that begins then has them where they lead', () =>
  withPlaces(async ({ granted, elsewhere, open }) => {
    const { store } = open();
    ways.agent?.(store, [granted]);
    store.runs.create(newRun('r1', { grant: { tools: [], folders: [granted] } }));
    led(granted, elsewhere);
    ways.settings?.(store, [granted]);
    store.runs.create(newRun('r2', { grant: { tools: [], folders: [granted] } }));
    expect(store.stillGranted?.('run:r1', [granted, elsewhere])).toEqual([elsewhere]);
    expect(store.stillGranted?.('run:r2', [granted])).toEqual([granted]);
    expect(store.stillGranted?.('agent:a1', [granted])).toEqual([]);
  }));

test('a job that takes a folder of the settings has it for where it led there', () =>
  withPlaces(async ({ granted, elsewhere, open }) => {
    const opened = open();
    put(opened);
    ways.job?.(opened.store, [granted]);
    led(granted, elsewhere);
    ways.settings?.(opened.store, [granted]);
    expect(opened.store.jobs.get('j1' as never)?.grant.folders).toEqual([]);
    ways.job?.(opened.store, [granted]);
    expect(opened.store.jobs.get('j1' as never)?.grant.folders).toEqual([granted]);
  }));
