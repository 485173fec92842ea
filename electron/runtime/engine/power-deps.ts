// What the powers of nodes are made of, and what all of them say of the step that uses them: who it is, for the ledger, for change sets
// and for memory, and what came into its run.

import type { JsonValue } from '../../../shared/model/json.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { unattended } from '../policy/unattended.ts';
import type { ConnectionBy, Ports } from '../ports.ts';
import type { Agents, Inbox, ModelService, NodeRegistry, SettingsService, ToolBelt } from '../services.ts';
import { actorOf } from '../undo/call-changes.ts';
import type { UndoService } from '../undo/undo.ts';
import type { StepBinding } from './execute.ts';
import { policyOf } from './power-reach.ts';

export interface PowerDeps {
  ports: Pick<Ports, 'files' | 'net' | 'vault' | 'expressions' | 'scripts' | 'clock' | 'hash' | 'store' | 'ids'>;
  settings: Pick<SettingsService, 'get'>;
  belt: Pick<ToolBelt, 'call' | 'effectOf'>;
  models: Pick<ModelService, 'resolve' | 'chat'>;
  inbox: Inbox;
  registry: Pick<NodeRegistry, 'get'>;
  /** One of its own, without an audit log, when missing. */
  policy?: PolicyService;
  /** Writes down what steps change. */
  undo?: Pick<UndoService, 'recorder' | 'as'> | undefined;
  /** Made after the engine, with it. */
  agents(): Pick<Agents, 'runTask'>;
  /** Runs another workflow as a child of this step; the same child when the step is taken up again. */
  runChild(binding: StepBinding, workflow: string, inputs: Record<string, JsonValue>): Promise<Record<string, JsonValue>>;
}

/** What a power brought is in the run from then on; its journal says the same after a restart (policy/journal-taints.ts). */
export function noterOf(deps: PowerDeps, { session }: StepBinding): (labels: readonly Omit<Taint, 'at'>[]) => void {
  return (labels) => {
    const at = deps.ports.clock.now();
    for (const label of labels) policyOf(deps).taints.add(session.id, { ...label, at });
  };
}

export const sourceOf = ({ session, step }: StepBinding): MemorySource => ({ kind: 'run', run: session.id, step, title: session.title });

/** Who changes something in a step, for its change set. */
export function changedBy(ports: PowerDeps['ports'], { session, step }: StepBinding) {
  const job = unattended(ports, session.id);
  const actor = actorOf(job === undefined ? { kind: 'workflow' } : { kind: 'job', ...job }, session);
  return { actor, run: session.id, runTitle: session.title, step };
}

/** The same for the ledger. */
export function connectionOf(ports: PowerDeps['ports'], binding: StepBinding): ConnectionBy {
  const { actor, run, step } = changedBy(ports, binding);
  return { actor, run, step };
}
