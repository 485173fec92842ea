// Jobs in a real browser on a real host: turned on from the editor with what the graph names, started, held, asked for what is
// outside the grant, and let go on.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { type WorkflowDocument, workflowDocument } from '../../shared/model/workflow.ts';
import { type App, type DemoApp, eventually, pictureOfFailure, settled, startDemoApp } from './app-kit.ts';

let demo: DemoApp;
let app: App;
let notes: string;

/** A row of nodes, each fed by the one before it. */
function line(name: string, nodes: readonly [id: string, kind: string, config: JsonObject][]): WorkflowDocument {
  return workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name,
    nodes: nodes.map(([id, kind, config], index) => ({ id, kind, title: id, config, position: { x: index * 252, y: 0 } })),
    edges: nodes.slice(1).map(([id], index) => ({
      id: `e${index}`,
      from: { node: nodes[index]?.[0], port: 'out' },
      to: { node: id, port: 'in' },
    })),
  });
}

const daily: JsonObject = { mode: 'cron', cron: '0 8 * * *', zone: '', every: 1, unit: 'hours', missed: 'skip' };
const client = () => demo.attached.client;
const create = (document: WorkflowDocument) => client().workflows.create({ document });
const statusOf = async (id: string) => (await client().runs.list({ limit: 50, query: '' })).find((run) => run.id === id)?.status;

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1280, height: 800 });
  app = demo.app;
  notes = path.join(demo.home, 'Notes');
  mkdirSync(notes, { recursive: true });
  writeFileSync(path.join(notes, 'plan.md'), '# Plan\n');
});
afterEach(pictureOfFailure('jobs', () => app.page));
afterAll(() => demo?.close());

test('a trigger is turned on with what the graph names, and its job may do that and runs', async () => {
  const { page } = app;
  const { id } = await create(
    line('Morning list', [
      ['Daily', 'trigger.schedule', daily],
      ['List', 'tool.call', { server: 'files', tool: 'list_folder', args: { path: notes } }],
      ['Result', 'flow.output', { name: 'result' }],
    ]),
  );
  await app.go(`/workflows/${id}`);
  await page.getByRole('switch', { name: 'Turn “Daily” on' }).click();
  const dialog = page.getByRole('dialog', { name: 'What may it do while you are away?' });
  await dialog.getByText('~/Notes', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: /Files files/ }).waitFor();
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('switch', { name: 'Turn “Daily” off' }).waitFor();
  // The card on the canvas says that it is on.
  await page.locator('.react-flow__node[data-id="Daily"] .wf-state[data-state="on"]').waitFor();
  const [job] = await client().jobs.list({ workflow: id });
  expect(job).toMatchObject({
    isOn: true,
    grant: { tools: [{ server: 'files', tool: 'list_folder', effect: 'allow' }], folders: [notes] },
  });

  await app.go(`/jobs/${job?.id}`);
  await settled(page);
  await page.getByRole('region', { name: 'The chosen job' }).getByText('Every day at 08:00').first().waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForURL(/#\/runs\//);
  const run = decodeURIComponent(page.url().split('/runs/')[1] ?? '');
  await eventually(() => statusOf(run)).toBe('done');
  await app.go('/jobs/next');
  await page.getByText('Morning list').first().waitFor();
});

test('what is outside its grant is asked for, with the job named and a time by which it counts as refused', async () => {
  const { page } = app;
  const { id } = await create(
    line('Write far away', [
      ['Called', 'trigger.webhook', { method: 'POST', missed: 'skip' }],
      ['Write', 'tool.call', { server: 'files', tool: 'write_text', args: { path: path.join(notes, 'far.md'), text: 'x' } }],
    ]),
  );
  const job = await client().jobs.turnOn({ workflow: id, node: 'Called', grant: { tools: [], folders: [] }, inputs: {} });
  const run = await client().jobs.runNow({ id: job.id });
  await eventually(() => statusOf(run.id)).toBe('waiting');
  await app.go(`/jobs/${job.id}`);
  await page.getByRole('button', { name: 'Answer in the inbox' }).click();
  await page.getByText('The job “Write far away” asks, with nobody there.').waitFor();
  await page.getByText(/Counts as “don’t” on /).waitFor();
  await page.getByRole('button', { name: 'Always for this job' }).waitFor();
  await page.getByRole('button', { name: 'Don’t', exact: true }).click();
  await eventually(() => statusOf(run.id)).toBe('failed');
});

test('everything is held and let go on from the status bar; what waits can be put first', async () => {
  const { page } = app;
  const { id } = await create(
    line('Quick', [
      ['Start', 'trigger.manual', {}],
      ['Words', 'data.template', { text: 'done' }],
    ]),
  );
  await app.go('/jobs/now');
  const bar = page.getByRole('region', { name: 'Status' });
  await bar.getByRole('button', { name: 'Pause everything' }).click();
  await bar.getByText('Everything is paused').waitFor();
  const runs = [await client().runs.start({ workflow: { id }, inputs: {} }), await client().runs.start({ workflow: { id }, inputs: {} })];
  const second = runs[1]?.number;
  await page.getByRole('button', { name: `Priority of run ${second}: Normal` }).click();
  await page.getByRole('menuitem', { name: 'Before all others' }).click();
  await page.getByRole('button', { name: `Priority of run ${second}: Before all others` }).waitFor();
  await eventually(async () => (await client().queue.get()).entries.find((entry) => entry.state === 'queued')?.number).toBe(second);
  await bar.getByRole('button', { name: 'Go on' }).click();
  for (const { id: run } of runs) await eventually(() => statusOf(run)).toBe('done');
});

test('a pattern says what it means, and what is wrong with it', async () => {
  const { page } = app;
  const { id } = await create(line('Patterns', [['Daily', 'trigger.schedule', daily]]));
  await app.go(`/workflows/${id}`);
  await page.locator('.react-flow__node[data-id="Daily"]').dblclick();
  const inspector = page.locator('[data-inspector]');
  await inspector.getByText(/^Next: /).waitFor();
  await inspector.getByText(/^Every day at 08:00/).waitFor();
  await inspector.getByLabel('Pattern').fill('99 8 * * *');
  await eventually(async () => (await inspector.getByRole('status').allTextContents()).join(' ')).toMatch(/99/);
});
