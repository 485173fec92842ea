import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orSkipped } from '../../tests/helpers/or-skipped.ts';
import { noMount, withDisk } from '../adapters/sqlite/test-support.ts';
import { type DataFolder, defaultDataFolder, openDataFolder } from './data-folder.ts';

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-folder-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const holderScript = `
import { openDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)};
const opened = await openDataFolder(process.argv[2], 'headless');
if (opened.holder !== undefined) process.exit(3);
opened.publish({ address: 'http://127.0.0.1:4000', token: 'abc' });
console.log('held');
setInterval(() => {}, 1000);
`;

async function startHolder(folder: string) {
  const script = join(folder, 'holder.ts');
  writeFileSync(script, holderScript);
  const child = spawn(process.execPath, [script, join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const mustHold = (opened: Awaited<ReturnType<typeof openDataFolder>>): DataFolder => {
  if (opened.holder !== undefined) throw new Error(`held by ${opened.holder.pid}`);
  return opened;
};

test('a second process learns who holds the folder; after kill -9 of the holder it takes over', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'data');
    const child = await startHolder(folder);
    try {
      const second = await openDataFolder(path, 'cli');
      expect(second).toEqual({
        holder: { pid: child.pid, host: 'headless', address: 'http://127.0.0.1:4000', token: 'abc', since: expect.any(Number) },
      });
    } finally {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
    expect(existsSync(join(path, 'host.json'))).toBe(true);
    const taken = mustHold(await openDataFolder(path, 'cli'));
    expect(JSON.parse(readFileSync(join(path, 'host.json'), 'utf8'))).toMatchObject({ pid: process.pid, host: 'cli' });
    taken.release();
  }));

test('a folder is made for its owner only, held within one process too, and free after release', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'deep', 'data');
    const first = mustHold(await openDataFolder(path, 'desktop'));
    expect(first.path).toBe(path);
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o700);
      expect(statSync(join(path, 'host.json')).mode & 0o777).toBe(0o600);
    }
    expect(await openDataFolder(path, 'cli')).toMatchObject({ holder: { pid: process.pid, host: 'desktop' } });
    first.release();
    first.release();
    expect(existsSync(join(path, 'host.json'))).toBe(false);
    mustHold(await openDataFolder(path, 'cli')).release();
  }));

test('of many who want it at once exactly one gets it', () =>
  withFolder(async (folder) => {
    const all = await Promise.all(Array.from({ length: 6 }, () => openDataFolder(folder, 'cli')));
    const held = all.filter((each): each is DataFolder => each.holder === undefined);
    expect(held).toHaveLength(1);
    held[0]?.release();
  }));

test('a holder that says nothing, or nonsense, is refused with words', () =>
  withFolder(async (folder) => {
    const first = mustHold(await openDataFolder(folder, 'desktop'));
    writeFileSync(join(folder, 'host.json'), '{"pid":');
    await expect(openDataFolder(folder, 'cli')).rejects.toMatchObject({ code: 'data-folder-busy' });
    first.release();
  }));

test.skipIf(noMount !== undefined)(orSkipped('a read-only folder is said to be one', noMount), () =>
  withDisk('1m', async (folder, remount) => {
    remount('ro');
    await expect(openDataFolder(folder, 'cli')).rejects.toMatchObject({ code: 'data-folder-read-only' });
    remount('rw');
    mustHold(await openDataFolder(folder, 'cli')).release();
    remount('ro');
    await expect(openDataFolder(folder, 'cli')).rejects.toMatchObject({ code: 'data-folder-read-only' });
  }),
);

test('a file in its place is refused', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openDataFolder(file, 'cli')).rejects.toMatchObject({ code: 'data-folder-unusable' });
    await expect(openDataFolder(join(file, 'below'), 'cli')).rejects.toMatchObject({ code: 'data-folder-unusable' });
  }));

test.skipIf(process.platform !== 'linux')('a file system that takes no folders is said to be one, at once', async () => {
  for (const folder of ['/proc/orrery-none', '/proc/orrery-none/deep/below'])
    await expect(openDataFolder(folder, 'cli')).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: `${folder} cannot be made: nothing can be kept in /proc.`,
    });
});

test('folders that are missing are made for their owner alone', () =>
  withFolder(async (folder) => {
    const deep = join(folder, 'a', 'b');
    mustHold(await openDataFolder(deep, 'cli')).release();
    for (const made of [join(folder, 'a'), deep]) expect(statSync(made).mode & 0o777).toBe(0o700);
  }));

test('the default place follows the system, and ORRERY_DATA comes first', () => {
  expect(defaultDataFolder({ ORRERY_DATA: '/x/y' }, 'linux')).toBe('/x/y');
  expect(defaultDataFolder({ XDG_DATA_HOME: '/d' }, 'linux')).toBe('/d/orrery');
  expect(defaultDataFolder({}, 'linux')).toMatch(/\.local\/share\/orrery$/);
  expect(defaultDataFolder({}, 'darwin')).toMatch(/Library\/Application Support\/Orrery$/);
  expect(defaultDataFolder({ APPDATA: '/r' }, 'win32')).toMatch(/Orrery$/);
});
