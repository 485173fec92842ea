// Runs with nobody there, through the real engine, store and file port: what their grant does not name waits for a person.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Grant, InboxItem } from '../../../shared/model/grant.ts';
import type { JobId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { type EngineLab, graph, openLab, until } from '../../../tests/helpers/engine-lab.ts';
import { createFiles } from '../../adapters/files/files.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { httpRequestNode } from '../nodes/http-request.node.ts';
import { subWorkflowNode } from '../nodes/sub-workflow.node.ts';
import { writeFileNode } from '../nodes/write-file.node.ts';
import type { NetRequest, Ports, StoredJob } from '../ports.ts';

const nodes = [httpRequestNode, subWorkflowNode, writeFileNode] as AnyNodeType[];
const job = 'job1' as JobId;
let lab: EngineLab;
let folder: string;
let outFile: string;
const requests: NetRequest[] = [];
let onward: string | undefined;
const net = {
  request: async (request: NetRequest) => {
    requests.push(request);
    if (onward !== undefined) request.allow.mayGoOn?.(onward);
    return { status: requests.length === 1 && request.url.includes('flaky') ? 503 : 200, headers: {}, url: request.url, body: 'ok' };
  },
} as Ports['net'];

beforeEach(() => {
  requests.length = 0;
  onward = undefined;
  folder = mkdtempSync(join(tmpdir(), 'orrery-unattended-'));
  mkdirSync(join(folder, 'out'));
  outFile = join(folder, 'out', 'a.txt');
  lab = openLab(nodes, { files: createFiles({ closed: [] }), net });
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (text = 'hello') => graph([{ id: 'w', kind: 'data.write-file', config: { path: outFile, text } }], [], 'Nightly');
const fetch = (url: string, over: object = {}) =>
  graph([{ id: 'h', kind: 'tool.http-request', config: { method: 'POST', url, body: 'x' }, ...over }], [], 'Nightly');
const store = () => lab.lab.ports.store;
const openItems = (): InboxItem[] => store().inbox.list({ status: 'open', limit: 10 });

function startByJob(document: ReturnType<typeof graph>, grant: Partial<Grant> = {}): RunId {
  const full: Grant = { tools: [], folders: [], ...grant };
  const stored: StoredJob = {
    id: job,
    workflow: 'w' as WorkflowId,
    node: 't',
    kind: 'trigger.schedule',
    isOn: true,
    grant: full,
    inputs: {},
    createdAt: 1,
    updatedAt: 1,
    state: {},
  };
  store().jobs.put(stored);
  return lab.lab.engine.start({ document, inputs: {}, origin: { kind: 'job', job }, grant: full }).id;
}

async function asked(): Promise<InboxItem> {
  await until(() => openItems().length === 1, 'it asks');
  return openItems()[0] as InboxItem;
}
function answer(item: InboxItem, given: 'once' | 'always' | 'deny'): void {
  if (item.request.kind !== 'approval') throw new Error('not an approval');
  lab.lab.inbox.answer(item.id, { kind: 'approval', answer: given, hash: item.request.hash });
}

test('a file outside the granted folders waits over a restart, is shown exactly, and is written once it is allowed', async () => {
  const run = startByJob(write());
  const item = await asked();
  expect(item).toMatchObject({
    job,
    step: 'w',
    expiresAt: expect.any(Number),
    request: {
      kind: 'approval',
      server: 'files',
      tool: 'write_text',
      args: { path: outFile, text: 'hello' },
      action: 'Write a.txt',
      preview: { text: 'hello' },
    },
  });
  await lab.reopen();
  lab.lab.engine.resumeUnfinished();
  expect(openItems().map((each) => each.id)).toEqual([item.id]);
  expect(existsSync(outFile)).toBe(false);
  answer(item, 'once');
  expect((await lab.end(run)).status).toBe('done');
  expect(readFileSync(outFile, 'utf8')).toBe('hello');
  // Once was for that run: the next one asks again.
  startByJob(write());
  answer(await asked(), 'deny');
});

test('within its folders nothing is asked; the settings’ folders are not the job’s', async () => {
  lab.lab.settings.change({ folders: [join(folder, 'out')] });
  const run = startByJob(write());
  answer(await asked(), 'deny');
  expect(await lab.end(run)).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  expect(existsSync(outFile)).toBe(false);
  expect((await lab.end(startByJob(write(), { folders: [join(folder, 'out')] }))).status).toBe('done');
  expect(openItems()).toEqual([]);
});

test('always widens the grant of this job, so that its next run goes through', async () => {
  const run = startByJob(fetch('https://a.org/x'));
  answer(await asked(), 'always');
  expect((await lab.end(run)).status).toBe('done');
  expect(store().jobs.get(job)?.grant.hosts).toEqual(['a.org']);
  // What its run was started with does not count, but what the job may do now.
  const grant = { tools: [], folders: [] };
  const next = lab.lab.engine.start({ document: fetch('https://a.org/y'), inputs: {}, origin: { kind: 'job', job }, grant }).id;
  expect((await lab.end(next)).status).toBe('done');
  expect(requests.map(({ allow }) => allow.hosts)).toEqual([['a.org'], ['a.org']]);
});

test.each([
  ['https://b.org/y', 'denied'],
  ['https://a.org:8443/x', 'denied'],
  ['https://a.org/z', undefined],
])('a request that was allowed for once and is sent on to %s', async (address, code) => {
  onward = address;
  const run = startByJob(fetch('https://a.org/x'));
  answer(await asked(), 'once');
  const end = await lab.end(run);
  expect(end.error?.code).toBe(code);
  if (code !== undefined) expect(end.error).toMatchObject({ message: expect.stringContaining('not what you allowed') });
});

test('a workflow that it runs is held to the same grant', async () => {
  store().workflows.insert({ ...write('by the child'), id: 'child' as WorkflowId, revision: 1, createdAt: 1, updatedAt: 1 });
  const run = startByJob(graph([{ id: 's', kind: 'flow.workflow', config: { workflow: 'child', inputs: [] } }]));
  const item = await asked();
  expect(item.job).toBe(job);
  answer(item, 'once');
  expect((await lab.end(run)).status).toBe('done');
  expect(readFileSync(outFile, 'utf8')).toBe('by the child');
});

test('each attempt of a step asks for itself; a no is not tried again', async () => {
  const run = startByJob(fetch('https://flaky.org/x', { retry: { times: 3, delayMs: 0 } }));
  const first = await asked();
  answer(first, 'once');
  await until(() => openItems().length === 1 && openItems()[0]?.id !== first.id, 'it asks again');
  answer(openItems()[0] as InboxItem, 'deny');
  expect(await lab.end(run)).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  expect(requests).toHaveLength(1);
  expect(openItems()).toEqual([]);
});

test('a question that a crash cut off before the journal knew of it is asked once, and nobody is asked whether it happened', async () => {
  const run = startByJob(fetch('https://a.org/x'));
  const item = await asked();
  await lab.reopen();
  // As after a crash between the question and its row: the journal knows only that the step began.
  const events = lab.events(run);
  expect(events.map((event) => event.type)).toContain('step-waiting');
  const other = lab.lab.ports.ids.next() as RunId;
  const details = store().runs.getDetails(run);
  if (details === undefined) throw new Error('no run');
  store().runs.create({ ...details, id: other });
  const begun = events.find((event) => event.type === 'step-start');
  if (begun === undefined) throw new Error('no step began');
  await store().runs.append(other, begun).durable;
  store().inbox.insert({ ...item, id: 'cut' as InboxItem['id'], run: other });
  lab.lab.engine.resumeUnfinished();
  await until(() => lab.events(other).some((event) => event.type === 'step-waiting'), 'it waits again');
  expect(openItems().map((each) => [each.run, each.request.kind])).toEqual(
    expect.arrayContaining([
      [run, 'approval'],
      [other, 'approval'],
    ]),
  );
  expect(openItems().filter((each) => each.run === other && each.request.kind === 'unknown-outcome')).toEqual([]);
  expect(requests).toEqual([]);
});

test('“always” says exactly what it would add, and adds no more', async () => {
  startByJob(write());
  const file = await asked();
  expect(file.request).toMatchObject({ always: [`Read, write and remove everything in ${join(folder, 'out')}`] });
  answer(file, 'always');
  await until(() => existsSync(outFile), 'it is written');
  expect(store().jobs.get(job)?.grant).toMatchObject({ tools: [], folders: [join(folder, 'out')] });
  startByJob(fetch('https://api.example.org/x'));
  expect((await asked()).request).toMatchObject({ always: ['Send anything to api.example.org'] });
});
