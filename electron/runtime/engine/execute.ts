// Runs one plan over one session: nodes become journaled steps, bodies become passes. It must not touch stores or ports; what
// a node may use is handed in.

import { AppError, cancelled, fromShape, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Effect } from '../../../shared/model/node-descriptor.ts';
import type { NodeContext, NodeOutputs, NodePowers, Power } from '../nodes/define-node.ts';
import type { NewRun } from '../ports.ts';
import type { StepCall, StepContext } from '../services.ts';
import { renderConfig } from '../templates.ts';
import { runBody } from './body-step.ts';
import { knownFailure } from './known-failures.ts';
import type { NarrowedStep } from './live-attempt.ts';
import { type PassWork, runPass } from './pass.ts';
import { contentText } from './past/content-text.ts';
import { parseRendered } from './plan-nodes.ts';
import { bodyPort, type Plan, type PlanNode, type PlanScope, quoted } from './plan-types.ts';
import type { RateLimits } from './rate-limits.ts';
import { type Frame, gatherInputs, StepScope, topFrame } from './scope.ts';
import type { Session } from './session.ts';
import { firingTriggers } from './triggers.ts';
import type { RunVariables } from './variables.ts';

export interface StepBinding {
  session: Session;
  step: string;
  node: PlanNode;
  scope: StepScope;
  context: StepContext;
  variables: Pick<RunVariables, 'set'>;
}

export interface ExecuteOptions {
  plan: Plan;
  session: Session;
  variables: RunVariables;
  trigger?: NewRun['trigger'];
  powers(binding: StepBinding): Pick<NodePowers, Power>;
  toolEffect(server: string, tool: string): Effect;
  /** Over all runs of the host; `key` tells this workflow from others. */
  rates: { limits: RateLimits; key: string };
  /** What runs right now, by step; where nobody asks, it is not noted. */
  going?: Map<string, PlanNode> | undefined;
  /** A failure that ends the run: everything else that runs is to be stopped. */
  onFatal(error: AppError): void;
}

export interface Execution {
  readonly options: ExecuteOptions;
  readonly work: PassWork;
  readonly top: Frame;
}

export function prepare(options: ExecuteOptions): Execution {
  const { plan, session } = options;
  const firing = firingTriggers(plan, options.trigger);
  const top = topFrame(plan.scopes[0] as PlanScope, (error) => {
    if (!isCancelled(error)) options.onFatal(toAppError(error));
  });
  const work: PassWork = {
    plan,
    begin: (at, node) => begin(execution, firing, at, node),
    recover,
    skip: (at, node) => session.skip(`${node.id}${at.suffix}`, node.id),
  };
  const execution: Execution = { options, work, top };
  return execution;
}

/** Resolves with the run's outputs. Rejects with the failure that ended it, or `cancelled`. */
export async function execute({ options, work, top }: Execution): Promise<Record<string, JsonValue>> {
  const known = knownFailure(options.plan, options.session.journal, top.scope, top.suffix);
  if (known !== undefined) throw fromShape(known.error);
  await runPass(work, top);
  const outputs: Record<string, JsonValue> = {};
  for (const node of options.plan.nodes) {
    const fired = node.type.kind === 'flow.output' ? top.outputs[node.slot] : undefined;
    if (fired?.out !== undefined) outputs[String(node.config.name)] = fired.out;
  }
  return outputs;
}

function begin(execution: Execution, firing: ReadonlySet<PlanNode>, frame: Frame, node: PlanNode): Promise<NodeOutputs | null> | undefined {
  if (execution.options.session.signal.aborted || frame.signal?.aborted === true) return Promise.reject(cancelled());
  const { control } = node.type;
  // Its time comes when the run ends; until then it is neither done nor skipped.
  if (control === 'clean-up') return Promise.resolve(null);
  if (control === 'trigger' && !firing.has(node)) return undefined;
  const inputs = frame.early?.get(node.slot)?.inputs ?? gatherInputs(execution.options.plan, frame, node);
  if (inputs === undefined) return undefined;
  return runStep(execution, frame, node, inputs);
}

function runStep(execution: Execution, frame: Frame, node: PlanNode, inputs: Record<string, JsonValue>): Promise<NodeOutputs | null> {
  const { options } = execution;
  const spec = new NodeStep(execution, frame, node, inputs);
  // A value that is set already when the run is taken up is known to its variables.
  const isToSet = node.type.kind === 'flow.set-variable' && options.session.journal.steps.get(spec.step)?.outputs === undefined;
  if (!isToSet && options.going === undefined) return options.session.step(spec);
  return watched(options, spec, node, isToSet);
}

async function watched(
  { session, going, variables }: ExecuteOptions,
  spec: NodeStep,
  node: PlanNode,
  isToSet: boolean,
): Promise<NodeOutputs> {
  going?.set(spec.step, node);
  try {
    const outputs = await session.step(spec);
    // Pinned, or answered from another run's record.
    if (isToSet && !spec.ran && outputs.out !== undefined) await variables.set(String(node.config.name), outputs.out);
    return outputs;
  } finally {
    going?.delete(spec.step);
  }
}

/** What a failure leaves to the graph; throws it when it is the graph's too. */
function recover({ suffix }: Frame, node: PlanNode, error: unknown): NodeOutputs | null {
  if (isCancelled(error) || !(error instanceof AppError)) throw error;
  if (error.code === 'step-given-up') return null;
  // It ran out of time: what fails inside is its output already.
  if (node.type.control === 'try') return { error: { ...brief(error), node: node.id, step: `${node.id}${suffix}` } };
  if (node.node.onError !== 'continue') throw error;
  return { error: brief(error) };
}

/** One node's step in one pass. An object with methods, for there is one for each step: what most steps do not need is not made ahead. */
class NodeStep implements NarrowedStep {
  readonly step: string;
  readonly node: string;
  readonly effect: Effect;
  readonly retry: NarrowedStep['retry'];
  readonly timeoutMs: number | undefined;
  readonly outputsWhenTold: NarrowedStep['outputsWhenTold'];
  readonly contentText: NarrowedStep['contentText'];
  readonly signal: AbortSignal | undefined;
  readonly ready: NarrowedStep['ready'];
  ran = false;
  readonly #execution: Execution;
  readonly #frame: Frame;
  readonly #node: PlanNode;
  readonly #inputs: Record<string, JsonValue>;

  constructor(execution: Execution, frame: Frame, node: PlanNode, inputs: Record<string, JsonValue>) {
    const { options } = execution;
    this.#execution = execution;
    this.#frame = frame;
    this.#node = node;
    this.#inputs = inputs;
    this.step = `${node.id}${frame.suffix}`;
    this.node = node.id;
    this.effect = effectOf(options, node);
    // A loop's own body is answered from the journal, failures too: trying it again would change nothing. A try has rounds.
    this.retry = this.#hasBody && node.type.control !== 'try' ? undefined : node.node.retry;
    this.timeoutMs = node.node.timeoutMs;
    this.outputsWhenTold = this.effect === 'once' ? told(node) : undefined;
    this.contentText =
      node.node.reuse === true && node.type.control === undefined
        ? () => contentText(node, new StepScope(options.plan, frame, node, inputs, options.variables))
        : undefined;
    this.signal = frame.signal;
    this.ready = turnOf(options, frame, node, this.step);
  }

  get what(): string {
    return quoted(this.#node.title);
  }

  /** For the nodes that call a tool or an address themselves; as it was given to them, where that can still be told. */
  calls(): StepCall | undefined {
    const { options } = this.#execution;
    const node = this.#node;
    const scope = new StepScope(options.plan, this.#frame, node, this.#inputs, options.variables);
    let { config } = node;
    try {
      if (node.hasTemplates) config = renderConfig(node.config, node.type.fields, scope, node.title);
    } catch {
      // What it was given is gone, and its form as it was drawn says more than nothing.
    }
    return callOf(node.type.kind, config);
  }

  get #hasBody(): boolean {
    return bodyPort(this.#node.type) !== undefined;
  }

  run(context: StepContext): Promise<NodeOutputs> {
    this.ran = true;
    const { options } = this.#execution;
    const [frame, node, inputs, step] = [this.#frame, this.#node, this.#inputs, this.step];
    if (!this.#hasBody) return call(options, frame, node, inputs, step, context);
    return runBody(this.#execution, { frame, node, inputs, step, context }, async (at, given) =>
      call(options, at, node, given, step, context),
    );
  }
}

function callOf(kind: string, config: JsonObject): StepCall | undefined {
  if (kind === 'tool.call') {
    const { server, tool, args } = config;
    return {
      server: String(server),
      tool: String(tool),
      args: args !== null && typeof args === 'object' && !Array.isArray(args) ? args : {},
    };
  }
  if (kind !== 'tool.http-request') return undefined;
  const { method, url, headers, body } = config;
  return {
    server: 'web',
    tool: 'http_request',
    args: { method: method ?? 'GET', url: url ?? '', headers: headers ?? [], body: body ?? '' },
  };
}

const brief = ({ code, message, hint }: AppError) => ({ code, message, ...(hint === undefined ? {} : { hint }) });

function effectOf(options: ExecuteOptions, node: PlanNode): Effect {
  return node.type.effectOf === undefined ? node.type.effect : node.type.effectOf(node.config, options.toolEffect);
}

/** A person said that it happened, but nobody knows what it gave. */
function told(node: PlanNode): NodeOutputs {
  const port = node.outputs.find((spec) => spec.name === 'out') ?? node.outputs.find((spec) => spec.name !== 'error');
  return port === undefined ? {} : { [port.name]: null };
}

function turnOf({ rates, session }: ExecuteOptions, frame: Frame, node: PlanNode, step: string): (() => Promise<void>) | undefined {
  const limit = node.node.rateLimit;
  if (limit === undefined) return undefined;
  const note = `waits its turn: ${limit.max} per ${inWords(limit.perMs)}`;
  return () =>
    rates.limits.take(`${rates.key}/${node.id}`, limit, frame.signal ?? session.signal, () =>
      session.emit({ type: 'step-progress', at: session.clock.now(), step, node: node.id, note }),
    );
}

const inWords = (ms: number): string =>
  ms % 60_000 === 0
    ? `${ms === 60_000 ? '' : `${ms / 60_000} `}min`
    : ms % 1000 === 0
      ? `${ms === 1000 ? '' : `${ms / 1000} `}s`
      : `${ms} ms`;

/** Throws what the node throws before its first await; whoever runs a step is ready for that. */
function call(
  options: ExecuteOptions,
  frame: Frame,
  node: PlanNode,
  inputs: Record<string, JsonValue>,
  step: string,
  context: StepContext,
): Promise<NodeOutputs> {
  const { trigger, variables, session, plan } = options;
  if (trigger !== undefined && node.type.control === 'trigger') return Promise.resolve({ out: trigger.payload });
  const scope = new StepScope(plan, frame, node, inputs, variables);
  const config = node.hasTemplates ? parseRendered(node, renderConfig(node.config, node.type.fields, scope, node.title)) : node.config;
  const use = node.type.needs.length === 0 ? noPowers : options.powers({ session, step, node, scope, context, variables });
  const running = node.type.run(new NodeCall(config, scope, use, context));
  const early = frame.early?.get(node.slot);
  // Which branch won is part of what is kept: a run that is taken up again must not find another one.
  return early === undefined ? running : running.then((outputs) => ({ ...outputs, from: early.from }));
}

/** What a node is handed; looked up in its step when it asks, for most nodes need little of it. */
class NodeCall implements NodeContext<unknown, Power> {
  readonly config: unknown;
  readonly scope: StepScope;
  readonly use: Pick<NodePowers, Power>;
  readonly #context: StepContext;
  constructor(config: unknown, scope: StepScope, use: Pick<NodePowers, Power>, context: StepContext) {
    this.config = config;
    this.scope = scope;
    this.use = use;
    this.#context = context;
  }
  get signal(): AbortSignal {
    return this.#context.signal;
  }
  get firstStartedAt(): number {
    return this.#context.firstStartedAt;
  }
  get progress(): StepContext['progress'] {
    return this.#context.progress;
  }
}

const noPowers = Object.freeze({}) as Pick<NodePowers, Power>;
