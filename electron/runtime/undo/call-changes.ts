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

function byOf({ actor, run, step }: CallRequest): By {
  const conversation = actor.kind === 'agent' ? actor.conversation : undefined;
  return {
    actor: actorOf(actor, run),
    ...(run === undefined ? {} : { run: run.id, runTitle: run.title, step }),
    ...(conversation === undefined ? {} : { conversation }),
  };
}

/** The same for the ledger. In a run with nobody there what no agent does is its job's. */
export function connectionBy(request: CallRequest, job: { job: JobId; title: string } | undefined): ConnectionBy {
  const { actor: _actor, run, step, conversation } = byOf(request);
  const acting: Actor = job === undefined || request.actor.kind === 'agent' ? request.actor : { kind: 'job', ...job };
  return {
    actor: actorOf(acting, request.run),
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
    ...(conversation === undefined ? {} : { conversation }),
  };
}

/** Folders that a server of others may write. */
export const writableFolders = (store: Pick<Ports['store'], 'servers'>, server: ServerId): string[] =>
  (store.servers.list().find((each) => each.id === server)?.reach?.folders ?? []).filter((each) => each.write).map((each) => each.path);

/** Runs the call with its changes written down. */
export function withChanges<T>(
  undo: Pick<UndoService, 'recorder' | 'compare'> | undefined,
  store: Pick<Ports['store'], 'servers'>,
  call: { request: CallRequest; tool: ToolInfo; builtIn: boolean; signal: AbortSignal },
  work: (changes: { changes?: ChangeRecorder }) => Promise<T>,
): Promise<T> {
  if (undo === undefined) return work({});
  if (call.builtIn) return work({ changes: undo.recorder(byOf(call.request) as Parameters<UndoService['recorder']>[0]) });
  const folders = writableFolders(store, call.tool.server);
  return folders.length === 0 ? work({}) : compared(undo, folders, call, work);
}

async function compared<T>(
  undo: Pick<UndoService, 'compare'>,
  folders: string[],
  { request, tool, signal }: { request: CallRequest; tool: ToolInfo; signal: AbortSignal },
  work: (changes: { changes?: ChangeRecorder }) => Promise<T>,
): Promise<T> {
  const finish = await undo.compare({ by: byOf(request), folders, keep: !tool.readOnly, signal });
  try {
    return await work({});
  } finally {
    await finish();
  }
}
