// What of a trigger's settings is part of what was agreed to: all that say at what it starts, and so what the run works with (a folder, a
// text, another workflow); none that say only when. In a run that a program begins a trigger gives its own settings on: there they are what
// the run is given. Pure.

import type { AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { WorkflowNode } from '../../../shared/model/workflow.ts';
import type { Ports } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { canonicalJson } from './canonical.ts';

type TriggerType = NonNullable<ReturnType<NodeRegistry['get']>>;

/** Every trigger has this one: what becomes of starts that nobody was there for. */
const everyTiming = ['missed'];

/** With what it takes where a setting is left out, so that writing that down is no change. */
export function startSettings({ config }: Pick<WorkflowNode, 'config'>, { defaults, trigger }: TriggerType): JsonObject {
  const timing: ReadonlySet<string> = new Set([...everyTiming, ...(trigger?.timing ?? [])]);
  return Object.fromEntries(Object.entries({ ...defaults, ...config }).filter(([key]) => !timing.has(key)));
}

export const startOf = ({ hash }: Pick<Ports, 'hash'>, node: WorkflowNode, type: TriggerType): string =>
  hash(canonicalJson([node.version, startSettings(node, type)])).slice(0, 32);

const own = (of: Record<string, string>, id: string): string | undefined => (Object.hasOwn(of, id) ? of[id] : undefined);

/** Tells it from every other graph or agent, by its triggers too. */
export const identityOf = ({ hash, starts = {} }: AgreedGraph, hashOf: Ports['hash']): string =>
  Object.keys(starts).length === 0 ? hash : hashOf(canonicalJson([hash, starts]));

/** What was agreed to before this was kept says nothing of triggers, and nothing of them is different then. */
const isSameStart = (before: AgreedGraph | undefined, now: AgreedGraph, id: string): boolean =>
  before?.starts === undefined || now.starts === undefined || own(before.starts, id) === own(now.starts, id);

export const isSamePart = (before: AgreedGraph | undefined, now: AgreedGraph, id: string): boolean =>
  before?.parts[id] === now.parts[id] && isSameStart(before, now, id);

/** Those with the same parts have the same triggers. */
export const isSameGraph = (before: AgreedGraph | undefined, now: AgreedGraph): boolean =>
  before?.hash === now.hash && Object.keys(now.starts ?? {}).every((id) => isSameStart(before, now, id));
