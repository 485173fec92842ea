// What must hold before a job is stored: nothing is, unless all of it does.

import { AppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { JobId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { checkInputs } from '../engine/inputs.ts';
import { planWorkflow } from '../engine/plan.ts';
import { mustBeThere } from '../given-folders.ts';
import { agreedGraphs, graphDeps } from '../policy/agreed-graph.ts';
import { pinGrant } from '../policy/pin-grant.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { fromHome } from './paths.ts';
import { mustBeSound, type ReadTrigger, readTrigger } from './read-trigger.ts';
import type { createSources } from './sources.ts';
import { hookStateOf, newHook } from './webhook.source.ts';

export interface TurnOnRequest {
  workflow: WorkflowId;
  node: string;
  grant: Grant;
  inputs: Record<string, JsonValue>;
}

interface TurnOnDeps {
  ports: Ports;
  registry: Pick<NodeRegistry, 'get'>;
  sources: ReturnType<typeof createSources>;
}

/**
 * The job to store. Throws `workflow-not-found`, `node-not-trigger`, `schedule-never`, `folder-not-found`, `workflow-invalid`,
 * `input-missing`, … with the place.
 */
export async function jobFor({ ports, registry, sources }: TurnOnDeps, given: TurnOnRequest): Promise<StoredJob> {
  const folders = given.grant.folders.map((folder) => fromHome(folder, ports.files.home));
  const request: TurnOnRequest = { ...given, grant: { ...given.grant, folders } };
  const { store, clock, ids } = ports;
  const read = readTrigger({ workflows: store.workflows, registry, home: ports.files.home }, request.workflow, request.node);
  // As they are now, at once: what follows waits, and what is saved meanwhile was agreed to by nobody.
  const agreed = agreedGraphs(graphDeps(ports, registry), read.workflow);
  const { grant, inputs } = await checkedGrant({ ports, registry }, read, request);
  const candidate = { workflow: request.workflow, node: request.node, config: read.config, folders: grant.folders };
  try {
    await sources[read.trigger.source].check(candidate as never);
  } catch (error) {
    throw placed(error, request.node);
  }
  mustBeSound(read);
  const before = store.jobs.list(request.workflow).find((each) => each.node === request.node);
  const id = before?.id ?? (ids.next() as JobId);
  const now = clock.now();
  const hook = read.trigger.source === 'webhook' ? (hookStateOf(before?.state ?? {}) ?? freshHook(ports, id)) : undefined;
  return {
    id,
    workflow: request.workflow,
    node: request.node,
    kind: read.type.kind,
    isOn: true,
    grant: pinGrant(ports, grant, before?.grant),
    agreed,
    inputs,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    // One that was off begins afresh: what came while it was off is nothing it missed.
    state: {
      ...(before?.isOn === true && !isHalted(before) ? before.state : {}),
      ...(hook === undefined ? {} : { hook: { renewal: hook.renewal, hash: hook.hash } }),
    },
  };
}

const isHalted = ({ state: { halted } }: StoredJob): boolean => halted !== null && halted !== undefined;

const freshHook = (ports: Ports, id: JobId) => newHook(ports, id, 1);

/** Inputs by the workflow's own rules. A folder that the person gives as an input is the job's to use, as in a run by hand. */
async function checkedGrant(
  { ports, registry }: Omit<TurnOnDeps, 'sources'>,
  { workflow }: ReadTrigger,
  request: TurnOnRequest,
): Promise<{ grant: Grant; inputs: Record<string, JsonValue> }> {
  const { plan } = planWorkflow(workflow, registry);
  // Of a graph that is wrong nothing is known of its inputs; it is refused in a moment.
  if (plan === undefined) return { grant: request.grant, inputs: request.inputs };
  const { folders } = checkInputs(plan, request.inputs);
  await mustBeThere(ports.files, workflow, request.inputs, request.grant.folders);
  return { grant: { ...request.grant, folders: [...new Set([...request.grant.folders, ...folders])] }, inputs: request.inputs };
}

/** A source names the field; the person needs the node too. */
function placed(error: unknown, node: string): unknown {
  if (!(error instanceof AppError) || error.place === undefined) return error;
  return new AppError(error.code, error.message, {
    place: `${node}.${error.place}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
    cause: error,
  });
}
