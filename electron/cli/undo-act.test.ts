// Undo at a command line over a real store and real files: any number of changes, told how far it is on a terminal and nowhere else.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { UndoPlanId, UndoState } from '../../shared/model/change.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { recordMany } from '../../tests/helpers/many-changes.ts';
import { undoLab } from '../../tests/helpers/undo-lab.ts';
import type { HostClient } from '../wires/attach.ts';
import { progressLine } from './progress.ts';
import { undoAct } from './undo-act.ts';

const selection = { run: 'many' as RunId };

function open(count: number, conflicts = 0, cannot = 0) {
  const lab = undoLab();
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-undo-act-'));
  recordMany(path.join(lab.dataFolder, 'orrery.db'), { folder, count, conflicts, cannot });
  const said = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.err += String(text);
    return true;
  });
  const isTTY = process.stderr.isTTY;
  onTestFinished(async () => {
    out.mockRestore();
    err.mockRestore();
    process.stderr.isTTY = isTTY;
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  });
  async function* one<T>(events: AsyncIterable<T>) {
    for await (const event of events) yield [event];
  }
  const { plans } = lab.undo;
  const client = {
    undo: {
      prepare: async () => one(plans.prepare(selection)),
      listPlanned: async ({ plan, state, from, limit }: { plan: UndoPlanId; state: UndoState; from: number; limit: number }) =>
        plans.page(plan, state, from, limit),
      carryOut: async ({ plan, hash, otherwise }: { plan: UndoPlanId; hash: string; otherwise: 'keep' }) => {
        lab.undo.carryOut(plan, hash, { choices: {}, otherwise });
        return one(lab.undo.follow(plan));
      },
      stop: async ({ plan }: { plan: UndoPlanId }) => lab.undo.stop(plan),
    },
  } as unknown as HostClient;
  return { lab, folder, client, said };
}

test('more than can be listed are counted, all are undone, and a terminal is told how far it is', async () => {
  const { folder, client, said } = open(150, 2, 3);
  process.stderr.isTTY = true;
  expect(await undoAct(client, selection, { yes: true, conflicts: 'keep' })).toBe(0);
  expect(said.out.split('\n').filter((line) => /^undo {2}(?!and)/.test(line))).toHaveLength(100);
  expect(said.out).toContain('and 45 more');
  expect(said.out).toContain('145 undone, 5 left as they are.');
  expect(said.out).not.toMatch(/Undoing|Looking/);
  expect(said.err).toMatch(/Undoing: [\d,]+ of 147/);
  // The line is taken away at the end.
  expect(said.err.endsWith('\r\u001b[K')).toBe(true);
  expect(readdirSync(folder)).toHaveLength(5);
});

test('where stderr is no terminal, and with --json, nothing is told meanwhile', async () => {
  const { client, said } = open(30);
  process.stderr.isTTY = false;
  expect(await undoAct(client, selection, { yes: true, conflicts: 'keep' })).toBe(0);
  expect(said.err).toBe('');
  process.stderr.isTTY = true;
  said.out = '';
  expect(await undoAct(client, selection, { json: true, conflicts: 'keep' })).toBe(0);
  expect(said.err).toBe('');
  expect(JSON.parse(said.out)).toEqual({ done: 0, kept: 30, failed: [] });
});

test('Ctrl-C stops before the next change: what was done stays so, and the rest can be undone', async () => {
  const { lab, folder, client, said } = open(400);
  const { remove } = lab.files;
  let removed = 0;
  lab.files.remove = async (...given) => {
    removed += 1;
    if (removed === 10) process.emit('SIGINT');
    return remove(...given);
  };
  expect(await undoAct(client, selection, { yes: true, conflicts: 'keep' })).toBe(130);
  const left = readdirSync(folder).length;
  expect(left).toBeGreaterThan(0);
  expect(said.out).toContain(`${400 - left} undone.`);
  expect(said.out).toContain(`Stopped: ${left} changes not taken back.`);
  expect(await undoAct(client, selection, { yes: true, conflicts: 'keep' })).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('what was changed since is put back when that is said; without --yes nobody is asked where there is no terminal', async () => {
  const { folder, client } = open(5, 2);
  await expect(undoAct(client, selection, { conflicts: 'keep' })).rejects.toMatchObject({ code: 'input-confirm' });
  await expect(undoAct(client, selection, { conflicts: 'all' })).rejects.toMatchObject({ code: 'input-usage' });
  expect(readdirSync(folder)).toHaveLength(5);
  expect(readFileSync(path.join(folder, 'note-0005.md'), 'utf8')).toBe('by hand 4');
  expect(await undoAct(client, selection, { yes: true, conflicts: 'restore' })).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('the line of progress is no longer than the terminal is wide', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 20, write: (part: string) => written.push(part) > 0 };
  const line = progressLine(stream as unknown as NodeJS.WriteStream);
  line.tell('x'.repeat(50));
  line.end();
  line.end();
  expect(written).toEqual([`\r\u001b[K${'x'.repeat(19)}`, '\r\u001b[K']);
});
