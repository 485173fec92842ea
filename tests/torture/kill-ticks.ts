// A job of the kill torture that is due every second and starts by itself: each time that is kept as started has one run that ends
// and one line in the ledger, and nothing else has.

import { setTimeout as sleep } from 'node:timers/promises';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { JobId, RunId } from '../../shared/model/ids.ts';
import type { DueRun } from '../../shared/model/job.ts';
import { isRunOver, type RunSummary } from '../../shared/model/run.ts';
import { parseWorkflowDocument } from '../../shared/model/workflow.ts';

const document = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Tick',
  nodes: [
    { id: 'start', kind: 'trigger.schedule', config: { mode: 'every', every: 1, unit: 'seconds', missed: 'once' } },
    { id: 'record', kind: 'tool.call', config: { server: 'ledger', tool: 'record', args: { key: 'due {{ input.dueAt }}' } } },
  ].map((node) => ({ position: { x: 0, y: 0 }, ...node })),
  edges: [{ id: 'e', from: { node: 'start', port: 'out' }, to: { node: 'record', port: 'in' } }],
});

export const isTickLine = (line: string): boolean => line.startsWith('due ');
const lineOf = (dueAt: number): string => `due ${new Date(dueAt).toISOString()}`;

export async function turnTicksOn(client: HostClient): Promise<JobId> {
  const { id: workflow } = await client.workflows.create({ document });
  const grant = { tools: [{ server: 'ledger' as never, tool: 'record', effect: 'allow' as const }], folders: [] };
  return (await client.jobs.turnOn({ workflow, node: 'start', grant })).id;
}

/** The line that a run of the job writes; undefined for other runs. */
export const tickLineOf = ({ origin }: RunSummary): string | undefined =>
  origin.kind === 'job' && origin.dueAt !== undefined ? lineOf(origin.dueAt) : undefined;

/** Turns the job off, waits until its runs have ended, and compares. */
export async function judgeTicks(
  client: HostClient,
  job: JobId,
  ledger: () => readonly string[],
  deadline: number,
  complain: (line: string) => void,
): Promise<{ ticks: number; lost: number; duplicated: number; stuck: number }> {
  await client.jobs.turnOff({ id: job });
  const rows = await startedRows(client, job);
  const counts = { ticks: rows.length, lost: 0, duplicated: 0, stuck: 0 };
  for (const { run } of rows) {
    const status = run === undefined ? undefined : await endOf(client, run, deadline);
    if (status === 'done') continue;
    if (status === undefined) counts.lost += 1;
    else counts.stuck += 1;
    complain(`a due run ${run} is ${status ?? 'not there'}`);
  }
  const lines = ledger().filter(isTickLine);
  const times = new Map<string, number>();
  for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
  for (const { dueAt } of rows) {
    const line = lineOf(dueAt);
    if (times.get(line) !== 1) complain(`${line} is in the ledger ${times.get(line) ?? 0} times`);
    if (!times.has(line)) counts.lost += 1;
    counts.duplicated += Math.max(0, (times.get(line) ?? 1) - 1);
    times.delete(line);
  }
  for (const line of times.keys()) complain(`${line} is in the ledger, and no due run was started then`);
  counts.lost += times.size;
  return counts;
}

async function startedRows(client: HostClient, job: JobId): Promise<DueRun[]> {
  const rows: DueRun[] = [];
  for (let before: number | undefined; ; before = rows.at(-1)?.dueAt) {
    const page = await client.jobs.listPast({ job, state: ['started'], limit: 500, ...(before === undefined ? {} : { before }) });
    rows.push(...page);
    if (page.length < 500) return rows;
  }
}

async function endOf(client: HostClient, id: RunId, deadline: number): Promise<RunSummary['status'] | undefined> {
  for (;;) {
    const found = await client.runs.get({ id }).catch(() => undefined);
    if (found === undefined || isRunOver(found.run.status) || Date.now() > deadline) return found?.run.status;
    await sleep(20);
  }
}
