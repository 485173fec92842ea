// Runs as someone has them who looks into why one failed: a run with a large output and a log that failed after two attempts, its
// fork once the cause was mended, one with another sum, a replay, a pinned node and a run that is held step by step. Made through
// the contract alone.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { RunId, WorkflowId } from '../../shared/model/ids.ts';
import { isRunOver, type RunSummary } from '../../shared/model/run.ts';
import { type WorkflowDocument, workflowDocument } from '../../shared/model/workflow.ts';

export interface DemoPast {
  workflow: WorkflowId;
  /** Failed at its fourth step, after two attempts. */
  failed: RunId;
  /** The failed one, taken up again once the file was there. */
  mended: RunId;
  /** The mended one with another sum. */
  changed: RunId;
  replayed: RunId;
  /** Stepped through, before its third step. */
  held: RunId;
}

const rows = 32_000;
const script = `const rows = [];
for (let i = 0; i < ${rows}; i += 1) rows.push({ day: (i % 7) + 1, shop: 'Shop ' + (i % 12), sold: (i * 37) % 91 });
console.log('Read ' + rows.length + ' lines of ' + 12 + ' shops.');
console.warn('Shop 7 sent its Tuesday twice; the second one counts.');
return rows;`;

const nodes = [
  ['week', 'flow.input', 'Week', { name: 'week', label: 'Which week?', type: 'number', required: true, default: 47 }],
  ['figures', 'data.code', 'Read figures', { code: script, seconds: 60 }],
  ['sum', 'data.transform', 'Sum up', { expression: '{ "shops": 12, "sold": $sum(input.sold) }' }],
  ['targets', 'data.read-file', 'Compare with targets', {}],
  ['report', 'data.template', 'Report', { text: '# Week {{ vars.week }}\n\nSold: {{ steps.sum.sold }}\n\n{{ input.text }}' }],
  ['out', 'flow.output', 'Result', { name: 'report' }],
  ['all', 'flow.output', 'All figures', { name: 'figures' }],
] as const;

function weeklyFigures(targets: string): WorkflowDocument {
  const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } });
  return workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Weekly figures',
    description: 'Sums up what was sold in a week and sets it beside the targets.',
    nodes: nodes.map(([id, kind, title, config], index) => ({
      id,
      kind,
      title,
      config: id === 'targets' ? { path: targets } : config,
      position: id === 'all' ? { x: 504, y: 150 } : { x: index * 252, y: 0 },
      ...(id === 'targets' ? { retry: { times: 1, delayMs: 400 } } : {}),
    })),
    edges: [
      edge('week', 'figures'),
      edge('figures', 'sum'),
      edge('figures', 'all'),
      edge('sum', 'targets'),
      edge('targets', 'report'),
      edge('report', 'out'),
    ],
  });
}

async function until(client: HostClient, id: RunId, isThere: (run: RunSummary) => boolean): Promise<RunId> {
  const end = Date.now() + 60_000;
  for (;;) {
    const { run } = await client.runs.get({ id, brief: true });
    if (isThere(run)) return id;
    if (Date.now() > end) throw new Error(`Run ${run.number} of the demo is ${run.status}: ${run.error?.message ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const over = (client: HostClient, id: RunId): Promise<RunId> => until(client, id, (run) => isRunOver(run.status));

export async function seedPast(client: HostClient, home: string): Promise<DemoPast> {
  const folder = path.join(home, 'Documents/Figures');
  mkdirSync(folder, { recursive: true });
  const targets = path.join(folder, 'targets.md');
  const document = weeklyFigures(targets);
  const stored = await client.workflows.create({ document });
  const grant = { tools: [], folders: [folder] };
  const start = { workflow: { id: stored.id }, inputs: { week: 47 }, grant };
  const failed = await over(client, (await client.runs.start(start)).id);
  writeFileSync(targets, 'Target of the week: 1,000,000\nTarget of the year: 52,000,000\n');
  const mended = await over(client, (await client.runs.fork({ id: failed })).id);
  const outputs = { out: { shops: 11, sold: 998_400 } };
  const changed = await over(client, (await client.runs.fork({ id: mended, step: 'sum', outputs })).id);
  const replayed = await over(client, (await client.runs.replay({ id: mended })).id);
  await client.workflows.save({
    id: stored.id,
    revision: stored.revision,
    document: { ...document, nodes: document.nodes.map((node) => (node.id === 'sum' ? { ...node, pinned: outputs } : node)) },
  });
  const { id: held } = await client.runs.start({ ...start, stepThrough: true });
  await until(client, held, (run) => run.status === 'paused');
  await client.runs.stepOnce({ id: held });
  await client.runs.stepOnce({ id: held });
  await until(client, held, (run) => run.stepsDone >= 2);
  return { workflow: stored.id, failed, mended, changed, replayed, held };
}
