// A million journaled steps, and still the run list opens, filters and searches at once: what a person sees first must not grow
// slow with what was kept. The steps are written through the product's own store.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenedStore, openStore } from '../electron/adapters/sqlite/open.ts';
import type { RunFilter } from '../electron/runtime/ports.ts';
import type { ConversationId, JobId, RunId, WorkflowId } from '../shared/model/ids.ts';
import type { RunOrigin } from '../shared/model/run.ts';
import { type Bench, type BenchContext, median } from './lib/bench.ts';

const stepsOfRun = 10;
const rounds = 7;
const page = 100;

export const runList: Bench = {
  name: 'run-list',
  about: 'a million journaled steps in 100,000 runs: opening the store, listing, filtering and searching. --n is the number of steps.',
  run: measure,
};

async function measure(context: BenchContext): Promise<void> {
  const steps = context.n ?? 1_000_000;
  const runs = Math.max(1, Math.round(steps / stepsOfRun));
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-run-list-'));
  try {
    await fill(folder, runs, context);
    const opening: number[] = [];
    let worst = 0;
    const filters = filtersFor(runs);
    const times = new Map(Object.keys(filters).map((name): [string, number[]] => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      const begin = performance.now();
      const opened = openStore({ folder });
      // What the page shows first belongs to opening.
      opened.store.runs.list({ limit: page });
      opened.store.runs.counts();
      opening.push(performance.now() - begin);
      for (const [name, filter] of Object.entries(filters)) {
        const from = performance.now();
        opened.store.runs.list(filter);
        const took = performance.now() - from;
        times.get(name)?.push(took);
        worst = Math.max(worst, took);
      }
      await opened.close();
    }
    context.figure('open', median(opening), 'ms', rounds);
    for (const [name, each] of times) context.figure(name, median(each), 'ms', rounds);
    context.figure('slowest', Math.max(median(opening), ...[...times.values()].map(median)), 'ms', rounds);
    context.figure('worst-single', worst, 'ms', rounds * times.size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, runs: number, context: BenchContext): Promise<void> {
  const opened = openStore({ folder });
  const begin = performance.now();
  for (let i = 0; i < runs; i += 1) {
    writeRun(opened, i);
    // Group commit: the promises are kept together.
    if (i % 50 === 49) await opened.store.runs.flush();
    if (i % 20_000 === 19_999) context.say(`${i + 1} of ${runs} runs written`);
  }
  await opened.close();
  context.figure('write', (runs * stepsOfRun * 1000) / (performance.now() - begin), 'steps/s', 1);
}

const workflowOf = (i: number): WorkflowId => `w${i % 40}` as WorkflowId;

/** A fifth are turns, each in a conversation of its own title; every thousandth run fails. */
function writeRun({ store }: OpenedStore, i: number): void {
  const id = `run-${i}` as RunId;
  const isTurn = i % 5 === 0;
  const origin: RunOrigin = isTurn
    ? { kind: 'chat', conversation: `c${i}` as ConversationId }
    : i % 5 === 1
      ? { kind: 'job', job: `j${i % 50}` as JobId }
      : { kind: 'manual', by: 'desktop' };
  store.runs.create({
    id,
    title: isTurn ? `What about matter ${i}` : `Workflow number ${i % 40}`,
    kind: isTurn ? 'turn' : 'workflow',
    ...(isTurn ? {} : { workflow: workflowOf(i) }),
    origin,
    startedAt: 1_700_000_000_000 + i * 1000,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  for (let step = 0; step < stepsOfRun; step += 1)
    void store.runs.append(id, {
      type: 'step-done',
      at: i,
      step: `s${step}`,
      node: `n${step}`,
      attempt: 1,
      ms: 1,
      outputs: { out: `value ${step}` },
    });
  const hasFailed = i % 1000 === 7;
  const error = { code: 'tool-failed', message: 'It failed.', retryable: false };
  void store.runs.append(id, { type: 'run-end', at: i, status: hasFailed ? 'failed' : 'done', ...(hasFailed ? { error } : {}) });
}

function filtersFor(runs: number): Record<string, RunFilter> {
  const limit = page;
  const middle = 1_700_000_000_000 + (runs / 2) * 1000;
  return {
    'first-page': { limit },
    'later-page': { limit, before: middle },
    workflow: { limit, workflow: workflowOf(1) },
    failed: { limit, status: ['failed', 'cancelled'] },
    'over-all': { limit, status: ['done', 'failed', 'cancelled'] },
    'none-waiting': { limit, status: ['waiting', 'queued', 'paused'] },
    turns: { limit, kind: 'turn' },
    'by-jobs': { limit, origin: ['job', 'fork'] },
    'of-job': { limit, job: `j${1}` as JobId },
    'workflow-failed': { limit, workflow: workflowOf(7), status: ['failed'] },
    'job-failed': { limit, origin: ['job'], status: ['failed'] },
    since: { limit, since: middle, before: middle + 500_000 },
    'search-common': { limit, query: 'workflow' },
    'search-title': { limit, query: 'number 7' },
    'search-one-of-many': { limit, query: `matter ${Math.floor(runs / 10) * 5}` },
    'search-very-many': { limit, query: 'matter' },
    'search-none': { limit, query: 'zebra' },
    'search-failed': { limit, query: 'number', status: ['failed'] },
  };
}
