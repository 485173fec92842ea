// Workflows for other programs: which there are, running one, and how a run stands.

import { AppError } from '../../../shared/errors.ts';
import type { ServedResult } from '../../../shared/model/client.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { isRunOver } from '../../../shared/model/run.ts';
import type { Workflow } from '../../../shared/model/workflow.ts';
import { inputSchemaOf } from './input-schema.ts';
import { tellOfRun } from './run-telling.ts';
import { asText, object, type ServeContext, type ServeDeps, type Served, text } from './served.ts';

const maxWaitSeconds = 600;

export function workflowTools(deps: ServeDeps): Served[] {
  const { store } = deps.ports;
  const workflowOf = (id: unknown): Workflow => {
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
  /** Only its own: what others ran is not a program's to read. */
  const isOwn = (id: unknown, client: string): boolean => {
    const origin = typeof id === 'string' ? store.runs.get(id as RunId)?.origin : undefined;
    return origin?.kind === 'client' && origin.client === client;
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
        'Starts a workflow and waits for its end; progress tells of its steps. When that takes longer than `waitSeconds`, the run goes on and get_run tells of it. Cancelling the call stops the run.',
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
      isBegun: (made, client) => isOwn(made, client),
      async run(args, context) {
        const id = context.made as RunId;
        if (!isOwn(id, context.client)) await begin(deps, workflowOf(args.workflow), args, context);
        context.onRun(id);
        const seconds = typeof args.waitSeconds === 'number' ? Math.min(args.waitSeconds, maxWaitSeconds) : 120;
        await waitFor(deps, id, seconds, context);
        return describe(id);
      },
    },
    {
      name: 'get_run',
      title: 'Look at a run',
      description: 'How a run stands, and its outputs when it is over.',
      inputSchema: object({ run: text('Its id, from run_workflow.') }, ['run']),
      readOnly: true,
      async run({ run }, { client }) {
        if (!isOwn(run, client))
          throw new AppError('run-not-found', 'There is no run of that id that you started.', { hint: 'run_workflow gives it.' });
        return describe(run as RunId);
      },
    },
  ];
}

/** Settles when the run is on disk: from then on it is found again. */
async function begin(
  { ports, engine, taints }: ServeDeps,
  workflow: Workflow,
  args: JsonObject,
  { made, client, grant, agreed }: ServeContext,
): Promise<void> {
  const inputs = (args.inputs ?? {}) as JsonObject;
  const run = engine.start({
    id: made as RunId,
    document: workflow,
    workflow: workflow.id,
    inputs,
    origin: { kind: 'client', client, ...(grant === undefined ? {} : { grant }) },
    grant: { tools: [], folders: [] },
    ...(agreed === undefined ? {} : { agreed }),
  });
  await ports.store.runs.starting?.(run.id)?.durable;
  // What another program gives is text from outside.
  if (Object.keys(inputs).length > 0) taints.add(run.id, { label: 'untrusted', from: `the program ${client}`, at: ports.clock.now() });
}

/** Until its end or the time is over. A call that was taken back stops the run; one that nobody waits for does not. */
async function waitFor(deps: ServeDeps, id: RunId, seconds: number, context: ServeContext): Promise<void> {
  const { signal, cancelled } = context;
  const late = AbortSignal.timeout(Math.max(1, seconds * 1000));
  const telling = new AbortController();
  const told = tellOfRun(deps, id, context, AbortSignal.any([signal, telling.signal]));
  try {
    await deps.engine.waitForEnd(id, AbortSignal.any([signal, late]));
  } catch (error) {
    if (cancelled.aborted) await deps.engine.cancel(id);
    if (!late.aborted || signal.aborted) throw error;
  } finally {
    telling.abort();
    await told;
  }
}
