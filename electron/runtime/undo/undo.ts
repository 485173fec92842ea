// Change sets: recorded, listed, previewed, taken back. One undo at a time; each is itself a change set, and one that a crash cut short
// is gone on with at the next start.

import { AppError, toAppError } from '../../../shared/errors.ts';
import {
  type Change,
  type ChangeId,
  type ChangeSet,
  type ChangeSetId,
  changeSetId,
  type UndoChoice,
  type UndoEvent,
  type UndoItem,
  type UndoPlanId,
  type UndoResult,
  type UndoSelection,
} from '../../../shared/model/change.ts';
import type { SecretName, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { Jobs, SettingsService, Undo } from '../services.ts';
import { type Channel, watched } from '../util/channel.ts';
import type { ApplyDeps } from './apply.ts';
import { choicesFor, seenFor, Undoing } from './carry-out.ts';
import { describeUndo } from './describe.ts';
import { detailOf } from './detail.ts';
import { compareAround, type FolderCall } from './folder-calls.ts';
import { Ahead, judge } from './looking.ts';
import { canBeBeside, UndoPlans } from './plans.ts';
import { type RecordedStore, thePerson } from './recorded-store.ts';
import { type RecordDeps, recorderFor } from './recorder.ts';
import { idsOf, turn } from './selection.ts';
import { settleBegun } from './settle.ts';
import { settleFolders } from './settle-folders.ts';
import { readers, restorers } from './things.ts';
import type { ChangeFilter, StoredChange } from './undo-ports.ts';

/** The first is told at once; during a long undo a page looks again once a second. */
const toldEveryMs = 1000;
/** Changes that are looked at between two turns of the loop for others. */
const lookedAtOnce = 20;

export interface UndoService extends Undo {
  as: RecordedStore['as'];
  /** Whether a call can be taken back, in words for its approval. */
  describe(tool: ToolInfo, builtIn: boolean, args: JsonObject, folders: readonly string[]): Promise<{ undoable: boolean; words: string }>;
  /** Before a call of a server that others wrote: what its folders hold. The function it gives compares and records, and says what could not be compared. */
  compare(call: FolderCall): Promise<() => Promise<string[]>>;
  sets(filter: ChangeFilter): ChangeSet[];
  getSet(id: ChangeSetId): ChangeSet | undefined;
  list(filter: ChangeFilter): Change[];
  /** Oldest first; with `limit` the first ones. */
  changesOf(id: ChangeSetId, limit?: number): Change[];
  detail(id: Change['id']): ReturnType<typeof detailOf>;
  plan(selection: UndoSelection): Promise<UndoItem[]>;
  undo(selection: UndoSelection, choices: Record<string, UndoChoice>, signal?: AbortSignal): Promise<UndoResult>;
  /** Looked at as a whole, and kept to be shown in pages. */
  plans: Pick<UndoPlans, 'prepare' | 'page' | 'get'>;
  /** Begins what was looked at; only what was changed since then is asked about. Throws `undo-plan-gone`. */
  carryOut(plan: UndoPlanId, hash: string, chosen: { choices: Record<string, UndoChoice>; otherwise: UndoChoice }): void;
  /** Goes on when nobody follows. */
  follow(plan: UndoPlanId, signal?: AbortSignal): AsyncIterable<UndoEvent>;
  stop(plan: UndoPlanId): void;
  /** Puts a thing of configuration back to what this change left it as. */
  rollback(id: Change['id']): Promise<UndoResult>;
  /** Removes for good what History keeps of a deleted secret: that cannot be undone. Gives how many states of it went. */
  forgetSecret(name: SecretName): number;
  watch(signal: AbortSignal | undefined): AsyncIterable<{ at: number }[]>;
  /** Finds out about what a crash left under way, and goes on with undos that were begun. */
  start(): Promise<void>;
  /** Before the store is closed: nothing more is taken back; what is left of an undo is gone on with at the next start. */
  close(): Promise<void>;
}

export interface UndoDeps {
  ports: Ports;
  recorded: RecordedStore;
  record: RecordDeps;
  settings(): SettingsService;
  jobs(): Pick<Jobs, 'remove'> & { workflowChanged(id: WorkflowId): void };
  changes: Channel<void>;
  clients?: (() => { revoke(name: string): Promise<void> }) | undefined;
}

export function createUndo({ ports, recorded, record, settings, jobs, changes: told, clients }: UndoDeps): UndoService {
  const { changes } = ports.store;
  const deps: ApplyDeps = {
    ...record,
    files: ports.files,
    read: readers(ports.store, ports.vault),
    secretKey: () => ports.vault.keeper?.images?.keyId(),
    restore: restorers({
      store: recorded.store,
      clock: ports.clock,
      settings,
      tools: ports.tools,
      vault: ports.vault,
      revokeClient: (name) => clients?.().revoke(name) ?? Promise.resolve(ports.store.clients.revoke(name, ports.clock.now())),
      removeJob(id) {
        // It removes before it first waits; what could fail after that is the job's own trouble.
        jobs()
          .remove(id)
          .catch((error: unknown) => ports.log.warn('A job did not end in order', { job: id, error: String(error) }));
      },
      jobsChanged: (workflow) => jobs().workflowChanged(workflow),
    }),
    as: recorded.as,
  };
  const undoing = new Undoing(deps);
  const must = (id: Change['id']): StoredChange => {
    const change = changes.get(id);
    if (change === undefined)
      throw new AppError('change-not-found', 'That change is not kept any more.', { hint: 'Look at the list again.' });
    return change;
  };

  const which = async (selection: UndoSelection, signal?: AbortSignal): Promise<ChangeId[]> =>
    'change' in selection ? [must(selection.change).id] : idsOf(changes, selection, signal);
  /** Newest first, each as it will be when those after it have been taken back. */
  async function* look(ids: readonly ChangeId[], signal?: AbortSignal): AsyncGenerator<UndoItem> {
    const ahead = new Ahead(deps);
    for (const [i, id] of ids.entries()) {
      if (i % lookedAtOnce === 0) await turn();
      signal?.throwIfAborted();
      const change = changes.get(id);
      if (change === undefined) continue;
      const judged = await judge(deps, change, ahead.seen(change)).catch((error: unknown) => ({
        ...{ state: 'cannot' as const, words: toAppError(error).message, now: null },
      }));
      yield { change, ...judged };
      if (judged.state === 'ready') await ahead.takenBack(change);
    }
  }
  const plans = new UndoPlans({
    ...{ clock: ports.clock, ids: ports.ids, hash: (text) => ports.hash(text), get: (id) => changes.get(id) },
    async look(selection, signal) {
      const ids = await which(selection, signal);
      return { of: ids.length, items: look(ids, signal) };
    },
  });

  return {
    recorder: (by) => recorderFor(record, by),
    as: recorded.as,
    describe: (tool, builtIn, args, folders) => describeUndo(ports, { tool, builtIn, args, folders }),
    compare: (call) => compareAround({ record, snapshots: ports.snapshots, log: ports.log }, call),
    sets: (filter) => changes.sets(filter),
    getSet: (id) => changes.getSet(id),
    list: (filter) => changes.list(filter),
    changesOf: (id, limit) => changes.ofSet(id, limit),
    detail: async (id) => detailOf(deps, must(id)),
    async plan(selection) {
      const items: UndoItem[] = [];
      for await (const item of look(await which(selection))) items.push(item);
      return items;
    },
    plans,
    async undo(selection, choices, signal) {
      const notUndone = (id: ChangeId): boolean => changes.get(id)?.undoneAt === undefined;
      const result = await undoing.begin(async () => ({ changes: (await which(selection)).filter(notUndone), choices }), signal);
      if (result.left !== undefined) throw new AppError('cancelled', 'The undo was stopped. What was taken back so far stays so.');
      return result;
    },
    carryOut(id, hash, { choices, otherwise }) {
      const plan = plans.get(id, hash);
      const isBeside = (change: ChangeId): boolean => {
        const found = changes.get(change);
        return found !== undefined && canBeBeside(found);
      };
      const meant = plan.items.filter(({ state }) => state !== 'undone' && state !== 'cannot');
      const chosen = choicesFor(plan, choices, otherwise, isBeside);
      undoing.start(id, { changes: meant.map((each) => each.id), choices: chosen, seen: seenFor(plan, chosen) });
      plans.forget(id);
    },
    follow: (id, signal) => undoing.follow(id, signal),
    stop: (id) => undoing.stop(id),
    rollback: (id) =>
      undoing.inTurn(async () => {
        const change = must(id);
        if (change.kind === 'file' || change.kind === 'folder')
          throw new AppError('not-a-revision', 'Only configuration has revisions.', { hint: 'Undo the change of the file instead.' });
        const { kind, target } = change;
        const image = change.after === null ? null : new TextDecoder().decode(await changes.readImage(change.after));
        const set = changeSetId.parse(`u-${ports.ids.next()}`);
        await recorded.as({ actor: thePerson, set }, () => deps.restore[kind](target, image));
        record.changed();
        const isChanged = changes.getSet(set) !== undefined;
        return { done: isChanged ? 1 : 0, kept: isChanged ? 0 : 1, failed: [], ...(isChanged ? { set } : {}) };
      }),
    forgetSecret(name) {
      const gone = changes.forget('secret', name, 'What was kept of this secret was deleted for good.');
      const reason = `Deleted for good what History kept of the secret ${name}`;
      record.audit.record({ kind: 'change', actor: thePerson, what: `secret:${name}`, outcome: 'done', reason });
      record.changed();
      return gone;
    },
    watch: (signal) => watched(() => [{ at: ports.clock.now() }], told.follow(signal), toldEveryMs),
    close: () => undoing.close(),
    start() {
      // Read at once: what this life begins is not what the last one left.
      const begun = changes.begun();
      const undos = changes.undos();
      return undoing.inTurn(async () => {
        const folders = begun.filter((each) => each.kind === 'folder');
        const counts = await settleBegun(
          deps,
          begun.filter((each) => each.kind !== 'folder'),
        );
        await settleFolders({ record, snapshots: ports.snapshots }, folders);
        if (begun.length > 0) ports.log.info('Changes that were under way when Orrery ended', { ...counts, folders: folders.length });
        for (const { id, body } of undos) await undoing.carryOut(id, body);
      });
    },
  };
}
