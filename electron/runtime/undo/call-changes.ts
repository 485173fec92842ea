// What a call or a step changes, tied to who makes it: the recorder for our own tools and powers, and the comparison of the folders that
// a server of others may write.

import type { AuditActor } from '../../../shared/model/audit.ts';
import type { JobId, ServerId } from '../../../shared/model/ids.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { ConnectionBy, Ports } from '../ports.ts';
import type { Actor, ToolBelt } from '../services.ts';
import type { ChangeRecorder } from '../tool-ports.ts';
import { thePerson } from './recorded-store.ts';
import type { By } from './recorder.ts';
import type { UndoService } from './undo.ts';

type CallRequest = Pick<Parameters<ToolBelt['call']>[0], 'actor' | 'run' | 'step' | 'source'>;

export function actorOf(actor: Actor, run: { title: string } | undefined): AuditActor {
  switch (actor.kind) {
    case 'person':
      return thePerson;
    case 'workflow':
      return { kind: 'workflow', name: run?.title ?? 'A workflow' };
    case 'job':
      return { kind: 'job', id: actor.job, name: actor.title };
    case 'agent':
      return { kind: 'agent', id: actor.agent.id, name: actor.agent.name };
  }
}

type JobOf = { job: JobId; title: string } | undefined;

/** In a run with nobody there what no agent does is its job's. */
const whoOf = ({ actor, run }: CallRequest, job: JobOf): AuditActor =>
  actorOf(job === undefined || actor.kind === 'agent' ? actor : { kind: 'job', ...job }, run);

function byOf(request: CallRequest, job: JobOf): By {
  const { actor, run, step } = request;
  const conversation = actor.kind === 'agent' ? actor.conversation : undefined;
  const by: By = { actor: whoOf(request, job) };
  if (run !== undefined) Object.assign(by, { run: run.id, runTitle: run.title, step });
  if (conversation !== undefined) by.conversation = conversation;
  return by;
}

/** The same for the ledger. */
export function connectionBy(request: CallRequest, job: JobOf): ConnectionBy {
  const { actor, run, step } = request;
  const by: ConnectionBy = { actor: whoOf(request, job) };
  if (run !== undefined) {
    by.run = run.id;
    by.step = step;
  }
  if (actor.kind === 'agent' && actor.conversation !== undefined) by.conversation = actor.conversation;
  return by;
}

/** Folders that a server of others may write. */
export const writableFolders = (store: Pick<Ports['store'], 'servers'>, server: ServerId): string[] =>
  (store.servers.list().find((each) => each.id === server)?.reach?.folders ?? []).filter((each) => each.write).map((each) => each.path);

/** Runs the call with its changes written down; `work` is given nothing where it need not write them down itself. */
export function withChanges<T>(
  undo: Pick<UndoService, 'recorder' | 'compare'> | undefined,
  store: Pick<Ports['store'], 'servers'>,
  call: {
    request: CallRequest;
    job?: JobOf;
    tool: ToolInfo;
    builtIn: boolean;
    signal: AbortSignal;
    /** What of it could not be compared, after the call. */
    onNotCompared?: (notes: string[]) => void;
  },
  work: (changes?: ChangeRecorder) => Promise<T>,
): Promise<T> {
  if (undo === undefined) return work();
  if (call.builtIn) return work(undo.recorder(byOf(call.request, call.job) as Parameters<UndoService['recorder']>[0]));
  const folders = writableFolders(store, call.tool.server);
  return folders.length === 0 ? work() : compared(undo, folders, call, work);
}

async function compared<T>(
  undo: Pick<UndoService, 'compare'>,
  folders: string[],
  {
    request,
    job,
    tool,
    signal,
    onNotCompared,
  }: { request: CallRequest; job?: JobOf; tool: ToolInfo; signal: AbortSignal; onNotCompared?: (notes: string[]) => void },
  work: (changes?: ChangeRecorder) => Promise<T>,
): Promise<T> {
  const finish = await undo.compare({ by: byOf(request, job), folders, keep: !tool.readOnly, signal });
  try {
    return await work();
  } finally {
    const notes = await finish();
    if (notes.length > 0) onNotCompared?.(notes);
  }
}
