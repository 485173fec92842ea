// Programs that are connected. A session is a run: its calls are journaled steps, its questions wait in the inbox like any other, and
// it is found again under Runs. What a program may do are its grants; everything else asks the person.

import { AppError } from '../../../shared/errors.ts';
import type { ProgramOrigin } from '../../../shared/model/client.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import { cleanStrings, type JsonObject } from '../../../shared/model/json.ts';
import { isRunOver } from '../../../shared/model/run.ts';
import type { Ports } from '../ports.ts';
import type { Policy, RunHub } from '../services.ts';
import { findArgFaults } from '../tools/check-args.ts';
import { idOfCall } from './call-ids.ts';
import { createCallSteps, type StepDeps } from './call-steps.ts';
import type { CallOptions, ClientSession } from './client-session.ts';
import { inputSchemaOf } from './input-schema.ts';
import { createPrompts } from './prompts.ts';
import type { ServeDeps, Served } from './served.ts';
import { accessEntry } from './session-access.ts';
import { servedTools } from './tools.ts';

export interface SessionDeps extends Omit<ServeDeps, 'ports' | 'hub'>, Omit<StepDeps, 'ports' | 'hub'> {
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'hash' | 'vault' | 'log'>;
  policy: Policy;
  hub: Pick<RunHub, 'create' | 'record' | 'watch'>;
}

/** Characters of the arguments of one call: what waits for the person is kept whole. */
const maxArgs = 256_000;
/** How long a session that ends waits for its calls, in milliseconds. */
const settleMs = 2000;

export interface OpenedSession extends ClientSession {
  /** Tells the program what of its lists has changed since it looked. */
  look(): void;
}

export function createSession(
  deps: SessionDeps,
  { client, isProven, origin }: { client: string; isProven: boolean; origin?: ProgramOrigin | undefined },
): OpenedSession {
  const { ports, policy, audit, hub, limits } = deps;
  const tools = servedTools(deps);
  const prompts = createPrompts(ports.store);
  const listeners = new Set<Parameters<ClientSession['onEvent']>[0]>();
  const ended = new AbortController();
  const cancels = new Map<string, AbortController>();
  const steps = createCallSteps(deps, client, ended.signal);
  const { isListed, unlisted } = limits.list(client);
  if (isListed) audit.record(accessEntry({ client, isProven, origin }, 'allowed', unlisted));

  const outcomeOf = (name: string) =>
    policy.explain({ actor: { kind: 'client', client }, action: { kind: 'serve', client, tool: name, args: {} } }).outcome;
  /** A list is not asked for with a question, so it is there only for whom the tool that says the same is allowed. */
  const mayList = (tool: 'list_workflows' | 'list_agents'): boolean => outcomeOf(tool) === 'allow';
  const send = (event: Parameters<Parameters<ClientSession['onEvent']>[0]>[0]): void => {
    for (const listener of listeners) listener(event);
  };

  const lists = {
    /** Hidden where a grant forbids it; what would ask is shown. */
    'tools-changed': () => tools.filter(({ name }) => outcomeOf(name) !== 'deny').map(({ run: _run, isBegun: _isBegun, ...tool }) => tool),
    'prompts-changed': () => prompts.list({ workflows: mayList('list_workflows'), agents: mayList('list_agents') }),
    'resources-changed': () =>
      mayList('list_workflows')
        ? ports.store.workflows
            .list('')
            .slice(0, 500)
            .map(({ id, name, description }) => ({ uri: `orrery://workflows/${id}`, name, description, mimeType: 'application/json' }))
        : [],
  };
  /** What it was shown last: a program is told of a change only in a list that it has. */
  const shown = new Map<keyof typeof lists, string>();
  function show<K extends keyof typeof lists>(which: K): ReturnType<(typeof lists)[K]> {
    limits.look(client);
    const list = lists[which]() as ReturnType<(typeof lists)[K]>;
    shown.set(which, JSON.stringify(list));
    return list;
  }

  async function run(tool: Served, args: JsonObject, options: CallOptions) {
    const call = options.call ?? ports.ids.next();
    const made = idOfCall(ports.hash, { client, call, tool: tool.name, args });
    const cancel = new AbortController();
    cancels.set(call, cancel);
    const signal = AbortSignal.any([options.signal, ended.signal, cancel.signal]);
    const log = options.log ?? (() => undefined);
    const isBegun = tool.isBegun?.(made, client, args) === true;
    const asks = (): void => {
      const words = `${tool.title} waits for the person’s answer in Orrery’s inbox.`;
      options.progress({ done: 0, note: words });
      log('notice', words);
    };
    try {
      return await steps.step({ name: tool.name, args, signal, isBegun, asks }, async (at) => {
        const result = await tool.run(args, {
          client,
          ...at,
          made,
          signal,
          cancelled: cancel.signal,
          hostEnds: deps.hostEnds,
          progress: options.progress,
          log,
          onRun: (id) => send({ type: 'run', run: id }),
        });
        // Secrets' values do not leave, whatever a workflow or an agent wrote.
        const text = ports.vault.redact(result.text);
        const { structured } = result;
        const clean = structured === undefined ? {} : { structured: cleanStrings(structured, (each) => ports.vault.redact(each)) };
        return { ...result, text, ...clean };
      });
    } finally {
      cancels.delete(call);
    }
  }

  return {
    client,
    isProven,
    ended: ended.signal,
    tools: () => show('tools-changed'),
    async call(name, args, options) {
      const tool = tools.find((each) => each.name === name);
      if (tool === undefined)
        throw new AppError('tool-not-found', `Orrery has no tool ${name.slice(0, 100)}.`, {
          hint: `It has ${tools.map((each) => each.name).join(', ')}.`,
        });
      if (JSON.stringify(args).length > maxArgs)
        throw new AppError('input-too-big', `The arguments of ${name} have more than ${maxArgs} characters.`, {
          hint: 'Send less at once, or the path of a file.',
        });
      const faults = findArgFaults(tool.inputSchema, args, { builtIn: true, hasSecrets: false });
      if (faults.length > 0) return { text: `The arguments do not fit ${name}: ${faults.join('; ')}.`, isError: true };
      return run(tool, args, options);
    },
    cancel: (call) => cancels.get(call)?.abort(),
    resources: async () => show('resources-changed'),
    async readResource(uri, signal) {
      const id = /^orrery:\/\/workflows\/([\w.-]{1,80})$/.exec(uri)?.[1];
      const workflow = id === undefined ? undefined : ports.store.workflows.get(id as WorkflowId);
      if (workflow === undefined)
        throw new AppError('resource-not-found', `There is no ${uri.slice(0, 200)}.`, { hint: 'List the resources again.' });
      const { name, description } = workflow;
      const about = { id: workflow.id, name, description, inputs: inputSchemaOf(workflow) };
      // As the tool lists it: what its steps hold is the person's.
      return steps.step({ name: 'list_workflows', args: { resource: uri }, signal, isBegun: false }, async () => ({
        mimeType: 'application/json',
        text: ports.vault.redact(JSON.stringify(about, null, 2)),
      }));
    },
    prompts: () => show('prompts-changed'),
    prompt: (name, args, signal) =>
      steps.step({ name: prompts.of(name), args: { prompt: name, ...args }, signal, isBegun: false }, async () => {
        const { description, text } = prompts.get(name, args);
        return { description: ports.vault.redact(description), text: ports.vault.redact(text) };
      }),
    complete(prompt, argument, typed) {
      limits.look(client);
      return mayList(prompts.of(prompt)) ? prompts.complete(prompt, argument, typed) : [];
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look() {
      for (const [which, before] of shown) {
        const now = JSON.stringify(lists[which]());
        if (now === before) continue;
        shown.set(which, now);
        send({ type: which });
      }
    },
    async close() {
      if (ended.signal.aborted) return;
      ended.abort();
      listeners.clear();
      if (isListed) audit.record(accessEntry({ client, isProven, origin }, 'done'));
      // Their ends are in the journal before that of the run. One that does not heed its signal is not waited for.
      const late = new AbortController();
      await Promise.race([steps.settled(), ports.clock.sleep(settleMs, late.signal).catch(() => undefined)]);
      late.abort();
      steps.close();
      if (steps.run === undefined) return;
      try {
        await hub.record(steps.run, { type: 'run-end', at: ports.clock.now(), status: 'done', outputs: { calls: steps.calls } });
      } catch (error) {
        ports.log.warn('The end of a program’s session could not be kept', { run: steps.run, error: String(error) });
      }
    },
  };
}

/** At the start of a host: sessions whose host ended. Their programs are gone, or have begun new ones. */
const gone = (client: string, name: string): AppError =>
  new AppError('program-gone', `Orrery was closed before “${name}” was done, and ${client} is not there any more to hear of it.`, {
    hint: 'Nothing is left to answer. The program calls again when it still needs it.',
  });

export async function endLeftSessions({ ports, hub }: Pick<SessionDeps, 'ports' | 'hub'>): Promise<void> {
  for (const run of ports.store.runs.listUnfinished()) {
    if (run.origin.kind !== 'client' || run.kind !== 'turn' || isRunOver(run.status)) continue;
    ports.store.inbox.withdrawForRun(run.id as RunId);
    await failOpenSteps({ ports, hub }, run.id, run.origin.client);
    await hub.record(run.id, { type: 'run-end', at: ports.clock.now(), status: 'cancelled' });
  }
}

async function failOpenSteps({ ports, hub }: Pick<SessionDeps, 'ports' | 'hub'>, run: RunId, client: string): Promise<void> {
  const open = new Map<string, { node: string; at: number }>();
  for (const { event } of ports.store.runs.readEvents(run)) {
    if (event.type === 'step-start') open.set(event.step, { node: event.node, at: event.at });
    else if (event.type === 'step-done' || event.type === 'step-failed') open.delete(event.step);
  }
  for (const [step, { node, at: since }] of open) {
    const at = ports.clock.now();
    await hub.record(run, {
      type: 'step-failed',
      at,
      step,
      node,
      attempt: 1,
      ms: Math.max(0, at - since),
      error: gone(client, node).toJSON(),
    });
  }
}
