// n8n's own words, as data: items, nodes, connections and what a run left behind. Nothing here runs.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';

/** Which input item an item came from. `sourceOverwrite` stands in for the run's own source (loops). */
export interface Paired {
  item: number;
  input?: number | undefined;
  sourceOverwrite?: Source | undefined;
}
export type PairedItem = number | Paired | PairedItem[];

export interface Item {
  json: JsonObject;
  binary?: JsonObject | undefined;
  pairedItem?: PairedItem | undefined;
  /** Why this item failed, where the node goes on after an error. */
  error?: JsonValue | undefined;
}

export interface Source {
  previousNode: string;
  previousNodeOutput?: number | undefined;
  previousNodeRun?: number | undefined;
}

export interface N8nNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: JsonObject;
  disabled: boolean;
  executeOnce: boolean;
  alwaysOutputData: boolean;
  retryOnFail: boolean;
  maxTries: number;
  waitBetweenTries: number;
  onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
  /** The older flag, which still means something of its own on Set. */
  continueOnFail: boolean;
  /** Of Respond to Webhook as one step, which does not see the others: whether something leads to it that it could answer. */
  hasWebhook: boolean | undefined;
  /** Kinds and names of credentials; values are never in a file. */
  credentials: { kind: string; name: string }[];
  notes: string;
}

export interface Target {
  node: string;
  index: number;
}

export interface N8nWorkflow {
  id: string;
  name: string;
  nodes: N8nNode[];
  /** By the name of the source node: targets by output. */
  connections: Map<string, Target[][]>;
  /** By the name of the source node: connections of other types (models, tools, memories of AI nodes). */
  otherConnections: Map<string, { type: string; node: string }[]>;
  settings: JsonObject;
  pinData: Map<string, Item[]>;
  /** Where only a part of a workflow is at hand: which output of each node before it leads to its last node. */
  branches?: ReadonlyMap<string, number>;
  /** And which of them are pinned. */
  pinnedNames?: ReadonlySet<string>;
}

export interface TaskRun {
  source: (Source | null)[];
  /** Items by output; null where nothing came. */
  outputs: (Item[] | null)[];
  error?: { message: string; description?: string | undefined } | undefined;
}

/** What each node gave, run by run. */
export type RunData = Map<string, TaskRun[]>;
