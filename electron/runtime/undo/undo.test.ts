// Undo over the real store, real files and the real runtime: what was changed comes back, conflicts are shown, and nothing is touched
// that others changed since.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { AgentId, JobId, MemoryId, RunId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import { maxImageBytes } from './recorder.ts';

let folder: string;
let lab: UndoLab;
const byRun = { actor: { kind: 'agent' as const, id: 'a1', name: 'Librarian' }, run: 'run-1' as RunId, runTitle: 'Tidy up', step: 's1' };
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-undo-'));
  lab = undoLab();
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const changes = (by = byRun) => lab.undo.recorder(by);
const run = { run: 'run-1' as RunId };

describe('files', () => {
  it('brings back everything a run did, in the opposite order', async () => {
    writeFileSync(at('old.txt'), 'old');
    writeFileSync(at('gone.txt'), 'gone', { mode: 0o600 });
    const { files } = lab;
    await files.writeText(at('old.txt'), 'one', [folder], { changes: changes() });
    await files.writeText(at('old.txt'), 'two', [folder], { changes: changes() });
    await files.writeText(at('sub/deep/new.txt'), 'new', [folder], { changes: changes() });
    await files.remove(at('gone.txt'), [folder], { changes: changes() });
    await files.move(at('sub/deep/new.txt'), at('sub/moved.txt'), [folder], { changes: changes() });
    await files.createFolder(at('empty'), [folder], { changes: changes() });

    const plan = await lab.undo.plan(run);
    expect(plan.map((item) => item.state)).toEqual(Array(plan.length).fill('ready'));
    const result = await lab.undo.undo(run, {});
    expect(result).toMatchObject({ kept: 0, failed: [] });
    expect(read('old.txt')).toBe('old');
    expect(read('gone.txt')).toBe('gone');
    expect(statSync(at('gone.txt')).mode & 0o777).toBe(0o600);
    expect(existsSync(at('sub'))).toBe(false);
    expect(existsSync(at('empty'))).toBe(false);
  });

  it('undoes the undo, and can then undo again', async () => {
    await lab.files.writeText(at('a.txt'), 'one', [folder], { changes: changes() });
    const first = await lab.undo.undo(run, {});
    expect(existsSync(at('a.txt'))).toBe(false);
    const set = first.set;
    if (set === undefined) throw new Error('nothing was undone');
    await lab.undo.undo({ set }, {});
    expect(read('a.txt')).toBe('one');
    await lab.undo.undo(run, {});
    expect(existsSync(at('a.txt'))).toBe(false);
  });

  it('leaves what was changed since, says by whom, and does what is chosen', async () => {
    writeFileSync(at('a.txt'), 'before');
    await lab.files.writeText(at('a.txt'), 'by the run', [folder], { changes: changes() });
    writeFileSync(at('a.txt'), 'by hand');
    const [item] = await lab.undo.plan(run);
    expect(item).toMatchObject({ state: 'conflict' });
    expect(item?.words).toMatch(/not through Orrery/);
    expect(await lab.undo.undo(run, {})).toMatchObject({ done: 0, kept: 1 });
    expect(read('a.txt')).toBe('by hand');
    const id = item?.change.id ?? '';
    expect(await lab.undo.undo(run, { [id]: 'beside' })).toMatchObject({ done: 1 });
    expect(read('a.txt')).toBe('by hand');
    expect(read('a (before).txt')).toBe('before');
    expect(await lab.undo.undo(run, { [id]: 'restore' })).toMatchObject({ done: 1 });
    expect(read('a.txt')).toBe('before');
  });

  it('undoes one step of a run, and names the other run that changed the file since', async () => {
    await lab.files.writeText(at('a.txt'), 'one', [folder], { changes: changes() });
    await lab.files.writeText(at('b.txt'), 'two', [folder], { changes: changes({ ...byRun, step: 's2' }) });
    await lab.undo.undo({ ...run, step: 's2' }, {});
    expect([existsSync(at('a.txt')), existsSync(at('b.txt'))]).toEqual([true, false]);
    await lab.files.writeText(at('a.txt'), 'other', [folder], {
      changes: changes({ ...byRun, run: 'run-2' as RunId, runTitle: 'Report' }),
    });
    const plan = await lab.undo.plan({ ...run, step: 's1' });
    expect(plan[0]?.words).toContain('Librarian in “Report”');
    // Everything since then takes both back.
    expect((await lab.undo.plan({ since: 0 })).filter((item) => item.state !== 'undone').map((item) => item.state)).toEqual([
      'ready',
      'ready',
    ]);
    await lab.undo.undo({ since: 0 }, {});
    expect(existsSync(at('a.txt'))).toBe(false);
  });

  it('says what cannot be taken back because it was too large, and still writes', async () => {
    writeFileSync(at('big.bin'), Buffer.alloc(maxImageBytes + 1));
    await lab.files.writeText(at('big.bin'), 'small', [folder], { changes: changes() });
    expect(read('big.bin')).toBe('small');
    const [item] = await lab.undo.plan(run);
    expect(item).toMatchObject({ state: 'cannot' });
    expect(item?.words).toMatch(/64 MB/);
  });

  it('keeps content that is not text, byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    writeFileSync(at('photo.bin'), bytes);
    await lab.files.remove(at('photo.bin'), [folder], { changes: changes() });
    await lab.undo.undo(run, {});
    expect(readFileSync(at('photo.bin')).equals(bytes)).toBe(true);
  });

  it('follows no link that was put in the way, and leaves its folder never', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'orrery-outside-'));
    try {
      writeFileSync(at('a.txt'), 'before');
      await lab.files.writeText(at('a.txt'), 'after', [folder], { changes: changes() });
      writeFileSync(join(outside, 'target.txt'), 'after');
      rmSync(at('a.txt'));
      symlinkSync(join(outside, 'target.txt'), at('a.txt'));
      const [item] = await lab.undo.plan(run);
      expect(item?.state).toBe('conflict');
      const result = await lab.undo.undo(run, { [item?.change.id ?? '']: 'restore' });
      expect(result.failed).toHaveLength(1);
      expect(readFileSync(join(outside, 'target.txt'), 'utf8')).toBe('after');
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('keeps a folder that others have put something into', async () => {
    await lab.files.createFolder(at('made'), [folder], { changes: changes() });
    writeFileSync(at('made/mine.txt'), 'mine');
    expect(await lab.undo.undo(run, {})).toMatchObject({ done: 0, kept: 1, failed: [] });
    expect(read('made/mine.txt')).toBe('mine');
  });

  it('keeps nothing of a change that failed', async () => {
    mkdirSync(at('is-a-folder'));
    await expect(lab.files.writeText(at('is-a-folder'), 'x', [folder], { changes: changes() })).rejects.toThrow();
    await expect(lab.files.remove(at('missing'), [folder], { changes: changes() })).rejects.toThrow();
    expect(lab.undo.list({ limit: 10 })).toEqual([]);
  });

  it('moves back a file that replaced another, and brings that one back', async () => {
    writeFileSync(at('a.txt'), 'a');
    writeFileSync(at('b.txt'), 'b');
    await lab.files.move(at('a.txt'), at('b.txt'), [folder], { overwrite: true, changes: changes() });
    expect(read('b.txt')).toBe('a');
    expect(await lab.undo.undo(run, {})).toMatchObject({ kept: 0, failed: [] });
    expect([read('a.txt'), read('b.txt')]).toEqual(['a', 'b']);
  });
});

describe('configuration', () => {
  it('lists revisions of settings, and puts one back', async () => {
    const { settings } = lab;
    settings.change({ folders: ['/tmp/a'] });
    settings.change({ folders: ['/tmp/a', '/tmp/b'] });
    const revisions = lab.undo.list({ limit: 10, target: { kind: 'setting', target: 'folders' } });
    expect(revisions).toHaveLength(2);
    const detail = await lab.undo.detail(revisions[0]?.id as never);
    expect(detail.differences).toEqual([{ path: '', after: '/tmp/b' }]);
    settings.change({ isPaused: true });
    expect(lab.undo.list({ limit: 1, target: { kind: 'setting', target: 'isPaused' } })[0]?.title).toBe('Pause everything');
    settings.change({ modelSight: { 'ollama/gemma3:4b': true } });
    expect(lab.undo.list({ limit: 1, target: { kind: 'setting', target: 'modelSight' } })[0]?.title).toBe('Models that see pictures');
    await lab.undo.rollback(revisions[1]?.id as never);
    expect(settings.get().folders).toEqual(['/tmp/a']);
    await lab.undo.undo({ change: revisions[1]?.id as never }, {});
    expect(settings.get().folders).toEqual([]);
  });

  it('says who: a run by name, the person without one', async () => {
    const { store } = lab;
    const item = { id: 'm1' as MemoryId, text: 'ISO dates', tags: ['x'], source: { kind: 'person' as const }, createdAt: 1, updatedAt: 1 };
    lab.undo.as(byRun, () => store.memory.put(item));
    store.memory.put({ ...item, text: 'other dates', updatedAt: 2 });
    expect(lab.undo.list({ limit: 10 }).map((each) => each.actor.kind)).toEqual(['person', 'agent']);
    const [item1] = await lab.undo.plan(run);
    expect(item1).toMatchObject({ state: 'conflict' });
    expect(item1?.words).toContain('by you');
    await lab.undo.undo({ since: 0, actor: { kind: 'person' } }, {});
    expect(store.memory.get('m1' as MemoryId)?.text).toBe('ISO dates');
    await lab.undo.undo(run, {});
    expect(store.memory.get('m1' as MemoryId)).toBeUndefined();
  });

  it('brings back an agent that was removed', async () => {
    const { store } = lab;
    const agent = {
      id: 'a1' as AgentId,
      name: 'Librarian',
      character: 'x',
      tools: [],
      grant: { tools: [], folders: [] },
      maxSteps: 5,
      createdAt: 1,
      updatedAt: 1,
    };
    store.agents.put(agent);
    store.agents.remove(agent.id);
    const [removed] = lab.undo.list({ limit: 1 });
    await lab.undo.undo({ change: removed?.id as never }, {});
    expect(store.agents.get(agent.id)).toMatchObject({ name: 'Librarian', character: 'x' });
  });
});

it('takes back a job that was turned on, and brings back one that was removed: off, where nobody agreed to its graph, and says so', async () => {
  const { store } = lab;
  const times = { createdAt: 1, updatedAt: 1 };
  store.workflows.insert({ ...document, id: 'w1', revision: 0, ...times } as never);
  const trigger = { workflow: 'w1' as never, node: 'n', kind: 'trigger.schedule', isOn: true, grant, inputs: {}, ...times, state: {} };
  const agreed = { w1: { hash: 'h', parts: {}, does: {} } };
  for (const [id, more] of Object.entries({ old: {}, agreed: { agreed } })) {
    store.jobs.put({ ...trigger, id: id as JobId, ...more });
    const [made] = lab.undo.list({ limit: 1 });
    await lab.undo.undo({ change: made?.id as never }, {});
    expect(store.jobs.get(id as JobId)).toBeUndefined();
    const [removed] = lab.undo.list({ limit: 1 });
    const [item] = await lab.undo.plan({ change: removed?.id as never });
    expect(item?.words).toMatch(id === 'old' ? /^Brings back the job W, turned off: .*Turn it on/ : /^Brings back the job W$/);
    await lab.undo.undo({ change: removed?.id as never }, {});
    expect(store.jobs.get(id as JobId)).toMatchObject({ isOn: id !== 'old', kind: 'trigger.schedule' });
  }
});

it('keeps a before-image for as long as a change names it, and says so when it had to make room', async () => {
  writeFileSync(at('large.txt'), 'x'.repeat(300_000));
  await lab.files.remove(at('large.txt'), [folder], { changes: changes() });
  const blobs = readdirSync(join(lab.dataFolder, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);
  expect(blobs).toHaveLength(1);
  const file = join(lab.dataFolder, 'blobs', blobs[0] ?? '');
  utimesSync(file, 1, 1);
  await lab.opened.store.runs.compact({});
  expect(existsSync(file)).toBe(true);
  expect(lab.opened.store.changes.thin(1000, 'It made room.')).toBeGreaterThan(0);
  const [item] = await lab.undo.plan(run);
  expect(item).toMatchObject({ state: 'cannot', words: 'It made room.' });
  await lab.opened.store.runs.compact({});
  expect(existsSync(file)).toBe(false);
});

it('keeps what was there for its owner alone, also in a data folder that others may look into', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'orrery-undo-open-'));
  chmodSync(dataFolder, 0o755);
  const open = undoLab({ dataFolder });
  try {
    for (const [name, size] of Object.entries({ 'small.txt': 10, 'middle.txt': 300_000, 'large.txt': 3_000_000 })) {
      writeFileSync(at(name), 'x'.repeat(size));
      await open.files.remove(at(name), [folder], { changes: open.undo.recorder(byRun) });
    }
    // Made when it is first needed.
    open.opened.store.audit.append([
      auditLine({ kind: 'change', actor: { kind: 'app', name: 'Orrery' }, what: 'x', outcome: 'done', reason: 'x' }, 1),
    ]);
    const kept = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' });
    expect(kept).toEqual(expect.arrayContaining(['audit.db', 'audit.db-wal']));
    expect(kept.filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(2);
    expect(kept.filter((name) => (statSync(join(dataFolder, name)).mode & 0o77) !== 0)).toEqual([]);
    expect(kept).toContain('orrery.db');
  } finally {
    await open.close();
  }
});

const document = { format: 'orrery.workflow', formatVersion: 1, name: 'W', description: '', nodes: [], edges: [] };
const grant = { tools: [], folders: [] };

it('counts a change set, what is undone of it and what cannot be', async () => {
  writeFileSync(at('big.bin'), Buffer.alloc(maxImageBytes + 1));
  await lab.files.writeText(at('big.bin'), 'x', [folder], { changes: changes() });
  await lab.files.writeText(at('a.txt'), 'x', [folder], { changes: changes() });
  await lab.undo.undo(run, {});
  const [undone, set] = lab.undo.sets({ limit: 10 });
  expect(set).toMatchObject({
    id: 'run-1',
    count: 2,
    undone: 1,
    cannot: 1,
    runTitle: 'Tidy up',
    titles: ['big.bin', 'a.txt'],
    isUndo: false,
  });
  expect(undone).toMatchObject({ isUndo: true, count: 1, actor: { kind: 'person' } });
});
