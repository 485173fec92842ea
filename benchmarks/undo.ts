// What a recorded delete of a large file, and putting it back, hold the main thread: its processor time and the longest wait of the loop, beside the same
// file read on the main thread. And what a change costs when a run that changed very many files, or things in the database, is taken back.

import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileBytes, piecesOf } from '../electron/adapters/blobs/file-bytes.ts';
import { createFiles } from '../electron/adapters/files/files.ts';
import { sha256 } from '../electron/adapters/hash.ts';
import { timeSortedIds } from '../electron/adapters/ids.ts';
import { openStore } from '../electron/adapters/sqlite/open.ts';
import { recorderFor } from '../electron/runtime/undo/recorder.ts';
import type { MemoryId, RunId, WorkflowId } from '../shared/model/ids.ts';
import { workflowDocument } from '../shared/model/workflow.ts';
import { recordMany } from '../tests/helpers/many-changes.ts';
import { type UndoLab, undoLab } from '../tests/helpers/undo-lab.ts';
import { type Bench, median } from './lib/bench.ts';

const bytes = 60 * 1024 * 1024;

export const undoDelete: Bench = {
  name: 'undo-delete',
  about: 'a recorded delete of 60 MB, and putting it back: what they take of the main thread.',
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-undo-bench-'));
    const data = path.join(folder, 'data');
    mkdirSync(data);
    const opened = openStore({ folder: data });
    const files = createFiles({ closed: [] });
    const { changes } = opened.store;
    const clock = { now: () => Date.now() };
    const deps = { changes, clock, ids: timeSortedIds(), hash: sha256, audit: { record: () => undefined }, changed: () => undefined };
    const recorder = recorderFor(deps, { actor: { kind: 'agent', name: 'Bench' } });
    const file = path.join(folder, 'large');
    const fresh = (): void => writeFileSync(file, randomBytes(bytes));
    async function onMain(): Promise<void> {
      const handle = await open(file);
      await changes.keepImage(piecesOf(handle), bytes).finally(() => handle.close());
    }
    const remove = (): Promise<void> => files.remove(file, [folder], { changes: recorder });
    /** What the delete before took away. */
    async function putBack(): Promise<void> {
      const [removed] = changes.list({ limit: 1 });
      const image = await changes.readImage(removed?.before ?? '');
      await files.writeBytes(file, image, [folder], { changes: recorder });
    }
    try {
      fresh();
      await changes.keepImage(new FileBytes(() => open(file)), bytes); // the thread is there
      const n = context.n ?? 8;
      const found: Record<string, { cpu: number[]; lag: number[] }> = {};
      for (let i = 0; i < n; i += 1)
        for (const [name, work] of Object.entries({ 'main-thread': onMain, recorded: remove, 'put-back': putBack })) {
          if (work !== putBack) fresh();
          const { cpu, lag } = await measured(work);
          const kept = found[name] ?? { cpu: [], lag: [] };
          found[name] = kept;
          kept.cpu.push(cpu);
          kept.lag.push(lag);
        }
      for (const [name, { cpu, lag }] of Object.entries(found)) {
        context.figure(`${name}-thread-ms`, median(cpu), 'ms', n);
        context.figure(`${name}-longest-wait`, median(lag), 'ms', n);
      }
    } finally {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export const undoMany: Bench = {
  name: 'undo-many',
  about: 'a run that made very many files is undone: time and processor time of a change.',
  async run(context) {
    const count = context.n ?? 2000;
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-undo-many-'));
    const lab = undoLab();
    try {
      recordMany(path.join(lab.dataFolder, 'orrery.db'), { folder, count, conflicts: 0, cannot: 0 });
      const before = process.cpuUsage();
      const from = performance.now();
      const { done } = await lab.undo.undo({ run: 'many' as RunId }, {});
      if (done !== count) throw new Error(`Only ${done} of ${count} were undone.`);
      const { user, system } = process.cpuUsage(before);
      context.figure('a-change', (performance.now() - from) / count, 'ms', count);
      context.figure('a-change-cpu', (user + system) / 1000 / count, 'ms', count);
    } finally {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What a run makes, the `i`th of its kind. */
const things: Record<string, (lab: UndoLab, i: number) => void> = {
  memory: ({ store }, i) => {
    const at = Date.now();
    const source = { kind: 'person' as const };
    store.memory.put({ id: `m-${i}` as MemoryId, text: `Note ${i} of the run`, tags: ['run'], source, createdAt: at, updatedAt: at });
  },
  workflow: ({ store }, i) => {
    const document = workflowDocument.parse({ format: 'orrery.workflow', formatVersion: 1, name: `Made ${i}`, nodes: [], edges: [] });
    store.workflows.insert({ ...document, id: `w-${i}` as WorkflowId, revision: 1, createdAt: Date.now(), updatedAt: Date.now() });
  },
  setting: ({ settings }, i) => void settings.change({ folders: [`/tmp/${i}`] }),
};

export const undoThings: Bench = {
  name: 'undo-things',
  about: 'a run that made very many memory items, workflows and settings is undone: time and processor time of a change.',
  async run(context) {
    const count = context.n ?? 5000;
    for (const [kind, make] of Object.entries(things)) {
      const lab = undoLab();
      try {
        for (let i = 0; i < count; i += 1)
          lab.undo.as({ actor: { kind: 'agent', name: 'Bench' }, run: 'many' as RunId }, () => make(lab, i));
        const before = process.cpuUsage();
        const from = performance.now();
        const { done } = await lab.undo.undo({ run: 'many' as RunId }, {});
        if (done !== count) throw new Error(`Only ${done} of ${count} were undone.`);
        const { user, system } = process.cpuUsage(before);
        context.figure(`a-${kind}`, (performance.now() - from) / count, 'ms', count);
        context.figure(`a-${kind}-cpu`, (user + system) / 1000 / count, 'ms', count);
      } finally {
        await lab.close();
      }
    }
  },
};

/** Milliseconds of this thread's processor time, and the longest that the loop was late. */
async function measured(work: () => Promise<void>): Promise<{ cpu: number; lag: number }> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  let lag = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lag = Math.max(lag, now - last - 1);
    last = now;
  }, 1);
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  clearInterval(timer);
  return { cpu: (user + system) / 1000, lag };
}
