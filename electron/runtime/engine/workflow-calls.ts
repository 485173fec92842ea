// The workflows that a graph runs as steps: is each of them there and fit to run, is it given what it takes, and does none
// come back to itself? Looked at while a person draws and before anything runs.

import { AppError } from '../../../shared/errors.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Complaint, WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { WorkflowStore } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { checkInputs, inputsFromText } from './inputs.ts';
import { planWorkflow } from './plan.ts';
import { type Plan, quoted } from './plan-types.ts';

const callKind = 'flow.workflow';
/** Workflows behind those that are run directly: more are not refused, only not looked at. */
const maxBehind = 2000;

export interface CallDeps {
  workflows: Pick<WorkflowStore, 'get'>;
  registry: Pick<NodeRegistry, 'get'>;
}

type Call = { node: string; title: string; workflow: string; config: JsonObject };
type Fault = Pick<Complaint, 'code' | 'message' | 'hint'> & { field?: string };

/** `self` is the document's own identity, when it is stored. */
export function checkCalls(deps: CallDeps, document: WorkflowDocument, self: string | undefined): Complaint[] {
  const complaints: Complaint[] = [];
  const calls = callsOf(document);
  if (calls.length === 0) return complaints;
  const check = new CallCheck(deps, document, self);
  for (const call of calls) {
    const fault = check.faultOf(call);
    if (fault !== undefined) complaints.push({ severity: 'error', node: call.node, field: 'workflow', ...fault });
  }
  return complaints;
}

/** One look at one document: each workflow is read and planned once. */
class CallCheck {
  readonly #deps: CallDeps;
  readonly #self: string | undefined;
  readonly #known = new Map<string, WorkflowDocument | undefined>();
  readonly #plans = new Map<string, ReturnType<typeof planWorkflow>>();
  /** Those from which no way leads back. */
  readonly #sound = new Set<string>();

  constructor(deps: CallDeps, document: WorkflowDocument, self: string | undefined) {
    this.#deps = deps;
    this.#self = self;
    if (self !== undefined) this.#known.set(self, document);
  }

  faultOf(call: Call): Fault | undefined {
    if (call.workflow === '') return undefined; // Its own schema complains of that.
    const child = this.#read(call.workflow);
    if (child === undefined)
      return {
        code: 'workflow-not-found',
        message: `${quoted(call.title)} runs a workflow that is not there any more (${call.workflow}).`,
        hint: 'Choose another one in the node.',
      };
    const ring = this.#findRing(call.workflow);
    if (ring !== undefined)
      return {
        code: 'workflow-calls-itself',
        message: `${quoted(call.title)} would never end: ${ring.map((id) => quoted(this.#read(id)?.name ?? id)).join(' runs ')}.`,
        hint: 'Let one of them do its work itself. To repeat work, use “Repeat”.',
      };
    const { plan, complaints } = this.#plan(call.workflow, child);
    if (plan !== undefined) return checkGiven(plan, child, call);
    const first = complaints.find(({ severity }) => severity === 'error');
    return {
      code: 'workflow-invalid',
      message: `${quoted(call.title)} runs ${quoted(child.name)}, which cannot run: ${first?.message ?? 'it has faults'}`,
      hint: 'Open that workflow and mend it.',
    };
  }

  #read(id: string): WorkflowDocument | undefined {
    if (!this.#known.has(id)) this.#known.set(id, this.#deps.workflows.get(id as WorkflowId));
    return this.#known.get(id);
  }

  #plan(id: string, document: WorkflowDocument): ReturnType<typeof planWorkflow> {
    const planned = this.#plans.get(id) ?? planWorkflow(document, this.#deps.registry);
    this.#plans.set(id, planned);
    return planned;
  }

  /** Depth first, without recursion. */
  #findRing(start: string): string[] | undefined {
    if (this.#sound.has(start)) return undefined;
    const above = this.#self === undefined ? [] : [this.#self];
    if (above.includes(start)) return [...above, start];
    const path: { id: string; next: string[] }[] = above.map((id) => ({ id, next: [] }));
    const on = new Set(above);
    let looked = 0;
    const enter = (id: string): void => {
      looked += 1;
      on.add(id);
      path.push({ id, next: looked > maxBehind ? [] : callsOf(this.#read(id)).map(({ workflow }) => workflow) });
    };
    enter(start);
    for (let at = path.at(-1); at !== undefined && path.length > above.length; at = path.at(-1)) {
      const next = at.next.pop();
      if (next === undefined) {
        this.#sound.add(at.id);
        on.delete(at.id);
        path.pop();
      } else if (on.has(next)) {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(next)), next];
      } else if (!this.#sound.has(next)) enter(next);
    }
    return undefined;
  }
}

/** Values with a template in them are known only when it runs. */
function checkGiven(plan: Plan, child: WorkflowDocument, { title, config }: Call): Fault | undefined {
  const given: Record<string, JsonValue> = {};
  let hasTemplates = false;
  for (const row of Array.isArray(config.inputs) ? config.inputs : []) {
    const { name, value } = (row ?? {}) as { name?: JsonValue; value?: JsonValue };
    if (typeof name !== 'string' || typeof value !== 'string') continue;
    if (value.includes('{{') || value.includes('{%')) hasTemplates = true;
    given[name] = value;
  }
  try {
    checkInputs(plan, hasTemplates ? withoutTemplates(plan, given) : inputsFromText(plan, given));
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      code: error.code,
      message: `${quoted(title)} runs ${quoted(child.name)}: ${error.message}`,
      hint: 'Mend its inputs in the node.',
      field: 'inputs',
    };
  }
}

/** What is not known yet is taken to fit: each such input gets a value of its kind. */
function withoutTemplates(plan: Plan, given: Record<string, JsonValue>): Record<string, JsonValue> {
  const known = { ...given };
  const types = new Map(
    plan.nodes.filter(({ type }) => type.kind === 'flow.input').map(({ config }) => [String(config.name), config.type]),
  );
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' || !(value.includes('{{') || value.includes('{%')) || !types.has(name)) continue;
    known[name] = placeholders[String(types.get(name))] ?? 'text';
  }
  return inputsFromText(plan, known);
}

const placeholders: Record<string, JsonValue> = { number: 0, toggle: true, folder: '/', file: '/' };

function callsOf(document: WorkflowDocument | undefined): Call[] {
  return (document?.nodes ?? [])
    .filter(({ kind }) => kind === callKind)
    .map(({ id, title, config }) => ({ node: id, title: title ?? 'Run a workflow', workflow: String(config.workflow ?? ''), config }));
}

/** Throws the first fault, before anything runs. */
export function mustCall(deps: CallDeps, document: WorkflowDocument, self: string | undefined): void {
  const complaints = checkCalls(deps, document, self);
  const [first] = complaints;
  if (first === undefined) return;
  throw new AppError(first.code, first.message, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    place: `${first.node}.${first.field}`,
    details: { complaints },
  });
}
