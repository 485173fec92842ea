// The shipped host with default settings and one node type of the bench's own, handed in as any host may. A run is timed from
// the call that starts it until its end is on disk and its outputs are read back; its events are watched all the while, and
// the rows of its journal are counted afterwards.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { headlessShell } from '../../electron/headless/shell.ts';
import { buildHost, type Host } from '../../electron/host/build-host.ts';
import { type AnyNodeType, defineNode } from '../../electron/runtime/nodes/define-node.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';

const anyPort = (name: string, multiple = false) => ({ name, label: name, schema: {}, ...(multiple ? { many: true } : {}) });

/** An async step that does nothing but add one to what came in: what is measured is the engine around it. */
const countNode = defineNode({
  kind: 'bench.count',
  version: 1,
  family: 'data',
  title: 'Count',
  description: 'Adds one.',
  icon: 'plus',
  keywords: [],
  effect: 'none',
  needs: [],
  inputs: [anyPort('in')],
  outputs: [anyPort('out')],
  config: z.looseObject({}),
  defaults: {},
  fields: [],
  run: async ({ scope }) => ({ out: typeof scope.input === 'number' ? scope.input + 1 : 1 }),
});

const sumNode = defineNode({
  ...countNode,
  kind: 'bench.sum',
  title: 'Sum',
  description: 'Adds up the numbers that came in.',
  control: 'merge',
  inputs: [anyPort('in', true)],
  run: async ({ scope }) => ({
    out: Array.isArray(scope.input) ? scope.input.reduce((sum: number, each) => sum + Number(each), 0) : scope.input,
  }),
});

/** The same, with an effect that may be repeated: its intent is on disk before it, its result after it. */
const effectNode = defineNode({ ...countNode, kind: 'bench.effect', title: 'Effect', effect: 'idempotent' });

/** Gives a thousand characters that no other step gives. */
const kilobyteNode = defineNode({
  ...countNode,
  kind: 'bench.kilobyte',
  title: 'Kilobyte',
  config: z.looseObject({ seed: z.string().default('') }),
  run: async ({ config }) => ({ out: `${config.seed}-`.repeat(1000).slice(0, 1000) }),
});

export interface Shape {
  document: WorkflowDocument;
  /** Steps that a person would count: each has a row in the journal. */
  steps: number;
  result: number;
}

function shape(steps: number, result: number, nodes: { id: string; kind: string; config?: object }[], edges: [string, string][]): Shape {
  const document = parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Bench',
    nodes: nodes.map((node, index) => ({ position: { x: index * 10, y: 0 }, config: {}, ...node })),
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } })),
  });
  return { document, steps, result };
}

const output = { id: 'result', kind: 'flow.output', config: { name: 'result' } };

/** A chain of pure steps; the output node is one more step, which is not counted. */
export function linear(length: number): Shape {
  const nodes = Array.from({ length }, (_, index) => ({ id: `n${index}`, kind: 'bench.count' }));
  const edges = nodes.slice(1).map((node, index): [string, string] => [`n${index}`, node.id]);
  return shape(length, length, [...nodes, output], [...edges, [`n${length - 1}`, 'result']]);
}

/** A chain in which every step has an effect. */
export function effects(length: number): Shape {
  const chain = linear(length);
  return { ...chain, document: { ...chain.document, nodes: chain.document.nodes.map(asEffect) } };
}
const asEffect = (node: WorkflowDocument['nodes'][number]): WorkflowDocument['nodes'][number] =>
  node.kind === 'bench.count' ? { ...node, kind: 'bench.effect' } : node;

/** A chain in which every step gives a kilobyte of its own; the output node gives the last once more. */
export function growing(length: number): Shape {
  const nodes = Array.from({ length }, (_, index) => ({ id: `n${index}`, kind: 'bench.kilobyte', config: { seed: `${index}` } }));
  const edges = nodes.slice(1).map((node, index): [string, string] => [`n${index}`, node.id]);
  return shape(length, 0, nodes, edges);
}

/** One source, `branches` chains of `depth`, one join. */
export function fan(branches: number, depth: number): Shape {
  const nodes = [
    { id: 'source', kind: 'bench.count' },
    { id: 'join', kind: 'bench.sum' },
  ];
  const edges: [string, string][] = [];
  for (let branch = 0; branch < branches; branch += 1) {
    for (let at = 0; at < depth; at += 1) {
      const id = `b${branch}-${at}`;
      nodes.push({ id, kind: 'bench.count' });
      edges.push([at === 0 ? 'source' : `b${branch}-${at - 1}`, id]);
    }
    edges.push([`b${branch}-${depth - 1}`, 'join']);
  }
  return shape(branches * depth + 2, branches * (depth + 1), [...nodes, output], [...edges, ['join', 'result']]);
}

export interface EngineBench {
  /**
   * So many runs, one straight after the other; the milliseconds of each. The windows that watch them read on while the next one
   * goes, as windows do. Throws when a result, a stream or a journal is not what it must be.
   */
  round(shape: Shape, runs: number): Promise<number[]>;
  /** So many runs started in one turn of the event loop; the milliseconds until the last of them is over. */
  together(shape: Shape, runs: number): Promise<number>;
  host: Host;
  folder: string;
  /** Keeps the folder when it was given. */
  close(): Promise<void>;
}

export function openEngineBench(options: { folder?: string; nodes?: readonly AnyNodeType[] } = {}): EngineBench {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'orrery-bench-'));
  const nodes = [countNode, sumNode, effectNode, kilobyteNode, ...(options.nodes ?? [])] as AnyNodeType[];
  const host = buildHost({ kind: 'headless', folder, quiet: true, nodes, ...headlessShell });
  const { engine, hub, ports } = host.runtime.services;
  const count = async (id: RunId, signal: AbortSignal): Promise<number> => {
    let done = 0;
    for await (const batch of hub.watch(id, 0, signal)) for (const { event } of batch) if (event.type === 'step-done') done += 1;
    return done;
  };

  async function once(shape: Shape, stop: AbortSignal): Promise<{ ms: number; check: () => Promise<void> }> {
    const begin = performance.now();
    const { id } = engine.start({
      document: shape.document,
      inputs: {},
      origin: { kind: 'manual', by: 'headless' },
      grant: { tools: [], folders: [] },
    });
    const watched = count(id, stop);
    const end = await engine.waitForEnd(id, stop);
    const ms = performance.now() - begin;
    const check = async (): Promise<void> => {
      const seen = await watched;
      const rows = ports.store.runs.readEvents(id).filter(({ event }) => event.type === 'step-done').length;
      if (end.status !== 'done' || (shape.result > 0 && end.outputs.result !== shape.result))
        throw new Error(`The run ended as ${end.status} with ${JSON.stringify(end.outputs)}, not ${shape.result}.`);
      const expected = shape.document.nodes.length;
      if (rows !== expected || seen !== expected) throw new Error(`${rows} rows were kept and ${seen} seen of ${expected} steps.`);
    };
    return { ms, check };
  }

  return {
    async round(shape, runs) {
      const done = [];
      for (let i = 0; i < runs; i += 1) done.push(await once(shape, AbortSignal.timeout(60_000)));
      for (const each of done) await each.check();
      return done.map((each) => each.ms);
    },
    async together(shape, runs) {
      const stop = AbortSignal.timeout(120_000);
      const begin = performance.now();
      const done = await Promise.all(Array.from({ length: runs }, () => once(shape, stop)));
      const ms = performance.now() - begin;
      for (const each of done) await each.check();
      return ms;
    },
    host,
    folder,
    async close() {
      await host.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
