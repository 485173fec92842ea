import { AppError } from '../../../shared/errors.ts';
import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { KeptRows } from '../../../shared/model/kept-rows.ts';
import { isRunOver, type RunSummary, type SequencedEvent } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { shownAtOnce } from '../engine/past/newest.ts';
import { mustBeThere } from '../given-folders.ts';
import { pinGrant } from '../policy/pin-grant.ts';
import { type Consent, confirmed, runProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import type { Agents, Engine, RunHub, SettingsService } from '../services.ts';
import { api } from './base.ts';

/** Characters of a large value in one answer: with its escapes it stays below what a wire takes. */
const partChars = 3_000_000;
const partBytes = 3_500_000;
type StartInputs = Record<string, JsonValue>;

export interface RunsApiDeps {
  ports: Pick<Ports, 'store' | 'host' | 'tools' | 'hash' | 'files'>;
  engine: Pick<Engine, 'start' | 'cancel' | 'getStep' | 'pause' | 'resume' | 'stepOnce' | 'fork' | 'replay' | 'compare'>;
  hub: Pick<RunHub, 'watch' | 'watchList'>;
  settings: Pick<SettingsService, 'get'>;
  agents?: Pick<Agents, 'replayTurn'>;
}

export function runsApi({ ports, engine, hub, settings, agents }: RunsApiDeps) {
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
  const byOf = (client: 'page' | 'cli'): 'desktop' | 'headless' | 'cli' => (client === 'cli' ? 'cli' : ports.host.info().host);
  function newest(id: RunId, takesRows: boolean | undefined): { events: SequencedEvent[] | KeptRows; leftOut: number } {
    if (takesRows !== true) return store.runs.readNewest(id, shownAtOnce);
    const { rows, leftOut } = store.runs.readNewestRows(id, shownAtOnce);
    return { events: rows, leftOut };
  }
  /** Nobody is told of a run before it is on disk. */
  async function kept(run: RunSummary): Promise<RunSummary> {
    await store.runs.starting?.(run.id)?.durable;
    return run;
  }
  /** Only what this run's journal names: a hash alone opens nothing. */
  async function largeOf(id: RunId, hash: string): Promise<string> {
    if (!store.runs.namesLarge(id, hash))
      throw new AppError('large-value-missing', 'This run has no such value.', { hint: 'Reload the run.' });
    return store.runs.readLarge(hash);
  }
  /** What a fork would be given beyond what is known here: its folders, and another graph under the run's grant. */
  async function confirmFork(input: { id: RunId; useCurrent: boolean; inputs?: StartInputs | undefined }, consent: Consent | undefined) {
    const details = store.runs.getDetails(input.id);
    const current = details?.workflow === undefined || !input.useCurrent ? undefined : store.workflows.get(details.workflow);
    const document = current ?? details?.document;
    if (details === undefined || document === undefined) return;
    if (input.inputs !== undefined) await mustBeThere(ports.files, document, input.inputs, []);
    if (consent === undefined) return;
    const known = { folders: settings.get().folders, isChosen: consent.isChosen };
    await confirmed(consent, runProposal(document, input.inputs ?? details.inputs, details.grant, known));
  }
  return {
    start: api.runs.start.handler(async ({ input, context: { client, consent } }) => {
      const graph = graphOf(input.workflow);
      await mustBeThere(ports.files, graph.document, input.inputs, input.grant?.folders ?? []);
      const grant = pinGrant(ports, input.grant ?? { tools: [], folders: [] }, undefined);
      if (consent !== undefined) {
        const known = { folders: settings.get().folders, isChosen: consent.isChosen };
        await confirmed(consent, runProposal(graph.document, input.inputs, grant, known));
      }
      const run = engine.start({
        ...graph,
        inputs: input.inputs,
        origin: { kind: 'manual', by: byOf(client) },
        grant,
        priority: input.priority,
        ...(input.stepThrough === true ? { mode: { stepThrough: true } } : {}),
      });
      return kept(run);
    }),
    cancel: api.runs.cancel.handler(({ input }) => engine.cancel(input.id)),
    list: api.runs.list.handler(({ input }) => store.runs.list(input)),
    get: api.runs.get.handler(({ input, context }) => {
      const run = known(input.id);
      if (input.brief === true) return { run, events: [] };
      const document = store.runs.getDetails(input.id)?.document;
      const { events, leftOut } = newest(input.id, context.takesRows);
      return { run, ...(document === undefined ? {} : { document }), events, ...(leftOut === 0 ? {} : { leftOut }) };
    }),
    getStep: api.runs.getStep.handler(({ input }) => engine.getStep(input.id, input.step)),
    readLarge: api.runs.readLarge.handler(async ({ input }) => {
      known(input.id);
      return readPart(await largeOf(input.id, input.hash), input.offset);
    }),
    pause: api.runs.pause.handler(({ input }) => engine.pause(input.id)),
    resume: api.runs.resume.handler(({ input }) => engine.resume(input.id)),
    stepOnce: api.runs.stepOnce.handler(async ({ input }) => ({ step: await engine.stepOnce(input.id, input.step) })),
    fork: api.runs.fork.handler(async ({ input, context: { client, consent } }) => {
      await confirmFork(input, consent);
      return kept(await engine.fork(input.id, { ...input, by: byOf(client) }));
    }),
    replay: api.runs.replay.handler(async ({ input, context: { client } }) =>
      agents !== undefined && known(input.id).kind === 'turn'
        ? agents.replayTurn(input.id, byOf(client))
        : kept(await engine.replay(input.id, byOf(client))),
    ),
    compare: api.runs.compare.handler(({ input }) => engine.compare(input.left, input.right)),
    watch: api.runs.watch.handler(async function* ({ input: { id, after }, context, signal }) {
      if (context.takesRows !== true) return yield* hub.watch(id, after, signal);
      // What is kept so far as it is; the hub reads on from there.
      known(id);
      const { rows, last } = store.runs.readNewestRows(id, shownAtOnce, after);
      if (last > after) yield rows;
      yield* hub.watch(id, last, signal);
    }),
    watchList: api.runs.watchList.handler(async function* ({ signal }) {
      yield* hub.watchList(signal);
    }),
    remove: api.runs.remove.handler(({ input }) => {
      const run = known(input.id);
      if (!isRunOver(run.status))
        throw new AppError('run-not-over', `Run ${run.number} is still going.`, { hint: 'Stop it first, then remove it.' });
      store.runs.remove(input.id);
    }),
  };
}

/** As much of a text as one answer takes. Characters that JSON writes as several count as such. */
function readPart(text: string, offset: number): { text: string; totalChars: number; next?: number } {
  let end = Math.min(text.length, offset + partChars);
  while (end > offset + 1 && bytesOf(JSON.stringify(text.slice(offset, end))) > partBytes) end = offset + Math.ceil((end - offset) / 2);
  const last = text.charCodeAt(end - 1);
  // Not between the halves of one character.
  if (end < text.length && end > offset + 1 && last >= 0xd800 && last <= 0xdbff) end -= 1;
  return { text: text.slice(offset, end), totalChars: text.length, ...(end < text.length ? { next: end } : {}) };
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
