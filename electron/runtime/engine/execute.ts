// Runs one plan over one session: nodes become journaled steps, loops become passes. It must not touch stores or ports; what
// a node may use is handed in.

import { AppError, cancelled, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { Effect } from '../../../shared/model/node-descriptor.ts';
import type { NodeContext, NodeOutputs, NodePowers, Power } from '../nodes/define-node.ts';
import type { StepContext } from '../services.ts';
import { renderConfig } from '../templates.ts';
import { runLoop } from './loops.ts';
import { type PassWork, runPass } from './pass.ts';
import { parseRendered } from './plan-nodes.ts';
import { type Plan, type PlanNode, type PlanScope, quoted } from './plan-types.ts';
import { type Frame, gatherInputs, StepScope, topFrame } from './scope.ts';
import type { Session } from './session.ts';

export interface StepBinding {
  session: Session;
  step: string;
  node: PlanNode;
  scope: StepScope;
  context: StepContext;
}

export interface ExecuteOptions {
  plan: Plan;
  session: Session;
  vars: Record<string, JsonValue>;
  powers(binding: StepBinding): Pick<NodePowers, Power>;
  toolEffect(server: string, tool: string): Effect;
  /** A failure that ends the run: everything else that runs is to be stopped. */
  onFatal(error: AppError): void;
}

/** Resolves with the run's outputs. Rejects with the failure that ended it, or `cancelled`. */
export async function execute(options: ExecuteOptions): Promise<Record<string, JsonValue>> {
  const { plan, session } = options;
  const frame = topFrame(plan.scopes[0] as PlanScope);
  const work: PassWork = {
    plan,
    begin: (at, node) => begin(options, work, at, node),
    skip: (at, node) => session.skip(`${node.id}${at.suffix}`, node.id),
    onFailure: (at, error) => {
      if (!at.isContained && !isCancelled(error)) options.onFatal(toAppError(error));
    },
  };
  await runPass(work, frame);
  const outputs: Record<string, JsonValue> = {};
  for (const node of plan.nodes) {
    const fired = node.type.kind === 'flow.output' ? frame.outputs[node.slot] : undefined;
    if (fired?.out !== undefined) outputs[String(node.config.name)] = fired.out;
  }
  return outputs;
}

function begin(options: ExecuteOptions, work: PassWork, frame: Frame, node: PlanNode): Promise<NodeOutputs | null> | undefined {
  if (options.session.signal.aborted) return Promise.reject(cancelled());
  const inputs = gatherInputs(options.plan, frame, node);
  if (inputs === undefined) return undefined;
  return runStep(options, work, frame, node, inputs);
}

async function runStep(
  options: ExecuteOptions,
  work: PassWork,
  frame: Frame,
  node: PlanNode,
  inputs: Record<string, JsonValue>,
): Promise<NodeOutputs | null> {
  const { session } = options;
  const step = `${node.id}${frame.suffix}`;
  const isLoop = node.type.control === 'loop';
  try {
    return await session.step({
      step,
      node: node.id,
      effect: effectOf(options, node),
      // A loop's own body is answered from the journal, failures too: trying it again would change nothing.
      retry: isLoop ? undefined : node.node.retry,
      timeoutMs: node.node.timeoutMs,
      what: quoted(node.title),
      outputsWhenTold: told(node),
      signal: frame.signal,
      run: (context) => (isLoop ? loop(options, work, frame, node, inputs, context) : call(options, frame, node, inputs, step, context)),
    });
  } catch (error) {
    if (isCancelled(error) || !(error instanceof AppError)) throw error;
    if (error.code === 'step-given-up') return null;
    if (node.node.onError !== 'continue') throw error;
    return { error: { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) } };
  }
}

function effectOf(options: ExecuteOptions, node: PlanNode): Effect {
  return node.type.effectOf === undefined ? node.type.effect : node.type.effectOf(node.config, options.toolEffect);
}

/** A person said that it happened, but nobody knows what it gave. */
function told(node: PlanNode): NodeOutputs {
  const port = node.outputs.find((spec) => spec.name === 'out') ?? node.outputs.find((spec) => spec.name !== 'error');
  return port === undefined ? {} : { [port.name]: null };
}

async function call(
  options: ExecuteOptions,
  frame: Frame,
  node: PlanNode,
  inputs: Record<string, JsonValue>,
  step: string,
  context: StepContext,
): Promise<NodeOutputs> {
  const scope = new StepScope(options.plan, frame, node, inputs, options.vars);
  const config = node.hasTemplates ? parseRendered(node, renderConfig(node.config, node.type.fields, scope, node.title)) : node.config;
  const use = node.type.needs.length === 0 ? noPowers : options.powers({ session: options.session, step, node, scope, context });
  const { signal, firstStartedAt, progress } = context;
  const nodeContext: NodeContext<unknown, Power> = { config, scope, use, signal, firstStartedAt, progress };
  return node.type.run(nodeContext);
}

const noPowers = Object.freeze({}) as Pick<NodePowers, Power>;

function loop(
  options: ExecuteOptions,
  work: PassWork,
  frame: Frame,
  node: PlanNode,
  inputs: Record<string, JsonValue>,
  context: StepContext,
): Promise<NodeOutputs> {
  const { plan, session } = options;
  return session.activity.delegate(async () => {
    const passes = { plan, runPass: (at: Frame) => runPass(work, at), now: () => session.clock.now() };
    return { done: await runLoop(passes, frame, node, inputs.in, context) };
  });
}
