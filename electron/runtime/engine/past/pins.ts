// Outputs that a person pinned to nodes while building what comes after them. They hold in runs that a person starts, never in
// those that start by themselves, and never in a run that another one starts.

import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunOrigin } from '../../../../shared/model/run.ts';
import type { Plan } from '../plan-types.ts';
import { checkPorts } from './fork.ts';

/** By node. Throws `pin-unknown-port`. */
export function pinsOf(plan: Plan, { kind }: RunOrigin): ReadonlyMap<string, Record<string, JsonValue>> | undefined {
  if (kind !== 'manual' && kind !== 'fork') return undefined;
  let pins: Map<string, Record<string, JsonValue>> | undefined;
  for (const node of plan.nodes) {
    const { pinned } = node.node;
    if (pinned === undefined) continue;
    checkPorts(node, pinned);
    pins ??= new Map();
    pins.set(node.id, pinned);
  }
  return pins;
}
