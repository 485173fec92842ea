// What goes at the same time leaves the same as one after the other, and shares commits; everything else keeps its order.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ChangeId } from '../../../shared/model/change.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { undoLab } from '../../../tests/helpers/undo-lab.ts';
import { independent } from './together.ts';
import type { StoredChange } from './undo-ports.ts';

const change = (id: string, target: string, more: Partial<StoredChange> = {}) =>
  ({ id: id as ChangeId, kind: 'file', op: 'write', target, bytes: 1, ...more }) as StoredChange;
const groups = (changes: StoredChange[], choices = {}): string[] =>
  independent(changes, choices).map((group) => group.map(({ id }) => id).join(' '));

test('contents of different files go together; the same file by any spelling, a folder of it, and all else wait', () => {
  expect(groups([change('a', '/f/a'), change('b', '/f/b'), change('c', '/f/a')])).toEqual(['a b', 'c']);
  expect(groups([change('a', '/f/\u00e9'), change('b', '/F/E\u0301')])).toEqual(['a', 'b']);
  expect(groups([change('a', '/f/x/y'), change('b', '/f/x'), change('c', '/f/xy')])).toEqual(['a', 'b c']);
  expect(groups([change('a', '/f/x'), change('b', '/f/xy'), change('c', '/f/x/y')])).toEqual(['a b', 'c']);
  expect(groups([change('a', '/f/a'), change('m', '/f/b', { op: 'move' }), change('c', '/f/c'), change('d', '/f/d')])).toEqual([
    'a',
    'm',
    'c d',
  ]);
  expect(groups([change('a', 'one', { kind: 'memory' }), change('b', 'two', { kind: 'memory' })])).toEqual(['a', 'b']);
  expect(groups([change('a', '/f/a'), change('b', '/f/b'), change('c', '/f/c')], { b: 'beside' })).toEqual(['a', 'b', 'c']);
});

test('images that are in memory together stay small', () => {
  const mb = 1024 * 1024;
  expect(groups([change('a', '/a', { bytes: 3 * mb }), change('b', '/b', { bytes: 2 * mb }), change('c', '/c')])).toEqual(['a', 'b c']);
  expect(groups([change('a', '/a', { bytes: 64 * mb }), change('b', '/b')])).toEqual(['a', 'b']);
});

function open() {
  const lab = undoLab();
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'orrery-together-')));
  onTestFinished(async () => {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = 'many' as RunId;
  return { lab, folder, run, changes: lab.undo.recorder({ actor: { kind: 'agent', name: 'Bench' }, run, step: 's' }) };
}

/** Relative paths with what they hold. */
const tree = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => {
        const full = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, full), entry.isDirectory() ? '(folder)' : readFileSync(full, 'utf8')] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each([1, 2, 3])('writes, moves, deletes and folders in any order leave what was there before (%i)', async (seed) => {
  const { lab, folder, run, changes } = open();
  const below = numbers(seed);
  for (const name of ['d0', 'd1']) mkdirSync(path.join(folder, name));
  for (let i = 0; i < 6; i += 1) writeFileSync(path.join(folder, `d${i % 2}`, `f${i}`), `first ${i}`);
  const before = tree(folder);
  const place = (): string => path.join(folder, `d${below(4)}`, `f${below(6)}`);
  let happened = 0;
  for (let i = 0; i < 120; i += 1) {
    const [at, to, kind] = [place(), place(), below(5)];
    const work =
      kind <= 1
        ? lab.files.writeText(at, `text ${i}`, [folder], { changes })
        : kind === 2
          ? lab.files.remove(at, [folder], { changes })
          : kind === 3
            ? lab.files.move(at, to, [folder], { overwrite: true, changes })
            : lab.files.remove(path.dirname(at), [folder], { changes });
    // What is not there cannot be changed: that is part of it.
    happened += await work.then(
      () => 1,
      () => 0,
    );
  }
  expect(happened).toBeGreaterThan(60);
  expect(tree(folder)).not.toEqual(before);
  const result = await lab.undo.undo({ run }, {});
  expect(result).toMatchObject({ kept: 0, failed: [] });
  expect(tree(folder)).toEqual(before);
  // And the way back of the way back.
  await lab.undo.undo({ set: result.set as NonNullable<typeof result.set> }, {});
  await lab.undo.undo({ run }, {});
  expect(tree(folder)).toEqual(before);
});

test('one that cannot be taken back does not hold up its neighbours', async () => {
  const { lab, folder, run, changes } = open();
  for (let i = 0; i < 8; i += 1) await lab.files.writeText(path.join(folder, `f${i}`), 'made', [folder], { changes });
  const { remove } = lab.files;
  lab.files.remove = (at, ...given) =>
    at.endsWith('f3') ? Promise.reject(new AppError('file-busy', 'Another program has it open.')) : remove(at, ...given);
  expect(await lab.undo.undo({ run }, {})).toMatchObject({
    done: 7,
    kept: 0,
    failed: [{ title: 'f3', message: 'Another program has it open.' }],
  });
  expect(readdirSync(folder)).toEqual(['f3']);
});

test('files of one group are under way at the same time', async () => {
  const { lab, folder, run, changes } = open();
  for (let i = 0; i < 8; i += 1) await lab.files.writeText(path.join(folder, `f${i}`), 'made', [folder], { changes });
  const { remove } = lab.files;
  const all = Promise.withResolvers<void>();
  let begun = 0;
  lab.files.remove = async (...given) => {
    begun += 1;
    if (begun === 8) all.resolve();
    await all.promise;
    return remove(...given);
  };
  expect(await lab.undo.undo({ run }, {})).toMatchObject({ done: 8, kept: 0, failed: [] });
});
