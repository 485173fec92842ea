// Binds the powers that a node asks for to one step of one run: its grant, its policy, its secrets and its idempotency key.
// A node gets only what its `needs` name. Secrets' values exist here only between the vault and the request.

import { AppError } from '../../../shared/errors.ts';
import type { MemoryId, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { MemorySource } from '../../../shared/model/memory.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { NodePowers, Power } from '../nodes/define-node.ts';
import { isBound } from '../policy/bound-runs.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { createGraphGate, type GraphGate } from '../policy/graph-gate.ts';
import { subjectsOf } from '../policy/judge-tool.ts';
import { secretNamesIn, withSecrets } from '../policy/secret-handles.ts';
import { createSecretUse, type MaySendSecrets, originFor, type SecretUse } from '../policy/secret-use.ts';
import { both } from '../policy/taint.ts';
import { unattended } from '../policy/unattended.ts';
import type { ConnectionBy, Ports, SecretUseBy } from '../ports.ts';
import type { Agents, Inbox, ModelService, NodeRegistry, SettingsService, ToolBelt } from '../services.ts';
import { askerOf } from '../tools/secret-use-of.ts';
import { noteWritten } from '../triggers/written-files.ts';
import { actorOf } from '../undo/call-changes.ts';
import type { UndoService } from '../undo/undo.ts';
import type { StepBinding } from './execute.ts';
import { quoted } from './plan-types.ts';
import { foldersFor, hostsToReach, mayRemember, policyOf, refuseOnward } from './power-reach.ts';
import { isReceiverFromData } from './receivers.ts';
import { longRestMs } from './session.ts';

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

/** One memory of answers for each engine. */
const senders = new WeakMap<PowerDeps, MaySendSecrets>();
function maySend(deps: PowerDeps, use: SecretUse): Promise<void> {
  const known = senders.get(deps) ?? createSecretUse({ ...deps, grants: policyOf(deps).grants, audit: policyOf(deps).audit });
  senders.set(deps, known);
  return known(use);
}

/** What a power brought is in the run from then on; its journal says the same after a restart (policy/journal-taints.ts). */
function noterOf(deps: PowerDeps, { session }: StepBinding): (labels: readonly Omit<Taint, 'at'>[]) => void {
  return (labels) => {
    const at = deps.ports.clock.now();
    for (const label of labels) policyOf(deps).taints.add(session.id, { ...label, at });
  };
}

const sourceOf = ({ session, step }: StepBinding): MemorySource => ({ kind: 'run', run: session.id, step, title: session.title });

/** Who changes something in a step, for its change set. */
function changedBy(ports: PowerDeps['ports'], { session, step }: StepBinding) {
  const job = unattended(ports, session.id);
  const actor = actorOf(job === undefined ? { kind: 'workflow' } : { kind: 'job', ...job }, session);
  return { actor, run: session.id, runTitle: session.title, step };
}

/** The same for the ledger. */
function connectionOf(ports: PowerDeps['ports'], binding: StepBinding): ConnectionBy {
  const { actor, run, step } = changedBy(ports, binding);
  return { actor, run, step };
}

function filesPower(deps: PowerDeps, binding: StepBinding): NodePowers['files'] {
  const { files } = deps.ports;
  const folders = (tool: string, args: JsonObject): Promise<string[]> => foldersFor(deps, binding, tool, args);
  const note = noterOf(deps, binding);
  return {
    async readText(path, options) {
      const text = await files.readText(path, await folders('read_text', { path }), options);
      note(both(`the file ${path}`, path));
      return text;
    },
    async writeText(path, text) {
      const allowed = await folders('write_text', { path, text });
      await binding.context.begins?.();
      noteWritten(deps.ports.store.runs, path, allowed, binding.session.id);
      return files.writeText(path, text, allowed, { changes: deps.undo?.recorder(changedBy(deps.ports, binding)) });
    },
    async list(path, options) {
      const found = await files.list(path, await folders('list_folder', { path, ...options }), options);
      note(both(`the folder ${path}`));
      return found;
    },
  };
}

function netPower(deps: PowerDeps, binding: StepBinding): NodePowers['net'] {
  const { session, node, step, context } = binding;
  const { net, vault } = deps.ports;
  return {
    async request(request) {
      const asked: JsonObject = { url: request.url, headers: request.headers, body: request.body ?? null };
      const hosts = await hostsToReach(deps, binding, { ...asked, method: request.method });
      const secrets = secretNamesIn(asked);
      const secretUse = (): SecretUseBy => {
        const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
        return {
          asker: askerOf(deps.ports, { kind: 'workflow' }, session),
          receiver: { kind: 'host', id: host, title: host },
          host,
          run: session.id,
          step,
        };
      };
      if (secrets.length > 0) {
        const origin = originFor(request.url, request.url);
        await maySend(deps, {
          secrets,
          receiver: { name: origin, server: 'web' as ServerId, tool: 'http_request', identity: { origin } },
          args: { ...asked, method: request.method ?? 'GET' },
          run: session,
          step,
          context,
          subjects: subjectsOf({ kind: 'workflow' }, unattended(deps.ports, session.id)),
          actor: changedBy(deps.ports, binding).actor,
        });
      }
      const filled = (await withSecrets(asked, (name, field) => vault.reveal(name, { field, ...secretUse() }))) as {
        url: string;
        headers: Record<string, string>;
        body: string | null;
      };
      if (secrets.length > 0) originFor(request.url, filled.url);
      const headers = { ...filled.headers };
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      // A receiver that knows this header drops the second of two equal requests.
      if (!isRead && !Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key'))
        headers['Idempotency-Key'] = context.idempotencyKey;
      await context.begins?.();
      const response = await net.request({
        url: filled.url,
        method: request.method,
        headers,
        ...(filled.body === null ? {} : { body: filled.body }),
        allow: { hosts, mayGoOn: (url) => refuseOnward(deps, binding, { ...asked, url, method: request.method }) },
        ...(secrets.length === 0 ? {} : { staysAtOrigin: true }),
        signal: context.signal,
        purpose: `${quoted(session.title)} · ${node.title}`,
        by: connectionOf(deps.ports, binding),
      });
      noterOf(deps, binding)([{ label: 'untrusted', from: `the answer of ${new URL(filled.url).host}` }]);
      return response;
    },
  };
}

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

function memoryPower(deps: PowerDeps, binding: StepBinding): NodePowers['memory'] {
  const { store, clock, hash } = deps.ports;
  return {
    async remember(item) {
      await mayRemember(deps, binding, item.text);
      const at = clock.now();
      // The step's own key names the item, so that remembering again after a crash is the same remembering.
      const id = `m${hash(binding.context.idempotencyKey).slice(0, 24)}` as MemoryId;
      const before = item.key === undefined ? store.memory.get(id) : store.memory.findByKey(item.key);
      const put = () =>
        store.memory.put({
          ...item,
          id: before?.id ?? id,
          source: sourceOf(binding),
          createdAt: before?.createdAt ?? at,
          updatedAt: at,
        });
      return deps.undo === undefined ? put() : deps.undo.as(changedBy(deps.ports, binding), put);
    },
    async recall(query, options) {
      noterOf(deps, binding)(both('memory'));
      if (options.key === undefined) return store.memory.search(query, options.limit, options.tag);
      const item = store.memory.findByKey(options.key);
      return item === undefined ? [] : [{ ...item, score: 1, snippet: item.text.slice(0, 200) }];
    },
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
