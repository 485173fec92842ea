import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { leave } from '../../../tests/helpers/left-run.ts';
import { askPersonNode } from '../nodes/ask-person.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { inputNode } from '../nodes/input.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { subWorkflowNode } from '../nodes/sub-workflow.node.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

let executed: string[] = [];
const work = (kind: string, effect: 'none' | 'idempotent' | 'once') =>
  testNode(kind, {
    effect,
    run: async ({ scope, config }) => {
      executed.push(`${config.tag}${scope.index === undefined ? '' : `#${scope.index}`}`);
      return { out: Number(scope.input ?? 0) + 1 };
    },
  });
const list = testNode('test.list', { inputs: [], run: async () => ({ out: [10, 20, 30] }) });
const choose = testNode('test.choose', {
  outputs: [
    { name: 'yes', label: 'Yes', schema: {} },
    { name: 'no', label: 'No', schema: {} },
  ],
  run: async () => ({ yes: 1 }),
});
const basics = [work('test.pure', 'none'), work('test.same', 'idempotent'), work('test.once', 'once'), list, choose] as AnyNodeType[];
const flow = [inputNode, outputNode, mergeNode, forEachNode, askPersonNode, subWorkflowNode] as AnyNodeType[];
const out = (id = 'result') => ({ id, kind: 'flow.output', config: { name: id } });
const step = (id: string, kind: string) => ({ id, kind, config: { tag: id } });

describe('a run taken up again', () => {
  const document = graph(
    [
      { id: 'v', kind: 'test.list' },
      { id: 'l', kind: 'flow.for-each', config: { concurrency: 1 } },
      step('a', 'test.pure'),
      step('b', 'test.same'),
      { id: 'c', kind: 'test.choose' },
      step('no', 'test.pure'),
      step('yes', 'test.same'),
      { id: 'm', kind: 'flow.merge', config: { mode: 'list' } },
      out(),
    ],
    ['v>l', 'l.item>a', 'a>b', 'l.done>m', 'c.no>no', 'c.yes>yes', 'no>m', 'yes>m', 'm>result'],
  );

  test('at every point of its journal goes on without doing a completed step again, and ends alike', async () => {
    lab = openLab([...basics, ...flow]);
    const whole = await lab.run(document);
    expect(whole.outputs).toEqual({ result: [[12, 22, 32], 2] });
    const rows = whole.events.slice(1);
    for (let kept = 0; kept < rows.length; kept += 1) {
      const id = await leave(lab, document, rows.slice(0, kept));
      executed = [];
      lab.lab.engine.resumeUnfinished();
      const end = await lab.end(id);
      expect({ kept, status: end.status, outputs: end.outputs }).toEqual({ kept, status: 'done', outputs: whole.outputs });
      const done = new Set(rows.slice(0, kept).flatMap((event) => (event.type === 'step-done' ? [event.step] : [])));
      expect(executed.filter((name) => done.has(name))).toEqual([]);
      const twice = lab.events(id).flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
      expect(new Set(twice).size).toBe(twice.length);
    }
  });

  test('after the host closed in the middle goes on', async () => {
    let isOpen = false;
    const gate = testNode('test.gate', {
      run: async ({ signal, scope }) => {
        if (isOpen) return { out: scope.input };
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'closed'))));
      },
    });
    lab = openLab([...basics, ...flow, gate]);
    executed = [];
    const id = lab.start(graph([step('a', 'test.same'), { id: 'g', kind: 'test.gate' }, out()], ['a>g', 'g>result']));
    await until(
      () => executed.length === 1 && lab?.events(id).some((event) => event.type === 'step-done') === true,
      'the first step is done',
    );
    await lab.reopen();
    isOpen = true;
    expect(lab.lab.ports.store.runs.get(id)?.status).toBe('running');
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end(id)).outputs).toEqual({ result: 1 });
    expect(executed).toEqual(['a']);
  });

  test('waits only for the rest of a retry’s delay, and counts the attempts before', async () => {
    const shaky = testNode('test.shaky', {
      run: async () => {
        throw new AppError('shaky', 'again');
      },
    });
    lab = openLab([shaky]);
    const shape = { code: 'shaky', message: 'again', retryable: false };
    const failed: RunEvent = {
      type: 'step-failed',
      at: 1,
      step: 's',
      node: 's',
      attempt: 2,
      ms: 0,
      error: shape,
      retryAt: Date.now() + 10,
    };
    const id = await leave(lab, graph([{ id: 's', kind: 'test.shaky', retry: { times: 2, delayMs: 3_600_000 } }]), [failed]);
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end(id)).status).toBe('failed');
    const attempts = lab.events(id).flatMap((event) => (event.type === 'step-failed' ? [event.attempt] : []));
    expect(attempts).toEqual([2, 3]);
  });

  test('whose graph can no longer be read ends as failed', async () => {
    lab = openLab([...basics, ...flow]);
    const id = await leave(lab, graph([{ id: 'x', kind: 'gone.kind' }]), []);
    lab.lab.engine.resumeUnfinished();
    const end = await lab.end(id);
    expect(end.error).toMatchObject({ code: 'workflow-invalid' });
    expect(end.error?.message).toContain('gone.kind');
  });
});

describe('a step with an effect', () => {
  const document = graph([step('o', 'test.once'), out()], ['o>result']);
  const intent: RunEvent = { type: 'step-start', at: 5, step: 'o', node: 'o', attempt: 1 };

  const crashed = async (): Promise<RunId> => {
    lab = openLab([...basics, ...flow]);
    executed = [];
    const id = await leave(lab, document, [intent]);
    lab.lab.engine.resumeUnfinished();
    await until(() => lab?.lab.ports.store.inbox.openCount() === 1, 'it asks');
    expect(executed).toEqual([]);
    return id;
  };
  const answer = (choice: 'done' | 'redo' | 'skip'): void => {
    const item = lab?.lab.ports.store.inbox.list({ status: 'open', limit: 1 })[0];
    expect(item?.request).toMatchObject({ kind: 'unknown-outcome', startedAt: 5 });
    if (item !== undefined) lab?.lab.inbox.answer(item.id, { kind: 'unknown-outcome', answer: choice });
  };

  test('keeps its intent before it begins and its result after', async () => {
    lab = openLab([...basics, ...flow]);
    const end = await lab.run(document);
    expect(end.events.map((event) => event.type).slice(0, 3)).toEqual(['run-start', 'step-start', 'step-done']);
  });

  test('asks about an unknown outcome and does it again only when told', async () => {
    const id = await crashed();
    answer('redo');
    expect((await lab?.end(id))?.outputs).toEqual({ result: 1 });
    expect(executed).toEqual(['o']);
    expect(lab?.events(id).filter((event) => event.type === 'step-start')).toHaveLength(2);
  });

  test('takes it as done when a person says so', async () => {
    const id = await crashed();
    answer('done');
    expect((await lab?.end(id))?.outputs).toEqual({ result: null });
    expect(executed).toEqual([]);
  });

  test('gives it up when a person says so, and the run goes on without it', async () => {
    const id = await crashed();
    answer('skip');
    expect((await lab?.end(id))?.status).toBe('done');
    expect(executed).toEqual([]);
    expect(lab?.events(id).some((event) => event.type === 'step-skipped' && event.step === 'result')).toBe(true);
  });

  test('still waits for that answer after another restart', async () => {
    const id = await crashed();
    await lab?.reopen();
    lab?.lab.engine.resumeUnfinished();
    await until(() => lab?.lab.ports.store.runs.get(id)?.status === 'waiting', 'it waits again');
    expect(lab?.lab.ports.store.inbox.openCount()).toBe(1);
    answer('redo');
    expect((await lab?.end(id))?.outputs).toEqual({ result: 1 });
  });

  test('that asked before its effect and has no answer simply asks again', async () => {
    lab = openLab([...basics, ...flow]);
    executed = [];
    const waiting = { type: 'step-waiting', at: 6, step: 'o', node: 'o', inbox: 'i1' } as RunEvent;
    const id = await leave(lab, document, [intent, waiting]);
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end(id)).status).toBe('done');
    const answered = { type: 'step-answered', at: 7, step: 'o', node: 'o', inbox: 'i1' } as RunEvent;
    const unknown = await leave(lab, document, [intent, waiting, answered]);
    lab.lab.engine.resumeUnfinished();
    await until(() => lab?.lab.ports.store.inbox.openCount() === 1, 'it asks');
    await lab.lab.engine.cancel(unknown);
    expect(lab.lab.ports.store.inbox.openCount()).toBe(0);
  });
});

describe('a question to a person', () => {
  test('makes the run wait over a restart, and goes on with the answer', async () => {
    lab = openLab([...basics, ...flow]);
    const id = lab.start(graph([{ id: 'q', kind: 'person.ask', config: { question: 'Which one?' } }, out()], ['q>result']));
    await until(() => lab?.lab.ports.store.runs.get(id)?.status === 'waiting', 'it waits');
    await lab.reopen();
    expect(lab.lab.ports.store.runs.get(id)?.status).toBe('waiting');
    const item = lab.lab.ports.store.inbox.list({ status: 'open', limit: 1 })[0];
    if (item !== undefined) lab.lab.inbox.answer(item.id, { kind: 'question', value: 'this' });
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end(id)).outputs).toEqual({ result: 'this' });
  });
});

describe('a run that waits for a person', () => {
  test.each(['none', 'once'] as const)('and is taken up again goes on waiting, without a word in between (%s)', async (effect) => {
    const asks = testNode('test.asks', {
      effect,
      needs: ['person'],
      run: async ({ use }) => {
        // As a tool server that has to start first.
        await new Promise((resolve) => setTimeout(resolve, 60));
        return { out: await use.person.ask('Which one?') };
      },
    });
    lab = openLab([...basics, ...flow, asks]);
    const id = lab.start(graph([{ id: 'q', kind: 'test.asks' }, out()], ['q>result']));
    await until(() => lab?.lab.ports.store.runs.get(id)?.status === 'waiting', 'it waits');
    await lab.reopen();
    const told: string[] = [];
    lab.lab.hub.onChange((run) => told.push(run.status));
    lab.lab.engine.resumeUnfinished();
    // Long enough for a wrong “running” to be told; it cannot make the test fail where none is.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(told).toEqual([]);
    expect(lab.lab.ports.store.runs.get(id)?.status).toBe('waiting');
    const item = lab.lab.ports.store.inbox.list({ status: 'open', limit: 1 })[0];
    if (item !== undefined) lab.lab.inbox.answer(item.id, { kind: 'question', value: 'this' });
    expect((await lab.end(id)).outputs).toEqual({ result: 'this' });
    const asked = lab.events(id).filter((event) => event.type === 'step-waiting');
    expect(asked).toHaveLength(1);
  });
});

describe('a workflow inside a workflow', () => {
  const store = (name: string, document: ReturnType<typeof graph>): void => {
    lab?.lab.ports.store.workflows.insert({ ...document, id: name as never, revision: 0, createdAt: 1, updatedAt: 1 });
  };
  const child = graph(
    [{ id: 'n', kind: 'flow.input', config: { name: 'n', type: 'number' } }, step('w', 'test.once'), out()],
    ['n>w', 'w>result'],
    'Child',
  );
  const parent = graph(
    [{ id: 's', kind: 'flow.workflow', config: { workflow: 'child', inputs: [{ name: 'n', value: '41' }] } }, out()],
    ['s>result'],
  );

  test('gives its outputs', async () => {
    lab = openLab([...basics, ...flow]);
    store('child', child);
    executed = [];
    const end = await lab.run(parent);
    expect(end.outputs).toEqual({ result: { result: 42 } });
    const [run] = lab.lab.ports.store.runs.list({ limit: 10 }).filter((each) => each.origin.kind === 'sub-workflow');
    expect(run?.origin).toEqual({ kind: 'sub-workflow', run: end.id, step: 's' });
    expect(executed).toEqual(['w']);
  });

  test('goes on after a restart in the middle of the child, which is not started twice', async () => {
    let isOpen = false;
    const gate = testNode('test.gate', {
      run: ({ scope }) => (isOpen ? Promise.resolve({ out: scope.input }) : new Promise<Record<string, JsonValue>>(() => {})),
    });
    lab = openLab([...basics, ...flow, gate]);
    store('child', graph([step('w', 'test.same'), { id: 'g', kind: 'test.gate' }, out()], ['w>g', 'g>result']));
    executed = [];
    const id = lab.start(graph([{ id: 's', kind: 'flow.workflow', config: { workflow: 'child' } }, out()], ['s>result']));
    await until(() => executed.length === 1, 'the child works');
    await lab.reopen();
    isOpen = true;
    lab.lab.engine.resumeUnfinished();
    expect((await lab.end(id)).outputs).toEqual({ result: { result: 1 } });
    expect(lab.lab.ports.store.runs.list({ limit: 10 })).toHaveLength(2);
  });

  test('that is run by too many others in a row is stopped at a depth', async () => {
    lab = openLab([...basics, ...flow]);
    const runs = (name: string) => graph([{ id: 's', kind: 'flow.workflow', config: { workflow: name } }]);
    for (let at = 1; at < 20; at += 1) store(`w${at}`, runs(`w${at + 1}`));
    store('w20', graph([step('w', 'test.pure')]));
    const end = await lab.run(runs('w1'));
    expect(end.error?.code).toBe('workflows-too-deep');
    expect(lab.lab.ports.store.runs.list({ limit: 100 }).length).toBe(16);
  });

  test('stops with its parent', async () => {
    const hang = testNode('test.hang', { run: () => new Promise<Record<string, JsonValue>>(() => {}) });
    lab = openLab([...basics, ...flow, hang]);
    store('child', graph([{ id: 'h', kind: 'test.hang' }]));
    const id = lab.start(graph([{ id: 's', kind: 'flow.workflow', config: { workflow: 'child' } }]));
    const runs = () => lab?.lab.ports.store.runs.list({ limit: 10 }) ?? [];
    await until(() => runs().length === 2, 'the child runs');
    await lab.lab.engine.cancel(id);
    await until(() => runs().every((run) => run.status === 'cancelled'), 'both are stopped');
  });
});
