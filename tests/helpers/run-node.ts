// Runs one node type as a step of a real run: its config is parsed and rendered, its powers are bound, its result journaled.
// `given` are the values on its input `in`, one edge for each.

import { onTestFinished } from 'vitest';
import type { EngineDeps } from '../../electron/runtime/engine/create-engine.ts';
import type { AnyNodeType, NodeOutputs } from '../../electron/runtime/nodes/define-node.ts';
import type { Ports } from '../../electron/runtime/ports.ts';
import type { AppErrorShape } from '../../shared/errors.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { RunEvent } from '../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode } from './engine-lab.ts';

const given = testNode('test.given', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });

export interface NodeEnd {
  status: string;
  /** What the step gave, by port; undefined when it failed or did not run. */
  outputs: NodeOutputs | undefined;
  error: AppErrorShape | undefined;
  events: RunEvent[];
}

export interface NodeRequest {
  given?: JsonValue[];
  vars?: Record<string, JsonValue>;
  /** Folders the run was granted. */
  folders?: string[];
}

export interface NodeLab {
  lab: EngineLab;
  start(config: Record<string, JsonValue>, request?: NodeRequest): RunId;
  end(run: RunId): Promise<NodeEnd>;
  run(config: Record<string, JsonValue>, request?: NodeRequest): Promise<NodeEnd>;
}

/** Closed when the test ends. `parts` replace what the engine is made of, e.g. its model service. */
export function openNode(type: AnyNodeType, ports: Partial<Ports> = {}, parts: Partial<EngineDeps> = {}): NodeLab {
  const lab = openLab([type, given], ports, parts);
  onTestFinished(() => lab.close());
  const node: NodeLab = {
    lab,
    start(config, request = {}) {
      const values = request.given ?? [];
      const sources = values.map((value, index) => ({ id: `g${index}`, kind: 'test.given', config: { value } }));
      const document = graph(
        [...sources, { id: 'n', kind: type.kind, config }],
        sources.map(({ id }) => `${id}>n`),
      );
      return lab.lab.engine.start({
        document,
        inputs: request.vars ?? {},
        origin: { kind: 'manual', by: 'cli' },
        grant: { tools: [], folders: request.folders ?? [] },
      }).id;
    },
    async end(run) {
      const { status, error } = await lab.end(run);
      const events = lab.events(run);
      const done = events.find((event) => event.type === 'step-done' && event.step === 'n');
      return { status, error, events, outputs: done?.type === 'step-done' ? done.outputs : undefined };
    },
    run: (config, request) => node.end(node.start(config, request)),
  };
  return node;
}
