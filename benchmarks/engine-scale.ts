// Size: a graph of ten thousand nodes, a thousand half-done runs after a restart, and a thousand runs alive at once.

import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type AnyNodeType, defineNode } from '../electron/runtime/nodes/define-node.ts';
import { ensureBuilt } from '../scripts/built.ts';
import type { RunId } from '../shared/model/ids.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../shared/model/workflow.ts';
import { attach } from '../tests/helpers/demo-host.ts';
import { removeFolder, startHost, temporaryFolder } from '../tests/helpers/headless-host.ts';
import { type Bench, median } from './lib/bench.ts';
import { fan, linear, openEngineBench } from './lib/engine-bench.ts';

export const engineWide: Bench = {
  name: 'engine-wide',
  about: 'one source, N branches, one join: the cost of a node at 10,000 nodes and at 1,000. --n nodes.',
  async run(context) {
    const most = context.n ?? 10_000;
    const bench = openEngineBench();
    try {
      const cost: number[] = [];
      for (const nodes of [Math.round(most / 10), most]) {
        const shape = fan(nodes, 1);
        const times = await bench.round(shape, 2).then(() => bench.round(shape, nodes === most ? 3 : 9));
        cost.push(median(times) / nodes);
        context.figure(`run-${nodes}`, median(times), 'ms', times.length);
      }
      context.figure('growth', (cost[1] as number) / (cost[0] as number), '×', 2);
    } finally {
      await bench.close();
    }
  },
};

/** Holds every run that comes to it until it is opened. */
function gateNode(): { node: AnyNodeType; arrived: Set<string>; open(): void } {
  const arrived = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const node = defineNode({
    kind: 'bench.gate',
    version: 1,
    family: 'flow',
    title: 'Gate',
    description: 'Waits.',
    icon: 'circle',
    keywords: [],
    effect: 'none',
    needs: [],
    inputs: [{ name: 'in', label: 'In', schema: {} }],
    outputs: [{ name: 'out', label: 'Out', schema: {} }],
    config: z.looseObject({}),
    defaults: {},
    fields: [],
    async run({ scope, signal }) {
      arrived.add(String(scope.vars.name));
      await new Promise<void>((settle, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        void promise.then(settle);
      });
      return { out: scope.input };
    },
  }) as AnyNodeType;
  return { node, arrived, open: resolve };
}

/** A chain whose middle is a gate; its runs are told apart by an input. */
function halved(): WorkflowDocument {
  const chain = linear(100).document;
  const input = { id: 'name', kind: 'flow.input', version: 1, position: { x: 0, y: 0 }, config: { name: 'name', type: 'text' } };
  const nodes = chain.nodes.map((node) => (node.id === 'n50' ? { ...node, kind: 'bench.gate' } : node));
  return parseWorkflowDocument({ ...chain, nodes: [...nodes, input] });
}

export const engineResume: Bench = {
  name: 'engine-resume',
  about: '1,000 runs with 50 of 100 steps done when the host ended: from building the host until each is at its next step. --n runs.',
  async run(context) {
    const runs = context.n ?? 1000;
    const document = halved();
    const first = gateNode();
    const bench = openEngineBench({ nodes: [first.node] });
    const { engine, settings } = bench.host.runtime.services;
    settings.change({ maxParallelRuns: 1000 });
    const ids: RunId[] = [];
    for (let i = 0; i < runs; i += 1)
      ids.push(
        engine.start({
          document,
          inputs: { name: `r${i}` },
          origin: { kind: 'manual', by: 'headless' },
          grant: { tools: [], folders: [] },
        }).id,
      );
    while (first.arrived.size < runs) await sleep(20);
    await bench.host.close();
    const second = gateNode();
    const begin = performance.now();
    const again = openEngineBench({ folder: bench.folder, nodes: [second.node] });
    context.figure('host-built', performance.now() - begin, 'ms', 1);
    while (second.arrived.size < runs) await sleep(5);
    context.figure('resume', performance.now() - begin, 'ms', runs);
    second.open();
    const ends = await Promise.all(ids.map((id) => again.host.runtime.services.engine.waitForEnd(id, AbortSignal.timeout(120_000))));
    if (ends.some((end) => end.status !== 'done')) throw new Error('A run that was taken up did not end well.');
    context.figure('all-done', performance.now() - begin, 'ms', runs);
    await again.host.close();
    rmSync(bench.folder, { recursive: true, force: true });
  },
};

/** Kilobytes of a line of /proc/<pid>/status, where there is one. */
const memoryOf = (pid: number, line: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);

const node = (id: string, kind: string, config: object): object => ({ id, kind, version: 1, position: { x: 0, y: 0 }, config });

/** Real nodes: ten texts, a wait that holds all runs alive at once, ten texts. */
function waiting(): WorkflowDocument {
  const names = Array.from({ length: 21 }, (_, i) => `n${i}`);
  return parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Many at once',
    nodes: names.map((id, i) =>
      i === 10 ? node(id, 'flow.delay', { seconds: 20 }) : node(id, 'data.template', { text: `Step ${i} of {{ vars | json }}` }),
    ),
    edges: names.slice(1).map((id, i) => ({ id: `e${i}`, from: { node: `n${i}`, port: 'out' }, to: { node: id, port: 'in' } })),
  });
}

export const engineMany: Bench = {
  name: 'engine-many',
  about: '1,000 runs alive at once in the built headless host: the most memory it ever takes (Linux). --n runs.',
  async run(context) {
    if (process.platform !== 'linux') return context.say('engine-many reads /proc, which only Linux has.');
    ensureBuilt({ only: ['out/node'], say: context.say });
    const runs = context.n ?? 1000;
    const host = await startHost({ dataFolder: temporaryFolder('many') });
    const { client, close } = await attach(host);
    const pid = host.process.pid as number;
    try {
      await client.settings.change({ maxParallelRuns: 1000 });
      context.figure('rss-idle', memoryOf(pid, 'VmRSS') / 1024, 'MB', 1);
      const document = waiting();
      const begin = performance.now();
      await Promise.all(Array.from({ length: runs }, () => client.runs.start({ workflow: { document } })));
      context.figure('started', performance.now() - begin, 'ms', runs);
      for (let over = 0; over < runs; await sleep(500))
        over = (await client.runs.list({ limit: 500, query: '', status: ['running', 'waiting', 'queued'] })).length === 0 ? runs : 0;
      context.figure('rss', memoryOf(pid, 'VmHWM') / 1024, 'MB', runs);
      const ended = await client.runs.list({ limit: 500, query: '', status: ['done'] });
      if (ended.length < Math.min(500, runs)) throw new Error('A run did not end well.');
    } finally {
      close();
      await host.kill();
      removeFolder(host.dataFolder);
    }
  },
};
