// kill -9 in the middle of a change, of an undo, of a call: at the next start it is known whether it happened, and it can be undone.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';

const run = { run: 'run-1' as RunId };

/** `a.txt` holds `before`; the process dies; the next start finds out. */
async function killedAt(point: string, look: (lab: UndoLab, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-kill-'));
  const dataFolder = mkdtempSync(join(tmpdir(), 'orrery-kill-data-'));
  try {
    writeFileSync(join(folder, 'a.txt'), 'before');
    const child = spawnSync(process.execPath, [path.resolve('tests/helpers/undo-kill.fixture.ts'), point, dataFolder, folder], {
      timeout: 60_000,
    });
    expect(child.signal, child.stderr.toString()).toBe('SIGKILL');
    const lab = undoLab({ dataFolder });
    try {
      await lab.undo.start();
      await look(lab, folder);
    } finally {
      await lab.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
const text = (folder: string, name = 'a.txt'): string => readFileSync(join(folder, name), 'utf8');

it.each(['write-before-row', 'write-before-effect', 'move-before-effect'])('%s: it did not happen, and no change is left', (point) =>
  killedAt(point, async (lab, folder) => {
    expect(text(folder)).toBe('before');
    expect(lab.undo.list({ limit: 10 })).toEqual([]);
  }),
);

it('a write that happened is known and can be undone', () =>
  killedAt('write-after-effect', async (lab, folder) => {
    expect(text(folder)).toBe('after');
    expect(lab.undo.list({ limit: 10 })).toMatchObject([{ state: 'done', note: expect.stringContaining('ended') as string }]);
    expect(await lab.undo.undo(run, {})).toMatchObject({ done: 1, failed: [] });
    expect(text(folder)).toBe('before');
  }));

it('a deleted file comes back', () =>
  killedAt('delete-after-effect', async (lab, folder) => {
    expect(existsSync(join(folder, 'a.txt'))).toBe(false);
    await lab.undo.undo(run, {});
    expect(text(folder)).toBe('before');
  }));

it('a move that happened is moved back', () =>
  killedAt('move-after-effect', async (lab, folder) => {
    expect(readdirSync(folder)).toEqual(['b.txt']);
    await lab.undo.undo(run, {});
    expect(readdirSync(folder)).toEqual(['a.txt']);
    expect(text(folder)).toBe('before');
  }));

it('a setting that was not changed leaves nothing; one that was can be undone', async () => {
  await killedAt('setting-before-effect', async (lab) => {
    expect(lab.settings.get().folders).toEqual([]);
    expect(lab.undo.list({ limit: 10 })).toEqual([]);
  });
  await killedAt('setting-after-effect', async (lab) => {
    expect(lab.settings.get().folders).toEqual(['/tmp']);
    await lab.undo.undo({ since: 0, actor: { kind: 'person' } }, {});
    expect(lab.settings.get().folders).toEqual([]);
  });
});

it.each(['undo-between', 'undo-before-mark'])('%s: the undo is gone on with', (point) =>
  killedAt(point, async (lab, folder) => {
    expect(text(folder)).toBe('before');
    expect(existsSync(join(folder, 'b.txt'))).toBe(false);
    expect(lab.undo.getSet('run-1' as never)).toMatchObject({ count: point === 'undo-between' ? 2 : 1 });
    const set = lab.undo.getSet('run-1' as never);
    expect(set?.undone).toBe(set?.count);
    expect(lab.opened.store.changes.undos()).toEqual([]);
  }),
);

it.each(['undo-of-many', 'undo-of-many-rows'])('%s: files that are put back together are all put back, and known', (point) =>
  killedAt(point, async (lab, folder) => {
    expect(readdirSync(folder)).toEqual(['a.txt']);
    expect(text(folder)).toBe('before');
    expect(lab.undo.getSet('run-1' as never)).toMatchObject({ count: 40, undone: 40 });
    expect(lab.opened.store.changes.undos()).toEqual([]);
    expect(lab.opened.store.changes.begun()).toEqual([]);
    // And what the undo did can be undone, each file once.
    const [undo] = lab.undo.sets({ limit: 10 }).filter((set) => set.isUndo);
    expect(undo).toMatchObject({ count: 40, undone: 0 });
    expect(await lab.undo.undo({ set: undo?.id as never }, {})).toMatchObject({ done: 40, failed: [] });
    expect(readdirSync(folder)).toHaveLength(41);
  }),
);

it.each(['undo-of-things', 'undo-of-things-rows'])('%s: what lies in the database is put back, each once', (point) =>
  killedAt(point, async (lab) => {
    expect(lab.store.memory.list({ limit: 100 })).toMatchObject({ total: 0 });
    expect(lab.settings.get().folders).toEqual([]);
    const set = lab.undo.getSet('run-1' as never);
    // The one that was made twice was changed by hand since: it stays.
    expect(set).toMatchObject({ count: 41, undone: 40 });
    expect(lab.store.agents.list().map(({ name }) => name)).toEqual(['By hand']);
    expect(lab.opened.store.changes.undos()).toEqual([]);
    expect(lab.opened.store.changes.begun()).toEqual([]);
    const [undo] = lab.undo.sets({ limit: 10 }).filter((each) => each.isUndo);
    expect(undo).toMatchObject({ count: 40, undone: 0 });
    expect(await lab.undo.undo({ set: undo?.id as never }, {})).toMatchObject({ done: 40, failed: [] });
    expect(lab.store.memory.list({ limit: 100 })).toMatchObject({ total: 39 });
  }),
);

it('what a server of others did until the crash is found by comparing', () =>
  killedAt('folder-call', async (lab, folder) => {
    const titles = lab.undo.list({ limit: 10 }).map((each) => `${each.kind} ${each.title}`);
    expect(titles.sort()).toEqual(['folder a.txt', 'folder new.txt']);
    await lab.undo.undo(run, {});
    expect(text(folder)).toBe('before');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  }));
