// Binds the powers that a node asks for to one step of one run: its grant, its policy and its idempotency key. A node gets only what its
// `needs` name. Files, the network and memory have files of their own.

import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { NodePowers, Power } from '../nodes/define-node.ts';
import { isBound } from '../policy/bound-runs.ts';
import { createGraphGate, type GraphGate } from '../policy/graph-gate.ts';
import type { StepBinding } from './execute.ts';
import { filesPower } from './files-power.ts';
import { memoryPower } from './memory-power.ts';
import { netPower } from './net-power.ts';
import { connectionOf, noterOf, type PowerDeps, sourceOf } from './power-deps.ts';
import { policyOf } from './power-reach.ts';
import { isReceiverFromData } from './receivers.ts';
import { longRestMs } from './session.ts';

export function makePowers(deps: PowerDeps, binding: StepBinding): Pick<NodePowers, Power> {
  const use: Partial<NodePowers> = {};
  for (const need of binding.node.type.needs as readonly Power[]) {
    const power = builders[need](deps, binding);
    Object.assign(use, { [need]: reaching.has(need) ? behindGate(deps, binding, power) : power });
  }
  return use as Pick<NodePowers, Power>;
}

/** Powers that reach out of the graph: in a run of a job or a program they wait until its graph is the one that was agreed to. */
const reaching: ReadonlySet<Power> = new Set<Power>(['files', 'net', 'tools', 'models', 'memory', 'workflows']);
const gates = new WeakMap<PowerDeps, GraphGate>();

function behindGate<P extends NodePowers[Power]>(deps: PowerDeps, binding: StepBinding, power: P): P {
  const { session, step, context } = binding;
  if (!isBound(deps.ports, session.id)) return power;
  const actor = { kind: 'workflow' as const };
  const gate =
    gates.get(deps) ??
    createGraphGate({
      ...deps,
      grants: policyOf(deps).grants,
      answered: (asked, answer) => policyOf(deps).answered({ actor, ...asked }, answer),
    });
  gates.set(deps, gate);
  const wrapped = Object.entries(power).map(([name, work]: [string, (...given: unknown[]) => Promise<unknown>]) => [
    name,
    async (...given: unknown[]) => {
      const [first] = given;
      const agent = name === 'turn' ? (first as Parameters<NodePowers['models']['turn']>[0]).agent : undefined;
      await gate({ run: session, step, context, agent });
      return work(...given);
    },
  ]);
  return Object.fromEntries(wrapped) as P;
}

type Builders = { [P in Power]: (deps: PowerDeps, binding: StepBinding) => NodePowers[P] };

const builders: Builders = {
  files: filesPower,
  net: netPower,
  tools: (deps, binding) => ({ call: (server, tool, args) => callTool(deps, binding, server, tool, args) }),
  models: modelsPower,
  memory: memoryPower,
  expressions: ({ ports }, { scope, context }) => ({
    evaluate: (expression) => ports.expressions.evaluate(expression, expressionContext(scope, expression), { signal: context.signal }),
  }),
  person: (deps, binding) => ({ ask: (question, schema, options) => askPerson(deps, binding, question, schema, options) }),
  // While it only waits for another run, its place in the queue is that run's.
  workflows: (deps, binding) => ({ run: (id, inputs) => binding.session.activity.rest(() => deps.runChild(binding, id, inputs)) }),
  clock: ({ ports }, { session, context }) => ({
    now: () => ports.clock.now(),
    sleep: (ms) => {
      const sleep = (): Promise<void> => ports.clock.sleep(ms, context.signal);
      return ms > longRestMs ? session.activity.rest(sleep) : sleep();
    },
  }),
  scripts: ({ ports }, binding) => ({
    run: (code, globals, options = {}) =>
      ports.scripts.run(
        { code, globals, ...(options.n8n === true ? { prelude: ['n8n'] } : options.sql === true ? { prelude: ['sql'] } : {}) },
        {
          signal: binding.context.signal,
          ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
          onLog: (level, text) => writeLog(binding, level, text),
        },
      ),
    reckon: (work, ask) => ports.scripts.reckon(work, ask, { signal: binding.context.signal }),
  }),
  variables: (_deps, { variables }) => ({ set: (name, value) => variables.set(name, value) }),
  log: (_deps, binding) => ({
    info: (message) => writeLog(binding, 'info', message),
    warn: (message) => writeLog(binding, 'warn', message),
    error: (message) => writeLog(binding, 'error', message),
  }),
};

const writeLog = ({ session, step, node }: StepBinding, level: 'info' | 'warn' | 'error', message: string): void =>
  session.log(step, node.id, level, message);

function callTool(
  deps: PowerDeps,
  binding: StepBinding,
  server: string,
  tool: string,
  args: JsonObject,
): ReturnType<NodePowers['tools']['call']> {
  const { session, step, context } = binding;
  return deps.belt.call({
    actor: { kind: 'workflow' },
    server: server as ServerId,
    tool,
    args,
    run: { id: session.id, title: session.title, grant: session.grant },
    step,
    source: sourceOf(binding),
    ...(typeof args.url === 'string' && isReceiverFromData(deps.ports, binding, args.url) ? { receiverFromData: true } : {}),
    context,
  });
}

function modelsPower(deps: PowerDeps, binding: StepBinding): NodePowers['models'] {
  const { session, step, context } = binding;
  return {
    async prompt(request) {
      const { models } = deps;
      const { ref } = await models.resolve(request.model);
      const system = request.system === undefined ? [] : [{ role: 'system' as const, text: request.system }];
      const messages = [...system, { role: 'user' as const, text: request.prompt }];
      const format = request.format === undefined ? {} : { format: request.format };
      let text = '';
      let toldAt = 0;
      const by = connectionOf(deps.ports, binding);
      for await (const event of models.chat(ref, { messages, tools: [], by, signal: context.signal, ...format })) {
        if (event.type === 'end') context.used?.(event.usage);
        if (event.type !== 'text') continue;
        text += event.text;
        const now = deps.ports.clock.now();
        if (now - toldAt < 100) continue;
        toldAt = now;
        context.progress({ note: text.slice(-200) });
      }
      return { text, model: ref };
    },
    turn: (request) =>
      session.activity.delegate(() =>
        deps.agents().runTask(session, step, { ...request, signal: context.signal, progress: context.progress }),
      ),
  };
}

function expressionContext(scope: StepBinding['scope'], expression: string): JsonObject {
  return {
    input: scope.input,
    inputs: scope.inputs,
    vars: scope.vars,
    steps: scope.stepsNamedIn(expression),
    ...(scope.item === undefined ? {} : { item: scope.item }),
    ...(scope.index === undefined ? {} : { index: scope.index }),
  };
}

async function askPerson(
  deps: PowerDeps,
  { session, step, context }: StepBinding,
  question: string,
  schema?: JsonObject,
  options: { expiresAfterMs?: number } = {},
): Promise<JsonValue> {
  const request = { kind: 'question' as const, question, ...(schema === undefined ? {} : { schema }) };
  // Kept with the question: asked again after a restart, it still ends when it would have.
  const expires = options.expiresAfterMs === undefined ? {} : { expiresAt: deps.ports.clock.now() + options.expiresAfterMs };
  const answer = await deps.inbox.ask({ run: session.id, step, title: session.title, request, ...expires }, context);
  if (answer.kind !== 'question')
    throw new AppError('answer-mismatch', 'The answer does not belong to this question.', { hint: 'Answer it again in the inbox.' });
  noterOf(deps, { session, step, context } as StepBinding)([{ label: 'private', from: 'your answer in the inbox' }]);
  return answer.value;
}
