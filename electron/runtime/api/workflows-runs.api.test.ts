import { tmpdir } from 'node:os';
import { createRouterClient } from '@orpc/server';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/model/run.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { type EngineLab, graph, openLab, testNode, until, watchdogMs } from '../../../tests/helpers/engine-lab.ts';
import { createFiles } from '../../adapters/files/files.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { inputNode } from '../nodes/input.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { createRegistry } from '../nodes/registry.ts';
import { runsApi } from './runs.api.ts';
import { workflowsApi } from './workflows.api.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const hang = testNode('test.hang', { run: () => new Promise(() => {}) });
const nodes = [testNode('test.any', {}), hang, inputNode, outputNode] as AnyNodeType[];
const document = graph(
  [
    { id: 'n', kind: 'flow.input', config: { name: 'folder', type: 'folder' } },
    { id: 'o', kind: 'flow.output', config: { name: 'result' } },
  ],
  ['n>o'],
  'Digest',
);

function setUp() {
  lab = openLab(nodes);
  const { ports, engine, hub } = lab.lab;
  const host = { info: () => ({ host: 'headless' }) } as typeof ports.host;
  const samples = { list: () => [{ file: 'digest.json', document }] };
  const registry = createRegistry({ nodes, toolHost: ports.tools });
  const router = {
    workflows: workflowsApi({ ports: { ...ports, samples }, engine, registry }),
    runs: runsApi({
      ports: { store: ports.store, host, tools: ports.tools, hash: ports.hash, files: createFiles() },
      engine,
      hub,
      settings: { get: () => defaultSettings },
    }),
  };
  return createRouterClient(router, { context: { log: ports.log, client: 'page' } });
}
const refused = (code: string) => expect.objectContaining({ data: expect.objectContaining({ code }) });

describe('workflows', () => {
  test('of a file of our own that cannot run, the report says so, node by node', async () => {
    const api = setUp();
    const wrong = {
      ...document,
      nodes: [...document.nodes, { id: 'x', kind: 'test.nowhere', version: 1, config: {}, position: { x: 0, y: 0 } }],
    };
    const { report } = await api.workflows.readForeign({ text: JSON.stringify(wrong), name: 'a.json' });
    expect(report.workflows[0]).toMatchObject({ verdict: 'not' });
    expect(report.workflows[0]?.nodes.map(({ verdict }) => verdict)).toEqual(['runs', 'runs', 'not']);
    expect(report.workflows[0]?.nodes[2]?.reasons.join()).toContain('test.nowhere');
    const whole = await api.workflows.readForeign({ text: JSON.stringify(document), name: 'a.json' });
    expect(whole.report.workflows[0]).toMatchObject({ verdict: 'runs', notes: [] });
  });

  test('are created, saved, duplicated and removed', async () => {
    const api = setUp();
    const made = await api.workflows.create({ document });
    const saved = await api.workflows.save({ id: made.id, revision: made.revision, document: { ...document, name: 'Other' } });
    expect(saved.revision).toBe(1);
    await expect(api.workflows.save({ id: made.id, revision: 0, document })).rejects.toEqual(refused('workflow-changed-elsewhere'));
    expect((await api.workflows.get({ id: made.id })).name).toBe('Other');
    const copies = [await api.workflows.duplicate({ id: made.id }), await api.workflows.duplicate({ id: made.id })];
    expect(copies.map((copy) => copy.name)).toEqual(['Other (copy)', 'Other (copy 2)']);
    await api.workflows.remove({ id: made.id });
    await expect(api.workflows.get({ id: made.id })).rejects.toEqual(refused('workflow-not-found'));
    expect((await api.workflows.list({ query: '' })).length).toBe(2);
  });

  test('keep everything that their document says: variables, deadline, priority, runs at once', async () => {
    const api = setUp();
    const whole = {
      ...document,
      variables: [{ name: 'count', schema: { type: 'number' }, initial: 0 }],
      deadlineMs: 60_000,
      priority: 5,
      maxRuns: 2,
    };
    const { id, revision } = await api.workflows.create({ document: whole });
    expect(await api.workflows.get({ id })).toMatchObject(whole);
    await api.workflows.save({ id, revision, document: whole });
    expect(await api.workflows.get({ id })).toMatchObject(whole);
    expect(await api.workflows.get({ id: (await api.workflows.duplicate({ id })).id })).toMatchObject({
      ...whole,
      name: expect.any(String),
    });
  });

  test('a hostile file is refused with the place, and nothing is written', async () => {
    const api = setUp();
    const hostile = [
      '{"format":',
      '{"__proto__":{"x":1}}',
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      JSON.stringify({ ...document, nodes: [{ ...document.nodes[0], config: { a: { constructor: 1 } } }] }),
      JSON.stringify({ ...document, nodes: [{ id: 'x' }] }),
    ];
    for (const text of hostile)
      await expect(api.workflows.importText({ text })).rejects.toMatchObject({
        data: { code: expect.stringMatching(/^json-|^workflow-malformed/) },
      });
    await expect(api.workflows.importText({ text: hostile[4] ?? '' })).rejects.toMatchObject({
      data: { place: expect.stringContaining('nodes[0]') },
    });
    // Larger than a wire carries: refused by the contract, before anything reads it.
    await expect(api.workflows.importText({ text: `"${'x'.repeat(9_000_000)}"` })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await api.workflows.list({ query: '' })).toEqual([]);
    expect((await api.workflows.importText({ text: JSON.stringify(document), name: 'Mine' })).name).toBe('Mine');
  });

  test('samples open as workflows of their own', async () => {
    const api = setUp();
    expect(await api.workflows.listSamples()).toMatchObject([{ file: 'digest.json', name: 'Digest', nodeCount: 2 }]);
    expect((await api.workflows.openSample({ file: 'digest.json' })).nodes).toHaveLength(2);
    await expect(api.workflows.openSample({ file: '../x' })).rejects.toEqual(refused('sample-not-found'));
  });

  test('graphs and connections are checked', async () => {
    const api = setUp();
    expect(await api.workflows.check({ document: graph([{ id: 'x', kind: 'acme.new' }]) })).toMatchObject([
      { code: 'unknown-kind', node: 'x' },
    ]);
    const answer = await api.workflows.checkConnection({
      document,
      from: { node: 'o' as never, port: 'out' },
      to: { node: 'o' as never, port: 'in' },
    });
    expect(answer.complaint?.code).toBe('cycle');
  });
});

describe('runs', () => {
  test('start, are watched to their end, and are read afterwards', async () => {
    const api = setUp();
    const workflow = await api.workflows.create({ document });
    const run = await api.runs.start({ workflow: { id: workflow.id }, inputs: { folder: tmpdir() } });
    expect(run.origin).toEqual({ kind: 'manual', by: 'headless' });
    const seen: RunEvent[] = [];
    for await (const batch of await api.runs.watch({ id: run.id })) seen.push(...batch.map((item) => item.event));
    expect(seen.at(-1)).toMatchObject({ type: 'run-end', status: 'done', outputs: { result: tmpdir() } });
    const kept = await api.runs.get({ id: run.id });
    expect(kept.run.status).toBe('done');
    expect(kept.document?.nodes).toHaveLength(2);
    expect(await api.runs.get({ id: run.id, brief: true })).toEqual({ run: kept.run, events: [] });
    expect(await api.runs.getStep({ id: run.id, step: 'o' })).toMatchObject({ inputs: { in: tmpdir() }, outputs: { out: tmpdir() } });
    expect(lab?.lab.ports.store.runs.getDetails(run.id)?.grant.folders).toEqual([tmpdir()]);
    await api.runs.remove({ id: run.id });
    await expect(api.runs.get({ id: run.id })).rejects.toEqual(refused('run-not-found'));
  });

  test('wrong inputs are refused with the input named', async () => {
    const api = setUp();
    const start = (inputs: Record<string, string | number>) => api.runs.start({ workflow: { document }, inputs });
    await expect(start({ foldr: '/x', folder: tmpdir() })).rejects.toMatchObject({
      data: { code: 'unknown-input', place: 'foldr', hint: 'It takes: folder.' },
    });
    await expect(start({})).rejects.toMatchObject({ data: { code: 'input-missing', place: 'folder' } });
    await expect(start({ folder: '/nowhere/at-all' })).rejects.toMatchObject({ data: { code: 'input-folder-missing', place: 'folder' } });
    await expect(start({ folder: 'relative' })).rejects.toMatchObject({ data: { code: 'input-wrong-type' } });
    await expect(api.runs.start({ workflow: { document: graph([{ id: 'x', kind: 'acme.new' }]) } })).rejects.toMatchObject({
      data: { code: 'workflow-invalid', place: 'x' },
    });
    expect(await api.runs.list({})).toEqual([]);
  });

  test('are not removed while they go, and stop when told', async () => {
    const api = setUp();
    const run = await api.runs.start({ workflow: { document: graph([{ id: 'h', kind: 'test.hang' }]) } });
    const changes = await api.runs.watchList(undefined, { signal: AbortSignal.timeout(watchdogMs) });
    const next = changes[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(api.runs.remove({ id: run.id })).rejects.toEqual(refused('run-not-over'));
    await api.runs.cancel({ id: run.id });
    expect((await next).value).toMatchObject([{ id: run.id, status: 'cancelled' }]);
    await until(() => lab?.lab.ports.store.runs.get(run.id)?.status === 'cancelled', 'it is stopped');
  });
});
