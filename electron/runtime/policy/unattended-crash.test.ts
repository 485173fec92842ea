// A call that waited for an approval, and was allowed meanwhile by a wider grant: a crash in the middle of it must not do it again.

import { afterEach, expect, test } from 'vitest';
import type { JobId, WorkflowId } from '../../../shared/model/ids.ts';
import { type EngineLab, graph, openLab, until } from '../../../tests/helpers/engine-lab.ts';
import { createFiles } from '../../adapters/files/files.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { httpRequestNode } from '../nodes/http-request.node.ts';
import type { NetRequest, Ports } from '../ports.ts';

const job = 'job1' as JobId;
let lab: EngineLab;
afterEach(() => lab.close());

test.each(['kept', 'lost by a crash'])('with the row that says that it waits %s', async (row) => {
  const requests: NetRequest[] = [];
  let answers = false;
  const request = async (asked: NetRequest) => {
    requests.push(asked);
    if (!answers) await new Promise(() => {});
    return { status: 200, headers: {}, url: asked.url, body: 'ok' };
  };
  let losesRow = row !== 'kept';
  lab = openLab([httpRequestNode] as AnyNodeType[], { files: createFiles({ closed: [] }), net: { request } as Ports['net'] });
  const { runs } = lab.lab.ports.store;
  const append = runs.append.bind(runs);
  // The question is stored before the row that says so: a crash can come between.
  runs.append = (run, event) => {
    if (event.type !== 'step-waiting' || !losesRow) return append(run, event);
    return { seq: 0, durable: new Promise(() => {}) };
  };
  const grant = { tools: [], folders: [] };
  const stored = { id: job, workflow: 'w' as WorkflowId, node: 't', kind: 'trigger.schedule', isOn: true, grant, inputs: {} };
  lab.lab.ports.store.jobs.put({ ...stored, createdAt: 1, updatedAt: 1, state: {} });
  const document = graph([{ id: 'h', kind: 'tool.http-request', config: { method: 'POST', url: 'https://a.org/x', body: 'x' } }]);
  const { id } = lab.lab.engine.start({ document, inputs: {}, origin: { kind: 'job', job }, grant });
  await until(() => lab.lab.ports.store.inbox.openCount() === 1, 'it asks');
  await until(() => row !== 'kept' || lab.lab.ports.store.runs.get(id)?.status === 'waiting', 'it waits');
  await lab.reopen();
  losesRow = false;
  lab.lab.ports.store.jobs.put({ ...stored, grant: { ...grant, hosts: ['a.org'] }, createdAt: 1, updatedAt: 2, state: {} });
  lab.lab.engine.resumeUnfinished();
  await until(() => requests.length === 1, 'it is sent');
  await lab.reopen();
  answers = true;
  lab.lab.engine.resumeUnfinished();
  const open = () => lab.lab.ports.store.inbox.list({ status: 'open', limit: 9 }).find((item) => item.request.kind === 'unknown-outcome');
  await until(() => open() !== undefined || lab.lab.ports.store.runs.get(id)?.status === 'done', 'it asks whether it happened');
  expect(requests).toHaveLength(1);
  lab.lab.inbox.answer(open()?.id ?? ('' as never), { kind: 'unknown-outcome', answer: 'done' });
  expect((await lab.end(id)).status).toBe('done');
  expect(requests).toHaveLength(1);
});
