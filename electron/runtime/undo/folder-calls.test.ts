// What a server of others does in its folders: compared, told, taken back as far as it was kept.

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import { createSnapshots } from '../../adapters/snapshots/snapshots.ts';

let folder: string;
let lab: UndoLab;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-folder-'));
  lab = undoLab();
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});
const signal = new AbortController().signal;
const byRun = (run: string) => ({ actor: { kind: 'agent' as const, name: 'Librarian' }, run: run as RunId, runTitle: run });
const compare = (run: string, keep = true) => lab.undo.compare({ by: byRun(run), folders: [folder], keep, signal });

it('takes back what was added, changed and removed, and leaves the rest', async () => {
  mkdirSync(join(folder, 'sub'));
  for (const name of ['same', 'changed', 'removed', 'sub/deep']) writeFileSync(join(folder, name), `${name} before`);
  const finish = await compare('r1');
  writeFileSync(join(folder, 'changed'), 'other');
  rmSync(join(folder, 'removed'));
  writeFileSync(join(folder, 'sub/deep'), 'other');
  writeFileSync(join(folder, 'added'), 'added');
  await finish();
  expect(lab.undo.getSet('r1' as never)).toMatchObject({ count: 4, cannot: 0, kinds: [{ kind: 'folder', count: 4 }] });
  expect(await lab.undo.undo({ run: 'r1' as RunId }, {})).toMatchObject({ done: 4, failed: [] });
  expect(readdirSync(folder).sort()).toEqual(['changed', 'removed', 'same', 'sub']);
  for (const name of ['same', 'changed', 'removed', 'sub/deep']) expect(readFileSync(join(folder, name), 'utf8')).toBe(`${name} before`);
});

it('tells of changes by a tool that says it only reads, with no way back', async () => {
  writeFileSync(join(folder, 'a'), 'before');
  const finish = await compare('r1', false);
  writeFileSync(join(folder, 'a'), 'longer than before');
  await finish();
  const [item] = await lab.undo.plan({ run: 'r1' as RunId });
  expect(item?.state).toBe('cannot');
});

it('says that two calls shared a folder', async () => {
  const one = await compare('r1');
  const two = await compare('r2');
  writeFileSync(join(folder, 'a'), 'whose?');
  await two();
  await one();
  for (const set of ['r1', 'r2']) expect(lab.undo.changesOf(set as never)[0]?.note).toMatch(/at the same time/);
});

it('follows no link', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'orrery-outside-'));
  try {
    writeFileSync(join(outside, 'secret'), 'secret');
    symlinkSync(outside, join(folder, 'link'));
    const finish = await compare('r1');
    writeFileSync(join(outside, 'secret'), 'changed');
    await finish();
    expect(lab.undo.changesOf('r1' as never)).toEqual([]);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

it('keeps up to its caps and says so', async () => {
  const snapshots = createSnapshots({ blobs: join(lab.dataFolder, 'blobs'), closed: [], caps: { files: 3, bytes: 15, fileBytes: 10 } });
  try {
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(folder, name), '0123456789');
    const taken = await snapshots.take(folder, { keep: true, signal });
    expect(Object.values(taken.files).map((each) => each.hash !== undefined)).toEqual([true, false, false]);
    expect(taken.limits).toHaveLength(2);
  } finally {
    await snapshots.close();
  }
});

it('says of a folder with more files than are compared that it was not, and takes nothing for gone that it did not come to', async () => {
  const small = undoLab({ caps: { files: 20, bytes: 1_000_000, fileBytes: 1000 } });
  try {
    const around = (run: string) => small.undo.compare({ by: byRun(run), folders: [folder], keep: true, signal });
    for (let n = 10; n < 30; n += 1) writeFileSync(join(folder, `f${n}`), `before ${n}`);
    expect(await small.snapshots.isTooLarge(folder, { signal })).toBe(false);
    // As many as are compared: all of it is seen.
    const whole = await around('r0');
    writeFileSync(join(folder, 'new'), 'new');
    expect(await whole()).toEqual([]);
    expect(small.undo.changesOf('r0' as never).map(({ title }) => title)).toEqual(['new']);
    expect(await small.snapshots.isTooLarge(folder, { signal })).toBe(true);
    // One more: what is new is not known.
    const cut = await around('r1');
    writeFileSync(join(folder, 'newer'), 'newer');
    expect(await cut()).toEqual([expect.stringContaining(`Not compared as a whole: “${folder}” has more than`)]);
    // It fills the folder: those that were there are there still, and not told as deleted.
    rmSync(join(folder, 'new'));
    rmSync(join(folder, 'newer'));
    const filled = await around('r2');
    for (let n = 0; n < 60; n += 1) writeFileSync(join(folder, `a${String(n).padStart(2, '0')}`), 'added');
    expect(await filled()).toHaveLength(1);
    expect(small.undo.changesOf('r2' as never).filter(({ after }) => after === null)).toEqual([]);
  } finally {
    await small.close();
  }
});

it('never removes what may be the only copy of a file of which nothing was kept: moved, it is moved back', async () => {
  // Larger than is kept of one file; they take no room.
  const large = (name: string, bytes: number): void => {
    const path = join(folder, name);
    writeFileSync(path, name);
    truncateSync(path, bytes);
  };
  const beyond = 65 * 1024 * 1024;
  large('film', beyond);
  large('copied', beyond + 1);
  large('old', beyond + 2);
  const finish = await compare('r1');
  renameSync(join(folder, 'film'), join(folder, 'film 2026'));
  copyFileSync(join(folder, 'copied'), join(folder, 'copy'));
  rmSync(join(folder, 'copied'));
  renameSync(join(folder, 'old'), join(folder, 'older'));
  writeFileSync(join(folder, 'old'), 'new in its place');
  await finish();
  const plan = await lab.undo.plan({ run: 'r1' as RunId });
  expect(Object.fromEntries(plan.map(({ change, state }) => [change.title, `${change.op} ${state}`]))).toEqual({
    'film 2026': 'move ready',
    copied: 'write cannot',
    copy: 'write cannot',
    old: 'write cannot',
    older: 'write cannot',
  });
  await lab.undo.undo({ run: 'r1' as RunId }, {});
  expect(readdirSync(folder).sort()).toEqual(['copy', 'film', 'old', 'older']);
  expect(statSync(join(folder, 'film')).size).toBe(beyond);
});

it('never holds the main thread while it looks at thousands of files', async () => {
  for (let n = 0; n < 1500; n += 1) writeFileSync(join(folder, `f${n}`), `content ${n}`.repeat(100));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const finish = await compare('r1');
  for (let n = 0; n < 20; n += 1) writeFileSync(join(folder, `f${n}`), 'changed');
  await finish();
  delay.disable();
  expect(lab.undo.getSet('r1' as never)?.count).toBe(20);
  // A watchdog, not a measure: hashing it all in this thread would hold it for several times as long.
  expect(delay.percentile(50) / 1e6).toBeLessThan(50);
});
