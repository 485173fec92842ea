// Writes a change down: its before-image and its row are on disk before the effect, what is there after it comes behind. A crash in
// between leaves a row `begun`, which settle.ts finds out about.

import { AppError } from '../../../shared/errors.ts';
import type { AuditActor } from '../../../shared/model/audit.ts';
import { type ChangeId, type ChangeSetId, changeSetId } from '../../../shared/model/change.ts';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Audit } from '../services.ts';
import type { ChangeDone, ChangeRecorder } from '../tool-ports.ts';
import type { ChangeStore, StoredChange } from './undo-ports.ts';
import { whatWords } from './words.ts';

/** The most that is kept of one file, in bytes. */
export const maxImageBytes = 64 * 1024 * 1024;
/** After-images serve differences and conflicts only, so less of them is kept. */
const maxAfterBytes = 1024 * 1024;
/** In place of a hash: something was there, and it is not kept. */
export const notKept = 'not-kept';

export const tooLargeWords = (bytes: number): string =>
  `It had ${megabytes(bytes)}, and up to ${megabytes(maxImageBytes)} a file are kept for undo.`;
export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
export const thinnedWords = (bytes: number): string =>
  `It made room: at most ${megabytes(bytes)} of what was there before are kept, and the oldest go first.`;

export interface By {
  actor: AuditActor;
  run?: RunId | undefined;
  runTitle?: string | undefined;
  step?: string | undefined;
  conversation?: ConversationId | undefined;
  set?: ChangeSetId | undefined;
  undoes?: ChangeId | undefined;
}

export interface RecordDeps {
  changes: ChangeStore;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  hash(text: string): string;
  audit: Pick<Audit, 'record'>;
  /** The most that is kept of all images together, in bytes; the oldest go first. */
  maxAllBytes?(): number;
  /** After each change that happened. */
  changed(): void;
}

type About = Parameters<ChangeRecorder['before']>[0];

const given = <K extends string, V>(key: K, value: V | undefined): { [Key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [Key in K]: V });

export const setOf = (by: By, next: () => string): ChangeSetId => by.set ?? changeSetId.parse(by.run ?? `c-${next()}`);

export function recorderFor(deps: RecordDeps, by: By): ChangeRecorder {
  const set = setOf(by, () => deps.ids.next());
  return { before: (about) => begin(deps, { ...by, set }, about) };
}

async function begin(deps: RecordDeps, by: By & { set: ChangeSetId }, about: About): Promise<ChangeDone> {
  const { changes } = deps;
  const size = about.bytes ?? (about.before === null ? 0 : sizeOf(about.before));
  const isTooLarge = size > maxImageBytes;
  // Its hash is of no use when it cannot be put back, and reading it all takes long.
  const kept = about.before === null ? undefined : isTooLarge ? tooLarge(size) : await changes.keepImage(about.before, maxImageBytes);
  const cannotUndo = about.cannotUndo ?? (kept !== undefined && !kept.isKept ? tooLargeWords(kept.bytes) : undefined);
  const intended =
    about.intended === undefined || about.intended === null
      ? about.intended
      : (await changes.keepImage(about.intended, maxAfterBytes)).hash;
  const change = rowOf(deps, by, about, {
    before: kept === undefined ? null : kept.isKept ? kept.hash : notKept,
    bytes: kept?.bytes ?? 0,
    intended,
    cannotUndo,
  });
  await changes.insertSoon(change);
  thin(deps);
  const done: ChangeDone = async (after) => {
    const hash = after === null ? null : (await changes.keepImage(after, maxAfterBytes)).hash;
    finish(deps, change, hash);
  };
  return Object.assign(done, { failed: () => changes.drop(change.id) });
}

const tooLarge = (bytes: number) => ({ hash: notKept, bytes, isKept: false });
const sizeOf = (source: NonNullable<About['before']>): number =>
  typeof source === 'string' ? source.length : source instanceof Uint8Array ? source.length : 0;

/** The same for texts of configuration, at once: stores are synchronous. */
export function recordSync(
  deps: RecordDeps,
  by: By,
  about: Pick<About, 'kind' | 'target' | 'title'> & { before: string | null; intended: string | null; cannotUndo?: string | undefined },
): { done(): void; failed(): void } {
  const { changes } = deps;
  const before = about.before === null ? null : changes.keepText(about.before);
  const intended = about.intended === null ? null : changes.keepText(about.intended);
  const change = rowOf(deps, { ...by, set: setOf(by, () => deps.ids.next()) }, about, {
    ...{ before, intended, bytes: about.before?.length ?? 0, cannotUndo: about.cannotUndo },
  });
  changes.insert(change);
  return { done: () => finish(deps, change, intended), failed: () => changes.drop(change.id) };
}

function rowOf(
  deps: RecordDeps,
  by: By & { set: ChangeSetId },
  about: Omit<About, 'before' | 'intended'>,
  kept: { before: string | null; bytes: number; intended: string | null | undefined; cannotUndo: string | undefined },
): StoredChange {
  if (about.target.length > 8192)
    throw new AppError('path-invalid', 'That name is too long to be recorded.', { hint: 'Use a shorter one.' });
  return {
    ...{ id: `ch-${deps.ids.next()}` as ChangeId, at: deps.clock.now(), kind: about.kind, target: about.target },
    ...{ title: about.title, op: about.op ?? 'write', state: 'begun', before: kept.before, after: null, bytes: kept.bytes },
    ...{ actor: by.actor, set: by.set },
    ...given('intended', kept.intended),
    ...given('cannotUndo', kept.cannotUndo),
    ...given('from', about.from),
    ...given('root', about.root),
    ...given('mode', about.mode),
    ...given('run', by.run),
    ...given('runTitle', by.runTitle),
    ...given('step', by.step),
    ...given('conversation', by.conversation),
    ...given('undoes', by.undoes),
  };
}

export function finish(deps: RecordDeps, change: StoredChange, after: string | null): void {
  deps.changes.settle(change.id, { state: 'done', after });
  tell(deps, { ...change, after });
  deps.changed();
}

/** To the audit log. */
export function tell(deps: RecordDeps, change: StoredChange): void {
  const { after } = change;
  const kind = change.undoes === undefined ? 'change' : 'undo';
  deps.audit.record({
    ...{ kind, actor: change.actor, what: `${change.kind}:${change.target}`.slice(0, 500), outcome: 'done' },
    reason: whatWords(change).slice(0, 2000),
    ...given('run', change.run),
    ...given('step', change.step),
    ...given('conversation', change.conversation),
    // For the Security page: what to undo, and what an agent that overwrites or deletes many files is told by.
    details: {
      ...{ change: change.id, op: after === null ? 'delete' : change.before === null ? 'create' : 'overwrite' },
      ...given('set', change.set),
      ...(change.cannotUndo === undefined ? {} : { cannotUndo: change.cannotUndo }),
    },
  });
}

/** Looked at now and then: counting them all each time would cost more than it frees. */
let sinceThinned = 0;
function thin({ changes, maxAllBytes }: RecordDeps): void {
  sinceThinned += 1;
  if (sinceThinned % 50 !== 1) return;
  const most = maxAllBytes?.() ?? 2 * 1024 * 1024 * 1024;
  changes.thin(most, thinnedWords(most));
}
