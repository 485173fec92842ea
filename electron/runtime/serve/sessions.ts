// Programs that are connected. A session is a run: its calls are journaled steps, its questions wait in the inbox like any other, and
// it is found again under Runs. What a program may do are its grants; everything else asks the person.

import { AppError, cancelled, toAppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { isRunOver } from '../../../shared/model/run.ts';
import type { Ports } from '../ports.ts';
import type { Audit, Policy, RunHub } from '../services.ts';
import { findArgFaults } from '../tools/check-args.ts';
import { redactError } from '../tools/redact.ts';
import type { ClientSession } from './client-session.ts';
import { inputSchemaOf } from './input-schema.ts';
import { type ServeDeps, servedTools } from './tools.ts';

interface SessionDeps extends ServeDeps {
  ports: ServeDeps['ports'] & Pick<Ports, 'vault' | 'log'>;
  policy: Policy;
  audit: Audit;
  hub: Pick<RunHub, 'create' | 'record'>;
}

const emptyGrant = { tools: [], folders: [] };
const maxCallsAtOnce = 16;

export function createSession(deps: SessionDeps, client: string): ClientSession {
  const { ports, policy, audit, hub } = deps;
  const tools = servedTools(deps);
  const listeners = new Set<Parameters<ClientSession['onEvent']>[0]>();
  const ended = new AbortController();
  let run: RunId | undefined;
  let calls = 0;
  let going = 0;
  const who = { kind: 'client' as const, name: client };
  audit.record({ kind: 'access', actor: who, what: 'mcp', outcome: 'allowed', reason: `The program ${client} connected.` });

  /** Made by the first call: a program that only looks leaves no run behind. */
  function openRun(): RunId {
    if (run !== undefined) return run;
    run = ports.ids.next() as RunId;
    hub.create({
      id: run,
      title: client,
      kind: 'turn',
      origin: { kind: 'client', client },
      startedAt: ports.clock.now(),
      inputs: {},
      grant: emptyGrant,
    });
    return run;
  }

  /** Journals, asks the policy, does it. A failure is a step that failed. */
  async function step<T>(
    name: string,
    args: JsonObject,
    signal: AbortSignal,
    work: (at: { run: RunId; step: string }) => Promise<T>,
  ): Promise<T> {
    if (ended.signal.aborted) throw cancelled();
    if (going >= maxCallsAtOnce)
      throw new AppError('too-many-calls', `More than ${maxCallsAtOnce} calls at once.`, {
        hint: 'Wait for some of them.',
        retryable: true,
      });
    const id = openRun();
    calls += 1;
    going += 1;
    const key = `call-${calls}`;
    const startedAt = ports.clock.now();
    const about = { step: key, node: name };
    try {
      await hub.record(id, { type: 'step-start', at: startedAt, ...about, attempt: 1 });
      await policy.require(
        {
          actor: { kind: 'client', client },
          action: { kind: 'serve', client, tool: name, args },
          run: { id, title: client, grant: emptyGrant },
          step: key,
        },
        { signal },
      );
      const result = await work({ run: id, step: key });
      await hub.record(id, {
        type: 'step-done',
        at: ports.clock.now(),
        ...about,
        attempt: 1,
        ms: ports.clock.now() - startedAt,
        outputs: { out: JSON.parse(JSON.stringify(result)) },
      });
      audit.record({
        kind: 'call',
        actor: who,
        what: `orrery.${name}`,
        outcome: 'done',
        reason: `${client} called it.`,
        run: id,
        step: key,
      });
      return result;
    } catch (error) {
      const known = redactError(ports.vault, toAppError(error));
      await hub.record(id, {
        type: 'step-failed',
        at: ports.clock.now(),
        ...about,
        attempt: 1,
        ms: ports.clock.now() - startedAt,
        error: known.toJSON(),
      });
      audit.record({
        kind: 'call',
        actor: who,
        what: `orrery.${name}`,
        outcome: 'failed',
        reason: known.message.slice(0, 2000),
        run: id,
        step: key,
      });
      throw known;
    } finally {
      going -= 1;
    }
  }

  const outcomeOf = (name: string) =>
    policy.explain({ actor: { kind: 'client', client }, action: { kind: 'serve', client, tool: name, args: {} } }).outcome;
  /** Hidden where a grant forbids it; what would ask is shown. */
  const isOffered = (name: string): boolean => outcomeOf(name) !== 'deny';

  return {
    client,
    ended: ended.signal,
    tools: () => tools.filter((tool) => isOffered(tool.name)).map(({ run: _run, ...tool }) => tool),
    async call(name, args, options) {
      const tool = tools.find((each) => each.name === name);
      if (tool === undefined)
        throw new AppError('tool-not-found', `Orrery has no tool ${name.slice(0, 100)}.`, {
          hint: `It has ${tools.map((each) => each.name).join(', ')}.`,
        });
      const faults = findArgFaults(tool.inputSchema, args, { builtIn: true, hasSecrets: false });
      if (faults.length > 0) return { text: `The arguments do not fit ${name}: ${faults.join('; ')}.`, isError: true };
      const signal = AbortSignal.any([options.signal, ended.signal]);
      return step(name, args, signal, async (at) => {
        const result = await tool.run(args, {
          client,
          ...at,
          signal,
          progress: options.progress,
          onRun: (id) => {
            for (const listener of listeners) listener({ type: 'run', run: id });
          },
        });
        // Secrets' values do not leave, whatever a workflow or an agent wrote.
        const text = ports.vault.redact(result.text);
        const { structured } = result;
        return {
          ...result,
          text,
          ...(structured === undefined ? {} : { structured: JSON.parse(ports.vault.redact(JSON.stringify(structured))) as JsonObject }),
        };
      });
    },
    async resources() {
      // A list is not asked for with a question, so it is there only for whom the tool that says the same is allowed.
      if (outcomeOf('list_workflows') !== 'allow') return [];
      return ports.store.workflows
        .list('')
        .slice(0, 500)
        .map(({ id, name, description }) => ({
          uri: `orrery://workflows/${id}`,
          name,
          description,
          mimeType: 'application/json',
        }));
    },
    async readResource(uri, signal) {
      const id = /^orrery:\/\/workflows\/([\w.-]{1,80})$/.exec(uri)?.[1];
      const workflow = id === undefined ? undefined : ports.store.workflows.get(id as never);
      if (workflow === undefined)
        throw new AppError('resource-not-found', `There is no ${uri.slice(0, 200)}.`, { hint: 'List the resources again.' });
      return step('list_workflows', { resource: uri }, signal, async () => ({
        mimeType: 'application/json',
        // As the tool lists it: what its steps hold is the person's.
        text: ports.vault.redact(
          JSON.stringify(
            { id: workflow.id, name: workflow.name, description: workflow.description, inputs: inputSchemaOf(workflow) },
            null,
            2,
          ),
        ),
      }));
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (ended.signal.aborted) return;
      ended.abort();
      listeners.clear();
      audit.record({ kind: 'access', actor: who, what: 'mcp', outcome: 'done', reason: `The program ${client} left.` });
      if (run === undefined) return;
      try {
        await hub.record(run, { type: 'run-end', at: ports.clock.now(), status: 'done', outputs: { calls } });
      } catch (error) {
        ports.log.warn('The end of a program’s session could not be kept', { run, error: String(error) });
      }
    },
  };
}

/** At the start of a host: sessions whose host ended. Their programs are gone, so they are over. */
export async function endLeftSessions({ ports, hub }: Pick<SessionDeps, 'ports' | 'hub'>): Promise<void> {
  for (const run of ports.store.runs.listUnfinished()) {
    if (run.origin.kind !== 'client' || run.kind !== 'turn' || isRunOver(run.status)) continue;
    ports.store.inbox.withdrawForRun(run.id);
    await hub.record(run.id, { type: 'run-end', at: ports.clock.now(), status: 'cancelled' });
  }
}
