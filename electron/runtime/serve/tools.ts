// What Orrery offers other programs: its workflows, its memory, its agents. Each tool is a name, a schema and what it does; whether a
// program may call it is asked before, in session.ts.

import { AppError } from '../../../shared/errors.ts';
import type { ServedResult, ServedTool } from '../../../shared/model/client.ts';
import type { AgentId, ConversationId, MemoryId, RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { memoryDraft } from '../../../shared/model/memory.ts';
import { isRunOver } from '../../../shared/model/run.ts';
import { newTitle } from '../agent/titles.ts';
import type { Ports } from '../ports.ts';
import type { Agents, Engine, Services } from '../services.ts';
import { inputSchemaOf } from './input-schema.ts';
import { isChatOf, newProgramChat } from './program-chats.ts';

export interface ServeDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'ids' | 'hash'>;
  engine: Pick<Engine, 'start' | 'waitForEnd' | 'progressOf'>;
  agents: Pick<Agents, 'send' | 'watch' | 'stop'>;
  taints: Services['taints'];
  /** What a program changes is kept as its change, and can be undone. */
  asClient<T>(by: { client: string; run: RunId; step: string }, work: () => T): T;
}

export interface ServeContext {
  client: string;
  /** The session's run and the step of this call. */
  run: RunId;
  step: string;
  signal: AbortSignal;
  progress(progress: { done: number; total?: number; note?: string }): void;
  /** A run was started for this program. */
  onRun(run: RunId): void;
}

interface Served extends ServedTool {
  run(args: JsonObject, context: ServeContext): Promise<ServedResult>;
}

const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
const object = (properties: JsonObject, required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const asText = (value: JsonObject): ServedResult => ({ text: JSON.stringify(value, null, 2), structured: value, isError: false });
const maxWaitSeconds = 600;

export function servedTools(deps: ServeDeps): Served[] {
  return [...workflowTools(deps), ...memoryTools(deps), ...agentTools(deps)];
}

function workflowTools({ ports, engine, taints }: ServeDeps): Served[] {
  const { store, clock } = ports;
  const workflowOf = (id: unknown) => {
    const workflow = typeof id === 'string' ? store.workflows.get(id as WorkflowId) : undefined;
    if (workflow === undefined)
      throw new AppError('workflow-not-found', 'There is no workflow of that id.', { hint: 'list_workflows gives the ids.' });
    return workflow;
  };
  const describe = (id: RunId): ServedResult => {
    const run = store.runs.get(id);
    if (run === undefined) throw new AppError('run-not-found', 'There is no run of that id.', { hint: 'run_workflow gives it.' });
    const about: JsonObject = { run: run.id, number: run.number, title: run.title, status: run.status, stepsDone: run.stepsDone };
    if (run.error !== undefined) about.error = run.error.message;
    if (!isRunOver(run.status)) return asText(about);
    const end = store.runs.readEvents(id).findLast(({ event }) => event.type === 'run-end')?.event;
    if (end?.type === 'run-end' && end.outputs !== undefined) about.outputs = end.outputs;
    return { ...asText(about), isError: run.status !== 'done' };
  };
  return [
    {
      name: 'list_workflows',
      title: 'List workflows',
      description: 'The workflows of this person, with their ids and what each takes.',
      inputSchema: object({ query: text('Only those whose name or description holds this.') }, []),
      readOnly: true,
      async run({ query }) {
        const workflows = store.workflows.list(typeof query === 'string' ? query : '').slice(0, 200);
        return asText({
          workflows: workflows.map(({ id, name, description }) => ({ id, name, description, inputs: inputSchemaOf(workflowOf(id)) })),
        });
      },
    },
    {
      name: 'run_workflow',
      title: 'Run a workflow',
      description:
        'Starts a workflow and waits for its end. When that takes longer than `waitSeconds`, the run goes on and get_run tells of it.',
      inputSchema: object(
        {
          workflow: text('Its id, from list_workflows.'),
          inputs: { type: 'object', description: 'Values for its inputs, by name.' },
          waitSeconds: {
            type: 'integer',
            minimum: 0,
            maximum: maxWaitSeconds,
            description: 'How long to wait for its end; 120 when left out.',
          },
        },
        ['workflow'],
      ),
      readOnly: false,
      async run(args, { client, signal, progress, onRun }) {
        const workflow = workflowOf(args.workflow);
        const inputs = (args.inputs ?? {}) as JsonObject;
        const run = engine.start({
          document: workflow,
          workflow: workflow.id,
          inputs,
          origin: { kind: 'client', client },
          grant: { tools: [], folders: [] },
        });
        await store.runs.starting?.(run.id)?.durable;
        onRun(run.id);
        // What another program gives is text from outside.
        if (Object.keys(inputs).length > 0) taints.add(run.id, { label: 'untrusted', from: `the program ${client}`, at: clock.now() });
        const seconds = typeof args.waitSeconds === 'number' ? Math.min(args.waitSeconds, maxWaitSeconds) : 120;
        const told = setInterval(() => {
          const at = engine.progressOf(run.id);
          if (at !== undefined) progress({ done: at.done, total: at.total });
        }, 500);
        const late = AbortSignal.timeout(Math.max(1, seconds * 1000));
        try {
          await engine.waitForEnd(run.id, AbortSignal.any([signal, late]));
        } catch (error) {
          if (!late.aborted || signal.aborted) throw error;
        } finally {
          clearInterval(told);
        }
        return describe(run.id);
      },
    },
    {
      name: 'get_run',
      title: 'Look at a run',
      description: 'How a run stands, and its outputs when it is over.',
      inputSchema: object({ run: text('Its id, from run_workflow.') }, ['run']),
      readOnly: true,
      async run({ run }, { client }) {
        const found = typeof run === 'string' ? store.runs.get(run as RunId) : undefined;
        // Only its own: what others ran is not a program's to read.
        if (found?.origin.kind !== 'client' || found.origin.client !== client)
          throw new AppError('run-not-found', 'There is no run of that id that you started.', { hint: 'run_workflow gives it.' });
        return describe(found.id);
      },
    },
  ];
}

function memoryTools({ ports, asClient }: ServeDeps): Served[] {
  const { store, clock, ids } = ports;
  return [
    {
      name: 'search_memory',
      title: 'Search memory',
      description: 'What this person’s agents remember, best matches first.',
      inputSchema: object(
        { query: text('Words to look for.'), limit: { type: 'integer', minimum: 1, maximum: 50 }, tag: text('Only items with this tag.') },
        ['query'],
      ),
      readOnly: true,
      async run({ query, limit, tag }) {
        const found = store.memory.search(
          String(query ?? ''),
          typeof limit === 'number' ? limit : 10,
          typeof tag === 'string' ? tag : undefined,
        );
        return asText({ items: found.map(({ id, text: words, tags, updatedAt }) => ({ id, text: words, tags, updatedAt })) });
      },
    },
    {
      name: 'remember',
      title: 'Remember something',
      description: 'Adds one item to memory. With a key, it replaces the item of that key.',
      inputSchema: object(
        {
          text: text('What to remember.'),
          tags: { type: 'array', items: { type: 'string' } },
          key: text('A name under which a later write replaces this one.'),
        },
        ['text'],
      ),
      readOnly: false,
      async run(args, { client, run, step }) {
        const parsed = memoryDraft.safeParse(args);
        if (!parsed.success)
          throw new AppError('input-invalid', `${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}.`, {
            hint: 'Correct it and call again.',
          });
        const at = clock.now();
        // A key of another writer is not overwritten: a program has its own.
        const key = parsed.data.key === undefined ? {} : { key: `program:${client}:${parsed.data.key}` };
        const item = asClient({ client, run, step }, () =>
          store.memory.put({
            ...parsed.data,
            ...key,
            id: ids.next() as MemoryId,
            source: { kind: 'conversation', conversation: `program:${client}`, title: client },
            createdAt: at,
            updatedAt: at,
          }),
        );
        return asText({ id: item.id });
      },
    },
  ];
}

function agentTools({ ports, agents }: ServeDeps): Served[] {
  const { store, clock, hash } = ports;
  return [
    {
      name: 'list_agents',
      title: 'List agents',
      description: 'The agents of this person.',
      inputSchema: object({}, []),
      readOnly: true,
      async run() {
        return asText({ agents: store.agents.list().map(({ id, name }) => ({ id, name })) });
      },
    },
    {
      name: 'ask_agent',
      title: 'Ask an agent',
      description: 'Sends a message to an agent and waits for its answer. Give `conversation` to go on with an earlier one.',
      inputSchema: object(
        { agent: text('Its id, from list_agents.'), message: text('What to say to it.'), conversation: text('From an earlier answer.') },
        ['agent', 'message'],
      ),
      readOnly: false,
      async run({ agent: asked, message, conversation }, { client, signal }) {
        const agent = store.agents.get(String(asked ?? '') as AgentId);
        if (agent === undefined)
          throw new AppError('agent-not-found', 'There is no agent of that id.', { hint: 'list_agents gives the ids.' });
        let id = typeof conversation === 'string' ? (conversation as ConversationId) : undefined;
        const known = id === undefined || !isChatOf(hash, client, id) ? undefined : store.chats.get(id);
        if (id !== undefined && known === undefined)
          throw new AppError('conversation-not-found', 'There is no conversation of that id that you began.', {
            hint: 'Leave it out to begin one.',
          });
        // What was granted, or answered, names the agent: a conversation does not bring in another one.
        if (known !== undefined && known.agent !== agent.id)
          throw new AppError('conversation-of-another', `That conversation is with ${known.agentName}, not with ${agent.name}.`, {
            hint: 'Give the agent that it was begun with, or begin a new one.',
          });
        if (id === undefined) {
          id = newProgramChat(ports, client);
          const at = clock.now();
          const title = `${client}: ${String(message ?? '').slice(0, 60) || newTitle}`;
          store.chats.insert({ id, title, agent: agent.id, createdAt: at, updatedAt: at });
        }
        const { message: answer } = await agents.send(id, String(message ?? ''));
        for await (const events of agents.watch(id, signal)) {
          const isIdle = events.some(
            (event) =>
              (event.type === 'state' && event.state === 'idle') || (event.type === 'snapshot' && event.conversation.state === 'idle'),
          );
          if (isIdle) break;
        }
        if (signal.aborted) await agents.stop(id);
        const found = store.chats.get(id)?.messages.findLast((each) => each.role === 'agent');
        const words = (found?.parts ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
        return { text: words, structured: { conversation: id, message: found?.id ?? answer, text: words }, isError: found === undefined };
      },
    },
  ];
}
