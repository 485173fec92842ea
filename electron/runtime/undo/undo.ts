// Change sets: recorded, listed, previewed, taken back. One undo at a time; each is itself a change set, and one that a crash cut short
// is gone on with at the next start.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import {
  type Change,
  type ChangeSet,
  type ChangeSetId,
  changeSetId,
  type UndoChoice,
  type UndoItem,
  type UndoResult,
  type UndoSelection,
} from '../../../shared/model/change.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { Jobs, SettingsService, Undo } from '../services.ts';
import { type Channel, watched } from '../util/channel.ts';
import { type ApplyDeps, takeBack } from './apply.ts';
import { describeUndo } from './describe.ts';
import { detailOf } from './detail.ts';
import { compareAround, type FolderCall } from './folder-calls.ts';
import { Ahead, judge } from './looking.ts';
import { type RecordedStore, thePerson } from './recorded-store.ts';
import { type RecordDeps, recorderFor } from './recorder.ts';
import { settleBegun } from './settle.ts';
import { settleFolders } from './settle-folders.ts';
import { readers, restorers } from './things.ts';
import type { ChangeFilter, StoredChange } from './undo-ports.ts';

/** The most that one undo takes back. */
const maxAtOnce = 50_000;

export interface UndoService extends Undo {
  as: RecordedStore['as'];
  /** Whether a call can be taken back, in words for its approval. */
  describe(tool: ToolInfo, builtIn: boolean, args: JsonObject, folders: readonly string[]): Promise<{ undoable: boolean; words: string }>;
  /** Before a call of a server that others wrote: what its folders hold. The function it gives compares and records. */
  compare(call: FolderCall): Promise<() => Promise<void>>;
  sets(filter: ChangeFilter): ChangeSet[];
  getSet(id: ChangeSetId): ChangeSet | undefined;
  list(filter: ChangeFilter): Change[];
  changesOf(id: ChangeSetId): Change[];
  detail(id: Change['id']): ReturnType<typeof detailOf>;
  plan(selection: UndoSelection): Promise<UndoItem[]>;
  undo(selection: UndoSelection, choices: Record<string, UndoChoice>, signal?: AbortSignal): Promise<UndoResult>;
  /** Puts a thing of configuration back to what this change left it as. */
  rollback(id: Change['id']): Promise<UndoResult>;
  watch(signal: AbortSignal | undefined): AsyncIterable<{ at: number }[]>;
  /** Finds out about what a crash left under way, and goes on with undos that were begun. */
  start(): Promise<void>;
}

export interface UndoDeps {
  ports: Ports;
  recorded: RecordedStore;
  record: RecordDeps;
  settings(): SettingsService;
  jobs(): Pick<Jobs, 'remove'> & { workflowChanged(id: never): void };
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
      jobsChanged: (workflow) => jobs().workflowChanged(workflow as never),
    }),
    as: recorded.as,
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined); // whoever asked for it hears of it
    return next;
  };
  const must = (id: Change['id']): StoredChange => {
    const change = changes.get(id);
    if (change === undefined) throw new AppError('change-not-found', 'That change is not kept any more.', { hint: 'Reload the list.' });
    return change;
  };

  /** Newest first. */
  function select(selection: UndoSelection): StoredChange[] {
    if ('change' in selection) return [must(selection.change)];
    if ('set' in selection) return changes.ofSet(selection.set).toReversed();
    if ('run' in selection) return changes.list({ run: selection.run, step: selection.step, limit: maxAtOnce });
    const who = selection.actor === undefined ? { notByPerson: true } : { actor: { kind: selection.actor.kind, id: selection.actor.id } };
    return changes.list({ since: selection.since, ...who, limit: maxAtOnce });
  }

  async function carryOut(set: ChangeSetId, list: readonly StoredChange[], choices: Record<string, UndoChoice>, signal?: AbortSignal) {
    const result: UndoResult = { done: 0, kept: 0, failed: [] };
    const made = new Set(changes.ofSet(set).map((each) => each.undoes));
    for (const { id } of list) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The undo was stopped. What was taken back so far stays so.');
      const change = changes.get(id);
      if (change === undefined) continue;
      // Saved beside before the crash: once is enough.
      if (choices[id] === 'beside' && made.has(id)) continue;
      try {
        const end = await takeBack(deps, change, choices[id] ?? 'keep', { actor: thePerson, set, undoes: id });
        result[end] += 1;
      } catch (error) {
        if (isCancelled(error)) throw error;
        result.failed.push({ change: id, title: change.title, message: toAppError(error).message });
      }
    }
    changes.dropUndo(set);
    record.changed();
    return { ...result, ...(changes.getSet(set) === undefined ? {} : { set }) };
  }

  const undo = (selection: UndoSelection, choices: Record<string, UndoChoice>, signal?: AbortSignal): Promise<UndoResult> =>
    inTurn(async () => {
      const list = select(selection).filter((change) => change.undoneAt === undefined);
      const set = changeSetId.parse(`u-${ports.ids.next()}`);
      changes.putUndo({ id: set, at: ports.clock.now(), body: { changes: list.map(({ id }) => id), choices } });
      return carryOut(set, list, choices, signal);
    });

  return {
    recorder: (by) => recorderFor(record, by),
    as: recorded.as,
    describe: (tool, builtIn, args, folders) => describeUndo(ports, { tool, builtIn, args, folders }),
    compare: (call) => compareAround({ record, snapshots: ports.snapshots, log: ports.log }, call),
    sets: (filter) => changes.sets(filter),
    getSet: (id) => changes.getSet(id),
    list: (filter) => changes.list(filter),
    changesOf: (id) => changes.ofSet(id),
    detail: async (id) => detailOf(deps, must(id)),
    async plan(selection) {
      const ahead = new Ahead(deps);
      const items: UndoItem[] = [];
      for (const change of select(selection)) {
        const judged = await judge(deps, change, ahead.seen(change)).catch((error: unknown) => ({
          ...{ state: 'cannot' as const, words: toAppError(error).message, now: null },
        }));
        items.push({ change, ...judged });
        if (judged.state === 'ready') await ahead.takenBack(change);
      }
      return items;
    },
    undo,
    rollback: (id) =>
      inTurn(async () => {
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
    watch: (signal) => watched(() => [{ at: ports.clock.now() }], told.follow(signal), 200),
    start() {
      // Read at once: what this life begins is not what the last one left.
      const begun = changes.begun();
      const undos = changes.undos();
      return inTurn(async () => {
        const folders = begun.filter((each) => each.kind === 'folder');
        const counts = await settleBegun(
          deps,
          begun.filter((each) => each.kind !== 'folder'),
        );
        await settleFolders({ record, snapshots: ports.snapshots }, folders);
        if (begun.length > 0) ports.log.info('Changes that were under way when Orrery ended', { ...counts, folders: folders.length });
        for (const { id, body } of undos) {
          const list = body.changes.flatMap((each) => changes.get(each) ?? []);
          await carryOut(id, list, body.choices);
        }
      });
    },
  };
}
