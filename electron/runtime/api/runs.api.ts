import { AppError } from '../../../shared/errors.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { mustBeThere } from '../given-folders.ts';
import { pinGrant } from '../policy/pin-grant.ts';
import { confirmed, runProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import type { Engine, RunHub, SettingsService } from '../services.ts';
import { api } from './base.ts';

export interface RunsApiDeps {
  ports: Pick<Ports, 'store' | 'host' | 'tools' | 'hash' | 'files'>;
  engine: Pick<Engine, 'start' | 'cancel' | 'getStep'>;
  hub: Pick<RunHub, 'watch' | 'watchList'>;
  settings: Pick<SettingsService, 'get'>;
}

export function runsApi({ ports, engine, hub, settings }: RunsApiDeps) {
  const { store } = ports;
  const known = (id: RunId): RunSummary => {
    const run = store.runs.get(id);
    if (run === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });
    return run;
  };
  const graphOf = (asked: { id: WorkflowId } | { document: WorkflowDocument }): { document: WorkflowDocument; workflow?: WorkflowId } => {
    if ('document' in asked) return { document: asked.document };
    const workflow = store.workflows.get(asked.id);
    if (workflow === undefined)
      throw new AppError('workflow-not-found', 'That workflow is not there any more.', { hint: 'Reload the list.' });
    return { document: workflow, workflow: workflow.id };
  };
  return {
    start: api.runs.start.handler(async ({ input, context: { client, consent } }) => {
      const graph = graphOf(input.workflow);
      await mustBeThere(ports.files, graph.document, input.inputs, input.grant?.folders ?? []);
      const grant = pinGrant(ports, input.grant ?? { tools: [], folders: [] }, undefined);
      if (consent !== undefined) {
        const known = { folders: settings.get().folders, isChosen: consent.isChosen };
        await confirmed(consent, runProposal(graph.document, input.inputs, grant, known));
      }
      return engine.start({
        ...graph,
        inputs: input.inputs,
        origin: { kind: 'manual', by: client === 'cli' ? 'cli' : ports.host.info().host },
        grant,
      });
    }),
    cancel: api.runs.cancel.handler(({ input }) => engine.cancel(input.id)),
    list: api.runs.list.handler(({ input }) => store.runs.list(input)),
    get: api.runs.get.handler(({ input }) => {
      const run = known(input.id);
      const document = store.runs.getDetails(input.id)?.document;
      return { run, ...(document === undefined ? {} : { document }), events: store.runs.readEvents(input.id) };
    }),
    getStep: api.runs.getStep.handler(({ input }) => engine.getStep(input.id, input.step)),
    watch: api.runs.watch.handler(async function* ({ input, signal }) {
      yield* hub.watch(input.id, input.after, signal);
    }),
    watchList: api.runs.watchList.handler(async function* ({ signal }) {
      yield* hub.watchList(signal);
    }),
    remove: api.runs.remove.handler(({ input }) => {
      const run = known(input.id);
      if (run.status === 'running' || run.status === 'waiting')
        throw new AppError('run-not-over', `Run ${run.number} is still going.`, { hint: 'Stop it first, then remove it.' });
      store.runs.remove(input.id);
    }),
  };
}
