// Jobs as someone has them after a few days: on and off, one in trouble, one that waits for an answer, one with a run that goes and
// two that wait behind it. Made through the contract; only the night in which the host was closed is put into its database, since
// no call makes time pass.

import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openMarker } from '../../electron/adapters/sqlite/inspect.ts';
import { dueIdAt } from '../../electron/runtime/triggers/firing.ts';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { Grant } from '../../shared/model/grant.ts';
import type { JobId, ServerId } from '../../shared/model/ids.ts';
import type { Job } from '../../shared/model/job.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import { workflowDocument } from '../../shared/model/workflow.ts';

export interface DemoJobs {
  hourly: JobId;
  invoices: JobId;
  webhook: JobId;
  changed: JobId;
  workflows: { digest: string };
}

/** A row of nodes, each fed by the one before it. */
function line(name: string, nodes: readonly [kind: string, title: string, config: JsonObject][], more: object = {}): WorkflowDocument {
  const id = (index: number): string => `n${index + 1}`;
  return workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name,
    nodes: nodes.map(([kind, title, config], index) => ({ id: id(index), kind, title, config, position: { x: index * 252, y: 0 } })),
    edges: nodes.slice(1).map((_, index) => ({
      id: `e${index + 1}`,
      from: { node: id(index), port: 'out' },
      to: { node: id(index + 1), port: 'in' },
    })),
    ...more,
  });
}

const nothing: Grant = { tools: [], folders: [] };

async function turnOn(client: HostClient, document: WorkflowDocument, grant: Partial<Grant> = {}): Promise<Job> {
  const { id } = await client.workflows.create({ document });
  return client.jobs.turnOn({ workflow: id, node: 'n1', grant: { ...nothing, ...grant }, inputs: {} });
}

const schedule = (cron: string, missed: 'skip' | 'once' | 'all' = 'skip'): JsonObject => ({
  mode: 'cron',
  cron,
  zone: '',
  every: 1,
  unit: 'hours',
  missed,
});

async function waitFor(isThere: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await isThere())) {
    if (Date.now() > end) throw new Error('The demo’s jobs did not come to where they should be.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One run that goes for ten minutes and two that wait behind it. Last: a start of the host would ask whether its step happened. */
export async function seedQueue(client: HostClient): Promise<void> {
  const work: JsonObject = { server: 'everything', tool: 'trigger-long-running-operation', args: { duration: 600, steps: 60 } };
  const { id } = await client.workflows.create({
    document: line(
      'Nightly export',
      [
        ['trigger.manual', 'Start', {}],
        ['data.template', 'Header', { text: 'Export' }],
        ['tool.call', 'Export', work],
        ['flow.output', 'Result', { name: 'result' }],
      ],
      { maxRuns: 1 },
    ),
  });
  const grant: Grant = {
    tools: [{ server: 'everything' as ServerId, tool: 'trigger-long-running-operation', effect: 'allow' }],
    folders: [],
  };
  for (let count = 0; count < 3; count += 1) await client.runs.start({ workflow: { id }, inputs: {}, grant });
  await waitFor(async () => (await client.queue.get()).entries.length >= 3);
}

export async function seedJobs(client: HostClient, home: string, notes: string): Promise<DemoJobs> {
  const downloads = path.join(home, 'Downloads');
  const scans = path.join(home, 'Scans');
  mkdirSync(downloads, { recursive: true });
  mkdirSync(scans, { recursive: true });
  const list = (folder: string): [string, string, JsonObject] => [
    'data.list-folder',
    'List folder',
    { path: folder, recursive: false, limit: 1000 },
  ];
  const digest = await turnOn(
    client,
    line('Morning digest', [
      ['trigger.schedule', 'Every weekday', schedule('0 8 * * 1-5', 'once')],
      list(notes),
      ['data.template', 'Digest', { text: '{{ input.size }} notes' }],
      ['data.write-file', 'Write digest', { path: path.join(notes, 'digest.md'), text: '{{ input }}' }],
    ]),
    { folders: [notes], tools: [{ server: 'files' as ServerId, tool: '*', effect: 'allow' }] },
  );
  const hourly = await turnOn(
    client,
    line('Watch the downloads', [
      ['trigger.schedule', 'Every hour', schedule('0 * * * *')],
      list(downloads),
      ['flow.output', 'Result', { name: 'result' }],
    ]),
    { folders: [downloads] },
  );
  for (let count = 0; count < 3; count += 1) await client.jobs.runNow({ id: hourly.id });
  const invoices = await turnOn(
    client,
    line('File new scans', [
      ['trigger.files', 'When a scan lands', { path: scans, pattern: '*.pdf', added: true }],
      ['flow.output', 'Result', { name: 'result' }],
    ]),
    { folders: [scans] },
  );
  const webhook = await turnOn(
    client,
    line('Note from the phone', [
      ['trigger.webhook', 'When it is called', { method: 'POST', missed: 'skip' }],
      ['data.template', 'Words', { text: '# From the phone\n' }],
      [
        'tool.call',
        'Keep it',
        { server: 'files', tool: 'write_text', args: { path: path.join(home, 'Phone', 'note.md'), text: '{{ input }}' } },
      ],
    ]),
    { hosts: ['api.northwind.example'] },
  );
  const tidying = (more: [string, string, JsonObject][]): WorkflowDocument =>
    line('Tidy the downloads', [['trigger.schedule', 'Every evening', schedule('0 20 * * *')], list(downloads), ...more]);
  const changed = await turnOn(client, tidying([['flow.output', 'Result', { name: 'result' }]]), { folders: [downloads] });
  const before = await client.workflows.get({ id: changed.workflow });
  // Someone has changed what it does since it was turned on.
  await client.workflows.save({
    id: before.id,
    revision: before.revision,
    document: tidying([
      ['tool.http-request', 'Tell the server', { method: 'POST', url: 'https://files.northwind.example/list', body: '{{ input }}' }],
      ['flow.output', 'Result', { name: 'result' }],
    ]),
  });
  const off = await turnOn(client, line('Weekly review', [['trigger.schedule', 'Fridays', schedule('0 16 * * 5')], list(notes)]), {
    folders: [notes],
  });
  await client.jobs.turnOff({ id: off.id });
  await client.jobs.runNow({ id: webhook.id });
  await waitFor(async () => (await client.inbox.list({ status: 'open', limit: 50 })).some((item) => item.job === webhook.id));
  await waitFor(async () => (await client.runs.list({ job: hourly.id, limit: 5, query: '' })).every((run) => run.status === 'done'));
  rmSync(scans, { recursive: true });
  return { hourly: hourly.id, invoices: invoices.id, webhook: webhook.id, changed: changed.id, workflows: { digest: digest.workflow } };
}

const hour = 3_600_000;

/** The host was closed for this long: what it stored last, and the times that were due, lie so far back. Only while no host is open. */
export function passHours(databaseFile: string, job: JobId, hours: number): void {
  const database = new Database(databaseFile);
  try {
    const from = Date.now() - hours * hour;
    const first = Math.ceil(from / hour) * hour;
    database.prepare('update host_seen set at = ?').run(from);
    database.prepare("update jobs set state = json_set(state, '$.handledTo', ?) where id = ?").run(from, job);
    database.prepare("update due_runs set due_at = ?, id = ? where job = ? and state = 'due'").run(first, dueIdAt(job, first), job);
  } finally {
    database.close();
    // Closing plays the log in and removes it: without this the host would tell of a log that somebody took away.
    rmSync(openMarker(databaseFile), { force: true });
  }
}
