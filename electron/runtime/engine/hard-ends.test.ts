// Ends that something comes in between: large outputs that are gone, a hold that comes as the run ends, a store that throws.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { cleanUpNode } from '../nodes/clean-up.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { setVariableNode } from '../nodes/set-variable.node.ts';

let lab: EngineLab;
let ran: string[] = [];
let gate: Promise<void> = Promise.resolve();
afterEach(() => lab.close());

const tells = testNode('test.tells', {
  effect: 'idempotent',
  run: async ({ config, scope }) => {
    ran.push(String(config.tag));
    return { out: scope.input };
  },
});
const large = testNode('test.large', { inputs: [], run: async () => ({ out: 'x'.repeat(40_000) }) });
const waits = testNode('test.waits', { effect: 'idempotent', run: async () => gate.then(() => ({ out: null })) });
const fails = testNode('test.fails', { run: () => Promise.reject(new AppError('it-broke', 'It broke.')) });
const nodes = [tells, large, waits, fails, cleanUpNode, setVariableNode] as AnyNodeType[];
const tell = (id: string) => ({ id, kind: 'test.tells', config: { tag: id } });
const withBoth = { kind: 'flow.clean-up', config: { when: 'both', seconds: 20 } };

function open(): void {
  ran = [];
  gate = Promise.resolve();
  lab = openLab(nodes);
}

/** Lets the run come to its node that waits, then restarts the host with the large outputs gone. */
async function leaveWithoutOutputs(document: WorkflowDocument): Promise<RunId> {
  open();
  gate = new Promise(() => {});
  const id = lab.start(document);
  await until(() => lab.events(id).some((event) => event.type === 'step-start' && event.node === 'w'), 'it waits');
  expect(lab.events(id).some((event) => event.type === 'step-done' && event.large !== undefined)).toBe(true);
  await lab.reopen();
  rmSync(join(lab.folder, 'blobs'), { recursive: true });
  gate = Promise.resolve();
  return id;
}

test('a completed step whose large output is gone ends the run; it is not taken for a failed step', async () => {
  const document = graph(
    [{ id: 'l', kind: 'test.large', onError: 'continue' }, { id: 'w', kind: 'test.waits' }, tell('after'), tell('other')],
    ['l>w', 'w>after', 'l.error>other'],
  );
  const id = await leaveWithoutOutputs(document);
  lab.lab.engine.resumeUnfinished();
  expect(await lab.end(id)).toMatchObject({ status: 'failed', error: { code: 'large-value-missing' } });
  expect(ran).toEqual([]);
});

test('what cleans up and reads a large output that is gone does not keep the run from ending', async () => {
  const document = graph(
    [
      { id: 'l', kind: 'test.large' },
      { id: 'f', kind: 'test.fails' },
      { id: 'c', ...withBoth },
      { id: 'w', kind: 'test.waits' },
    ],
    ['l>f', 'c.out>w'],
  );
  const id = await leaveWithoutOutputs(document);
  lab.lab.engine.resumeUnfinished();
  expect(await lab.end(id)).toMatchObject({ status: 'failed', error: { code: 'it-broke' } });
});

test('a variable that is gone ends the run, clean-up or not', async () => {
  const document: WorkflowDocument = {
    ...graph(
      [
        { id: 'l', kind: 'test.large' },
        { id: 's', kind: 'flow.set-variable', config: { name: 'v', value: '{{ input }}' } },
        { id: 'w', kind: 'test.waits' },
        { id: 'c', ...withBoth },
        tell('in-clean-up'),
      ],
      ['l>s', 's>w', 'c.out>in-clean-up'],
    ),
    variables: [{ name: 'v', schema: { type: 'string' }, initial: '' }],
  };
  const id = await leaveWithoutOutputs(document);
  lab.lab.engine.resumeUnfinished();
  expect(await lab.end(id)).toMatchObject({ status: 'failed', error: { code: 'large-value-missing' } });
});

test('a hold that comes while the end of a run goes to disk does not bring it back', async () => {
  open();
  const { runs } = lab.lab.ports.store;
  const append = runs.append.bind(runs);
  let paused: Promise<unknown> | undefined;
  runs.append = (run, event) => {
    const kept = append(run, event);
    // The end is on its way to the disk: that takes a while when it has a large output.
    if (event.type === 'run-end') paused = lab.lab.engine.pause(run).catch(() => undefined);
    return kept;
  };
  const id = lab.start(graph([{ id: 'w', kind: 'test.waits' }]));
  await until(() => paused !== undefined, 'it ends');
  await paused;
  expect((await lab.end(id)).status).toBe('done');
  expect(runs.get(id)?.status).toBe('done');
  await lab.reopen();
  expect(lab.lab.ports.store.runs.listUnfinished()).toEqual([]);
});

test('a store that throws puts the run aside like one that refuses', async () => {
  open();
  const { runs } = lab.lab.ports.store;
  const append = runs.append.bind(runs);
  let throws = true;
  runs.append = (run, event) => {
    if (throws && event.type === 'step-skipped') throw new AppError('disk-failed', 'The disk failed.');
    return append(run, event);
  };
  const id = lab.start(
    graph([{ id: 'w', kind: 'test.waits', onError: 'continue' }, tell('never'), tell('after')], ['w.error>never', 'w>after']),
  );
  setTimeout(() => {
    throws = false;
  }, 500);
  expect((await lab.end(id)).status).toBe('done');
  expect(lab.events(id).map((event) => event.type)).toContain('step-skipped');
  expect(ran).toEqual(['after']);
});

test('a queued run that is stopped while the disk is full ends as soon as that can be kept', async () => {
  open();
  lab.lab.settings.change({ isPaused: true });
  const { runs } = lab.lab.ports.store;
  const id = lab.start(graph([tell('t')]));
  await runs.flush();
  expect(runs.get(id)?.status).toBe('queued');
  const append = runs.append.bind(runs);
  runs.append = (run, event) => {
    runs.append = append;
    expect(event.type).toBe('run-end');
    return { seq: 0, durable: Promise.reject(new AppError('disk-full', `No room for ${run}.`)) };
  };
  await expect(lab.lab.engine.cancel(id)).rejects.toMatchObject({ code: 'stop-not-kept' });
  expect((await lab.end(id)).status).toBe('cancelled');
  expect(ran).toEqual([]);
});
