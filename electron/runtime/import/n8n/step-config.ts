// What an imported n8n node carries in its config: the node as n8n has it, and where its items come from on our canvas.

import { z } from 'zod';
import { type JsonObject, jsonObject, jsonValue } from '../../../../shared/model/json.ts';
import { parseWorkflow } from './parse.ts';
import type { N8nNode, N8nWorkflow } from './types.ts';

/** One way into a node: an output of a node before it. `order` says which of several ways n8n takes first. */
export const stepInput = z.object({
  node: z.string(),
  name: z.string(),
  output: z.number().int().min(0).default(0),
  index: z.number().int().min(0).max(99).default(0),
  order: z.number().int().default(0),
  /** Items pinned to a trigger: what it gives when a person starts the run. */
  pinned: z.array(jsonValue).optional(),
});

const outputRow = z.object({ name: z.string().min(1).max(60), node: z.string().default(''), output: z.number().int().min(0).default(0) });

/** n8n workflows that this one calls, by id. */
const others = z.record(z.string(), jsonObject).default({});

export const stepConfig = z.object({
  name: z.string().min(1),
  type: z.string().min(1),
  typeVersion: z.number().default(1),
  parameters: jsonObject.default({}),
  /** Flags of the node as n8n writes them: onError, retryOnFail, executeOnce, … */
  settings: jsonObject.default({}),
  pinned: z.array(jsonValue).optional(),
  inputs: z.array(stepInput).max(20_000).default([]),
  /** Nodes before it that its expressions may name. */
  upstream: z
    .array(
      z.object({
        node: z.string(),
        name: z.string(),
        parameters: jsonObject.default({}),
        pinned: z.array(jsonValue).optional(),
        /** Which of its outputs leads here. */
        branch: z.number().int().min(0).optional(),
        isPinned: z.boolean().optional(),
      }),
    )
    .max(20_000)
    .default([]),
  outputs: z.array(outputRow).max(100).default([]),
  workflow: z
    .object({ id: z.string().default(''), name: z.string().default(''), settings: jsonObject.default({}) })
    .default({ id: '', name: '', settings: {} }),
  others,
});
export type StepConfig = z.infer<typeof stepConfig>;

export const wholeConfig = z.object({
  /** The workflow as n8n has it, without credentials. */
  workflow: jsonObject,
  starts: z
    .array(z.object({ node: z.string(), name: z.string() }))
    .max(100)
    .default([]),
  outputs: z.array(outputRow).max(20_000).default([]),
  others,
});
export type WholeConfig = z.infer<typeof wholeConfig>;

export const readOthers = (given: Record<string, JsonObject>): ReadonlyMap<string, N8nWorkflow> =>
  new Map(Object.entries(given).map(([id, json]) => [id, parseWorkflow(json, id).workflow]));

/** The node of a config as the parser would give it. */
export function nodeOf(config: StepConfig): N8nNode {
  const { workflow } = parseWorkflow(
    {
      nodes: [{ ...config.settings, name: config.name, type: config.type, typeVersion: config.typeVersion, parameters: config.parameters }],
      connections: {},
    },
    '',
  );
  return workflow.nodes[0] as N8nNode;
}

/** Flags worth keeping, as n8n writes them. */
export function settingsOf(node: N8nNode): JsonObject {
  const settings: JsonObject = { id: node.id };
  if (node.disabled) settings.disabled = true;
  if (node.executeOnce) settings.executeOnce = true;
  if (node.alwaysOutputData) settings.alwaysOutputData = true;
  if (node.retryOnFail) Object.assign(settings, { retryOnFail: true, maxTries: node.maxTries, waitBetweenTries: node.waitBetweenTries });
  if (node.onError !== 'stopWorkflow') settings.onError = node.onError;
  if (node.continueOnFail) settings.continueOnFail = true;
  return settings;
}

/** A workflow as n8n writes it, without credentials. */
export function toJson(workflow: N8nWorkflow): JsonObject {
  const connections: JsonObject = {};
  for (const [from, outputs] of workflow.connections)
    connections[from] = { main: outputs.map((targets) => targets.map(({ node, index }) => ({ node, type: 'main', index }))) };
  return {
    id: workflow.id,
    name: workflow.name,
    nodes: workflow.nodes.map((node) => ({
      ...settingsOf(node),
      name: node.name,
      type: node.type,
      typeVersion: node.typeVersion,
      position: node.position,
      parameters: node.parameters,
    })),
    connections,
    settings: workflow.settings,
    ...(workflow.pinData.size === 0 ? {} : { pinData: Object.fromEntries(workflow.pinData) as unknown as JsonObject }),
  };
}
