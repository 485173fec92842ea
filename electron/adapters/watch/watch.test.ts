import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { createWatch } from './watch.ts';

async function watching(path: (folder: string) => string = (folder) => folder, options: { recursive?: boolean; initial?: boolean } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-watch-'));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'first.txt'), 'first');
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    rmSync(folder, { recursive: true, force: true });
  });
  const told: string[] = [];
  const sizes: number[] = [];
  const gone: Error[] = [];
  await createWatch().watch(
    path(folder),
    { recursive: false, settleMs: 150, ...options, signal: stop.signal, onGone: (error) => gone.push(error) },
    (event) => {
      told.push(`${event.kind} ${basename(event.path)}`);
      sizes.push(event.size);
    },
  );
  return { folder, told, sizes, gone, stop };
}

test('tells of files that are added, changed and removed, and of what is there only when asked', async () => {
  const { folder, told } = await watching();
  writeFileSync(join(folder, 'a.txt'), 'a');
  await until(() => told.includes('added a.txt'), 'added');
  writeFileSync(join(folder, 'a.txt'), 'longer');
  await until(() => told.includes('changed a.txt'), 'changed');
  rmSync(join(folder, 'a.txt'));
  await until(() => told.includes('removed a.txt'), 'removed');
  expect(told).toEqual(['added a.txt', 'changed a.txt', 'removed a.txt']);
  expect((await watching(undefined, { initial: true })).told).toEqual(['added first.txt']);
});

/** The watcher looks at the size of a file that is being written, again and again; `look` is called with its name before that. */
function beforeEachLook(look: (name: string) => void): void {
  const { stat } = promises;
  const spy = vi.spyOn(promises, 'stat').mockImplementation(((path: string, ...more: []) => {
    look(basename(path));
    return stat(path, ...more);
  }) as typeof stat);
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
}

test('a file that is written slowly is told of once, whole', async () => {
  const { folder, told, sizes } = await watching();
  // The clock stands, but for 20 ms at each look: a piece comes with each, so that the file is at rest only when the last has come,
  // however busy the machine is; all of them together take longer than a file has to rest.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  let pieces = 1;
  beforeEachLook((name) => {
    if (name !== 'slow.bin' && name !== 'after.txt') return;
    vi.setSystemTime(Date.now() + 20);
    if (name !== 'slow.bin' || pieces === 24) return;
    pieces += 1;
    appendFileSync(join(folder, 'slow.bin'), 'x'.repeat(1000));
  });
  appendFileSync(join(folder, 'slow.bin'), 'x'.repeat(1000));
  await until(() => told.length > 0, 'told');
  expect(sizes).toEqual([24_000]);
  // What is told of later comes after whatever was still to be told of it.
  writeFileSync(join(folder, 'after.txt'), 'x');
  await until(() => told.includes('added after.txt'), 'told of the next');
  expect(told).toEqual(['added slow.bin', 'added after.txt']);
});

test('folders inside count only when asked; links are not followed', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'orrery-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const flat = await watching();
  const deep = await watching(undefined, { recursive: true });
  for (const { folder } of [flat, deep]) {
    symlinkSync(outside, join(folder, 'link'));
    writeFileSync(join(folder, 'inner', 'deep.txt'), 'x');
  }
  writeFileSync(join(outside, 'secret.txt'), 'x');
  for (const { folder } of [flat, deep]) writeFileSync(join(folder, 'last.txt'), 'x');
  await until(() => deep.told.length >= 2 && flat.told.length >= 1, 'told');
  await sleep(300); // only for what must not be told: too short a wait hides a fault, and reports none
  expect(flat.told).toEqual(['added last.txt']);
  expect([...deep.told].sort()).toEqual(['added deep.txt', 'added last.txt']);
});

test('a single file is watched also when an editor replaces it', async () => {
  const { folder, told } = await watching((all) => join(all, 'first.txt'));
  writeFileSync(join(folder, 'other.txt'), 'x');
  writeFileSync(join(folder, 'first.txt.tmp'), 'second version');
  renameSync(join(folder, 'first.txt.tmp'), join(folder, 'first.txt'));
  await until(() => told.length > 0, 'told');
  expect([...new Set(told)]).toEqual(['changed first.txt']);
});

test('a folder that is not there is refused; one that goes away is told', async () => {
  await expect(
    createWatch().watch('/no/such/folder', { recursive: false, signal: new AbortController().signal }, () => undefined),
  ).rejects.toMatchObject({ code: 'folder-not-found' });
  const { folder, gone } = await watching();
  rmSync(folder, { recursive: true });
  await until(() => gone.length > 0, 'told that it is gone');
  expect(gone[0]).toMatchObject({ code: 'folder-not-found' });
});

test('a folder that is replaced by a link to another is gone: what lies there is not told of', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'orrery-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const { folder, told, gone } = await watching();
  onTestFinished(() => rmSync(`${folder}-before`, { recursive: true, force: true }));
  renameSync(folder, `${folder}-before`);
  symlinkSync(outside, folder);
  writeFileSync(join(outside, 'secret.txt'), 'x');
  await until(() => gone.length > 0, 'told that it is gone');
  expect(gone[0]).toMatchObject({ code: 'folder-not-found' });
  expect(told).not.toContain('added secret.txt');
});
