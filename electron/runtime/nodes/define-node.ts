// The node contract. One node type is one `*.node.ts` file beside this one: its ports, form and words are data, its work is
// `run`, and it gets only the powers it names in `needs`. It imports nothing but this file, shared/ and pure helpers.

import type { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { MemoryHit, MemoryItem } from '../../../shared/model/memory.ts';
import type { Effect, FieldSpec, NodeFamily, PortSpec } from '../../../shared/model/node-descriptor.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { FileEntry, NetResponse } from '../ports.ts';

/** What templates and expressions see. */
export interface NodeScope {
  /** The value on port `in`, or the only input there is. */
  input: JsonValue;
  /** Every input by port. */
  inputs: Record<string, JsonValue>;
  /** What the run was started with. */
  vars: Record<string, JsonValue>;
  /** Inside a loop: this iteration's item and its place from 0 (innermost loop). Inside a repeat: what the round was given. */
  item?: JsonValue;
  index?: number;
  /** The main output of every step before this one on its path, by node id. */
  steps: Record<string, JsonValue>;
}

/** The powers a node may ask for. Each is already bound to this run's grant, policy, secrets and idempotency key. */
export interface NodePowers {
  files: {
    readText(path: string, options?: { maxBytes?: number }): Promise<string>;
    writeText(path: string, text: string): Promise<{ bytes: number; existed: boolean }>;
    list(path: string, options?: { recursive?: boolean; limit?: number }): Promise<FileEntry[]>;
  };
  net: {
    request(request: { url: string; method: string; headers: Record<string, string>; body?: string }): Promise<NetResponse>;
  };
  tools: { call(server: string, tool: string, args: JsonObject): Promise<ToolResult> };
  models: {
    /** One model call; text deltas go to `progress`. `format` asks for JSON of that schema. */
    prompt(request: { model?: string; system?: string; prompt: string; format?: JsonObject }): Promise<{ text: string; model: string }>;
    /** A whole agent turn with tools; its steps are journaled under this step. */
    turn(request: { agent: string; task: string }): Promise<{ text: string }>;
  };
  memory: {
    remember(item: { text: string; tags: string[]; key?: string }): Promise<MemoryItem>;
    recall(query: string, options: { limit: number; tag?: string; key?: string }): Promise<MemoryHit[]>;
  };
  expressions: { evaluate(expression: string): Promise<JsonValue | undefined> };
  /** Throws `question-expired` when nobody answered within `expiresAfterMs`. */
  person: { ask(question: string, schema?: JsonObject, options?: { expiresAfterMs?: number }): Promise<JsonValue> };
  workflows: { run(id: string, inputs: Record<string, JsonValue>): Promise<Record<string, JsonValue>> };
  clock: { now(): number; sleep(ms: number): Promise<void> };
  /** JavaScript in the sandbox. */
  scripts: {
    run(code: string, globals: JsonObject, options?: { timeoutMs?: number; n8n?: boolean; sql?: boolean }): Promise<JsonValue | undefined>;
    /** What imported nodes reckon, in a thread that can be ended (ports.ts). */
    reckon(work: unknown, ask: (name: string, given: unknown[]) => Promise<unknown>): Promise<unknown>;
  };
  /**
   * Sets a variable of the run, checked against its schema. Throws `variable-unknown`, `variable-wrong-type`. Only
   * `flow.set-variable` may ask for it: after a restart what was set is read from that node's kept outputs.
   */
  variables: { set(name: string, value: JsonValue): Promise<void> };
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
}
export type Power = keyof NodePowers;

export interface NodeContext<Config, Needs extends Power> {
  /** Parsed, with templates in the fields that allow them already rendered. */
  config: Config;
  scope: NodeScope;
  use: Pick<NodePowers, Needs>;
  signal: AbortSignal;
  /** When this attempt began, in milliseconds since 1970; kept over a restart unless `effect` is `none`. */
  firstStartedAt: number;
  progress(progress: { done?: number; total?: number; note?: string }): void;
}

/** Values by output port. A port that is left out does not fire, and what hangs on it alone is skipped. */
export type NodeOutputs = Record<string, JsonValue>;

/** How a trigger node becomes a job. `source` names the part of runtime/triggers that watches for it. */
export interface TriggerSpec<Config> {
  source: 'schedule' | 'files' | 'webhook' | 'clipboard' | 'hotkey' | 'run-finished' | 'agent-event' | 'app-start';
  /** In words, for the page of jobs: "Every weekday at 08:00". */
  describe(config: Config): string;
  /** Fields that say only when it starts something, never with what: of nothing that was agreed to are they a part. */
  timing?: readonly string[];
}

export interface NodeType<Config = unknown, Needs extends Power = Power> {
  kind: string;
  version: number;
  family: NodeFamily;
  title: string;
  description: string;
  icon: string;
  keywords: string[];
  effect: Effect;
  /** Where the effect depends on the config, e.g. on the tool that is called; `tools` says what is known of one. */
  effectOf?(config: Config, tools: (server: string, tool: string) => Effect): Effect;
  needs: readonly Needs[];
  inputs: PortSpec[];
  outputs: PortSpec[];
  outputsFromRows?: { field: string; column: string; schema: JsonObject };
  config: z.ZodType<Config>;
  defaults: JsonObject;
  fields: FieldSpec[];
  summary?: string;
  /** Made by the importer: its config comes from another program's file. `offered`: a person can place it too. */
  imported?: { offered: boolean };
  /** Trigger nodes: what a job needs to know of a config. */
  trigger?: TriggerSpec<Config>;
  /** From version N to N+1, by N. */
  upgrades?: Record<number, (config: JsonObject) => JsonObject>;
  /**
   * `loop`, `wait-all` and the like are done by the engine, not by `run`:
   * - `loop`: runs what hangs on `item` once for each element of input `in`, then fires `done` with the results;
   * - `merge`: may run when some of its inputs are dead;
   * - `note`: never runs;
   * - `trigger`: fires only when it started the run (its output `out` is then what it brought), or, when a person started it,
   *   if it is the manual trigger or there is no manual one (its `run` then gives an example of what it brings);
   * - `repeat`: runs what hangs on `item` again and again, each time with what the last time gave; after each round its `run` is
   *   given that round's result as `input`, and gives `done` when it is enough, `item` when not;
   * - `try`: runs what hangs on `item` once as a region; a failure inside it fires `error` instead of failing the run, once the
   *   node's `retry` is used up (each attempt is a round with step names of its own);
   * - `clean-up`: what hangs on its `out` runs last, when the run was stopped or failed.
   */
  control?: 'loop' | 'merge' | 'note' | 'trigger' | 'repeat' | 'try' | 'clean-up';
  /** Faults in a config that its schema cannot say, e.g. an expression that does not parse. */
  check?(config: Config): { field: string; message: string }[];
  run(context: NodeContext<Config, Needs>): Promise<NodeOutputs>;
}

/** Types one node file; the engine handles them all as `AnyNodeType`. */
export function defineNode<Config, const Needs extends Power>(node: NodeType<Config, Needs>): NodeType<Config, Needs> {
  return node;
}

// The registry holds nodes of many configs and needs; only the engine, which checks both, calls `run` through this type.
// biome-ignore lint/suspicious/noExplicitAny: existential type, see above
export type AnyNodeType = NodeType<any, any>;
