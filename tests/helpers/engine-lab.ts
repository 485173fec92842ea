// The engine over a real SQLite file, with small node types made for tests. `reopen` is a restart of the host: the engine is
// closed without ending its runs, the file is opened again. Ports that a test does not name refuse to be used.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../electron/adapters/clock.ts';
import { createExpressions } from '../../electron/adapters/expressions/expressions.ts';
import { sha256 } from '../../electron/adapters/hash.ts';
import { timeSortedIds } from '../../electron/adapters/ids.ts';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { createEngine, type EngineDeps } from '../../electron/runtime/engine/create-engine.ts';
import { createRunQueue } from '../../electron/runtime/engine/queue.ts';
import { createRunHub } from '../../electron/runtime/engine/run-hub.ts';
import { createInbox } from '../../electron/runtime/inbox.ts';
import { type AnyNodeType, defineNode } from '../../electron/runtime/nodes/define-node.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import type { Ports } from '../../electron/runtime/ports.ts';
import type { Engine, Inbox, RunHub, RunQueue, SettingsService } from '../../electron/runtime/services.ts';
import { createSettings } from '../../electron/runtime/settings.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { RunEvent } from '../../shared/model/run.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';

export const watchdogMs = 20_000;

const blank = {
  version: 1,
  family: 'flow' as const,
  description: 'A node for tests.',
  icon: 'circle',
  keywords: [],
  effect: 'none' as const,
  needs: [] as const,
  inputs: [{ name: 'in', label: 'In', schema: {} }],
  outputs: [{ name: 'out', label: 'Out', schema: {} }],
  config: z.looseObject({}),
  defaults: {},
  fields: [],
};

/** A node type from what is particular about it. */
export function testNode(kind: string, particular: Partial<AnyNodeType>): AnyNodeType {
  return defineNode({ ...blank, kind, title: kind, run: async () => ({ out: null }), ...particular } as AnyNodeType);
}

export interface NodeSketch {
  id: string;
  kind: string;
  config?: Record<string, JsonValue>;
  [key: string]: unknown;
}

/** A document from nodes and edges written `a.port>b.port`; a missing port is `out` or `in`. */
export function graph(nodes: NodeSketch[], edges: string[] = [], name = 'Test'): WorkflowDocument {
  const end = (text: string, port: string) => {
    const [node = '', given] = text.split('.');
    return { node, port: given ?? port };
  };
  return parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name,
    nodes: nodes.map((node) => ({ position: { x: 0, y: 0 }, ...node })),
    edges: edges.map((text, index) => {
      const [from = '', to = ''] = text.split('>');
      return { id: `e${index}`, from: end(from, 'out'), to: end(to, 'in') };
    }),
  });
}

export interface Lab {
  engine: Engine;
  hub: RunHub;
  inbox: Inbox;
  queue: RunQueue;
  settings: SettingsService;
  ports: Ports;
}

export function openLab(nodes: readonly AnyNodeType[], over: Partial<Ports> = {}, parts: Partial<EngineDeps> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-engine-'));
  const expressions = createExpressions();
  const open = () => {
    const opened = openStore({ folder });
    const ports = absentPorts({
      store: opened.store,
      clock: systemClock,
      ids: timeSortedIds(),
      hash: sha256,
      expressions,
      log: { debug() {}, info() {}, warn() {}, error() {}, recent: () => [] },
      vault: { redact: (text: string) => text } as Ports['vault'],
      tools: { tools: () => [], onChange: () => () => {} } as unknown as Ports['tools'],
      ...over,
    });
    const hub = createRunHub({ runs: ports.store.runs, log: ports.log });
    const settings = createSettings(ports.store.settings);
    const inbox = createInbox({ store: ports.store, clock: ports.clock, ids: ports.ids, log: ports.log, hub, settings });
    const registry = createRegistry({ nodes, toolHost: ports.tools });
    const refuse = absentPorts<Record<string, never>>({});
    const queue = createRunQueue({
      settings,
      runs: ports.store.runs,
      priorities: ports.store.priorities,
      clock: ports.clock,
      log: ports.log,
      progressOf: (id) => engine.progressOf(id),
    });
    const engine: Engine = createEngine({
      ports,
      hub,
      queue,
      registry,
      inbox,
      settings,
      belt: { call: () => Promise.reject(new Error('no tools in this test')), effectOf: () => 'once' },
      models: refuse as never,
      agents: () => refuse as never,
      ...parts,
    });
    return { opened, lab: { engine, hub, inbox, queue, settings, ports } satisfies Lab };
  };
  let now = open();
  return {
    /** The data folder. */
    folder,
    get lab(): Lab {
      return now.lab;
    },
    start(document: WorkflowDocument, inputs: Record<string, JsonValue> = {}): RunId {
      const origin = { kind: 'manual' as const, by: 'cli' as const };
      return now.lab.engine.start({ document, inputs, origin, grant: { tools: [], folders: [] } }).id;
    },
    end: (id: RunId) => now.lab.engine.waitForEnd(id, AbortSignal.timeout(watchdogMs)),
    async run(document: WorkflowDocument, inputs: Record<string, JsonValue> = {}) {
      const end = await this.end(this.start(document, inputs));
      return { ...end, events: this.events(end.id) };
    },
    events: (id: RunId): RunEvent[] => now.lab.ports.store.runs.readEvents(id).map((item) => item.event),
    async reopen() {
      await now.lab.engine.close();
      await now.opened.close();
      now = open();
    },
    async close() {
      await now.lab.engine.close();
      await now.opened.close();
      await expressions.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type EngineLab = ReturnType<typeof openLab>;

/** Whatever is not given fails with its name when it is touched. */
function absentPorts<T extends object>(given: Partial<T>): T {
  return new Proxy(given, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then') return Reflect.get(target, key);
      throw new Error(`This test has no ${String(key)}.`);
    },
  }) as T;
}

export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + watchdogMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
