// Reads the whole chain, in slices so that nothing else waits, and names the first thing that is wrong: entries that were changed, numbers
// that are missing, an end that was cut off, a segment, an anchor. Entries whose key the locked vault holds are counted, not believed.

import { cancelled } from '../../../shared/errors.ts';
import type { AuditVerdict } from '../../../shared/model/audit.ts';
import {
  type Anchor,
  type ChainPage,
  genesis,
  type Head,
  headSeal,
  isSame,
  pageMac,
  type SegmentRow,
  segmentSeal,
  sourceOf,
} from '../audit/chain.ts';
import type { AuditDb } from './audit-db.ts';
import { changedMessage } from './audit-export.ts';
import { isSound, linesIn, pageColumns } from './audit-pages.ts';
import { readSegment, removedThrough, segmentColumns } from './audit-segments.ts';

/** So many are looked at before others have their turn. */
const slicePages = 16;
/** Beyond it numbers are not read as what they are. */
const most = Number.MAX_SAFE_INTEGER;
const fences = ['audit_no_update', 'audit_no_delete', 'audit_segment_no_delete', 'audit_segment_no_update'];

type Fault = NonNullable<AuditVerdict['broken']>['fault'];

/** What is known while pages go by. */
class Walk {
  checked = 0;
  unchecked = 0;
  faults = 0;
  broken: AuditVerdict['broken'];
  first = 0;
  seq = 0;
  mac = genesis;
  /** Sealed entries up to this number were removed by age, as an entry says. */
  removed = 0;
  /** Hashes at the numbers that anchors speak of, and what came right after them. */
  readonly seen = new Map<number, string>();
  readonly #db: AuditDb;
  readonly #marks: ReadonlySet<number>;

  constructor(db: AuditDb, marks: ReadonlySet<number>) {
    this.#db = db;
    this.#marks = marks;
  }

  fault(seq: number, fault: Fault, message: string): void {
    this.faults += 1;
    this.broken ??= { seq, fault, message };
  }

  page(page: ChainPage): void {
    const { first, last } = page;
    if (this.first === 0) this.first = first;
    const next = this.seq + 1;
    if (first > next)
      this.fault(next, 'gap', first === next + 1 ? `Entry ${next} is missing.` : `Entries ${next} to ${first - 1} are missing.`);
    else if (first < next) this.fault(first, 'edited', `Entry ${first} stands at a place that another one has.`);
    const key = this.#db.keys.find(page.key);
    const lines = linesIn(page);
    let isWhole = isSound(page, lines);
    if (key === undefined && sourceOf(page.key) === 'vault' && !this.#db.keys.hasVaultKey) this.unchecked += lines.length;
    else if (key === undefined) this.fault(first, 'key-missing', `Entry ${first} is chained with a key that is not there any more.`);
    else {
      this.checked += lines.length;
      isWhole &&= first !== next || isSame(pageMac(key, this.mac, page), page.mac);
    }
    if (!isWhole) this.fault(first, 'edited', changedMessage(first, first + lines.length - 1));
    this.to(last, page.mac);
    this.removed = Math.max(this.removed, removedThrough(lines));
  }

  to(seq: number, mac: string): void {
    this.seq = seq;
    this.mac = mac;
    if (this.#marks.has(seq)) this.seen.set(seq, mac);
  }

  segment(segment: SegmentRow): void {
    const key = this.#db.keys.find(segment.key);
    if (key === undefined && sourceOf(segment.key) === 'vault' && !this.#db.keys.hasVaultKey) this.unchecked += 1;
    else if (key === undefined || !isSame(segmentSeal(key, segment), segment.seal))
      this.fault(segment.first, 'segment', `What is kept of the sealed entries ${segment.first} to ${segment.last} was changed.`);
    if (segment.first !== this.seq + 1 || segment.previous !== this.mac)
      this.fault(this.seq + 1, 'gap', `The sealed entries ${segment.first} to ${segment.last} do not follow entry ${this.seq}.`);
  }
}

export function verifier(db: AuditDb): (signal: AbortSignal | undefined) => Promise<AuditVerdict> {
  const { read, keys, folder, mark } = db;
  const pages = read.selectKept<ChainPage>(
    `select ${pageColumns} from audit_pages where first > ? and first <= ${most} order by first limit ${slicePages}`,
  );
  const elsewhere = read.selectKept<{ n: number }>(`select count(*) as n from audit_pages where first not between ${-most} and ${most}`);
  const segments = read.selectKept<SegmentRow>(`select ${segmentColumns} from audit_segments order by first`);
  const headRow = read.selectKept<Head>('select seq, mac, key, seal from audit_head where id = 1');
  const removedTo = read.selectKept<{ last: number | null }>('select max(last) as last from audit_segments where removed_at is not null');
  const triggers = read.selectKept<{ name: string }>("select name from sqlite_schema where type = 'trigger' and name like 'audit_%'");

  async function walkSegments(walk: Walk, signal: AbortSignal | undefined): Promise<AuditVerdict['segments']> {
    const count = { checked: 0, removed: 0 };
    for (const segment of segments.all()) {
      walk.segment(segment);
      const kept = segment.removed_at === null ? await readSegment(folder, segment.file) : undefined;
      if (segment.removed_at !== null) count.removed += 1;
      else if (kept === undefined)
        walk.fault(
          segment.first,
          'segment',
          `The file with the sealed entries ${segment.first} to ${segment.last} (audit/${segment.file}) is missing or damaged.`,
        );
      else {
        count.checked += 1;
        for (const page of kept) walk.page(page);
        if (walk.seq !== segment.last || walk.mac !== segment.head)
          walk.fault(
            segment.last,
            'segment',
            `The sealed entries ${segment.first} to ${segment.last} do not end as they did when they were sealed.`,
          );
      }
      if (walk.first === 0) walk.first = segment.first;
      walk.to(segment.last, segment.head);
      await breathe(signal);
    }
    return count;
  }

  function checkHead(walk: Walk, head: Head | undefined): void {
    if (head === undefined) {
      if (walk.seq > 0) walk.fault(walk.seq, 'head', 'What says where the log ends is missing.');
      return;
    }
    const key = keys.find(head.key);
    const isOfLockedVault = key === undefined && sourceOf(head.key) === 'vault' && !keys.hasVaultKey;
    if (!isOfLockedVault && (key === undefined || !isSame(headSeal(key, head), head.seal)))
      walk.fault(head.seq, 'head', 'What says where the log ends was changed.');
    else if (head.seq > walk.seq)
      walk.fault(walk.seq + 1, 'truncated', `The log ends at entry ${walk.seq}, but entries up to ${head.seq} were written.`);
    else if (head.seq < walk.seq || head.mac !== walk.mac)
      walk.fault(head.seq, 'head', 'What says where the log ends does not fit its last entry.');
  }

  /** What orrery.db knows of the end. One that is so old that its entry was removed by age says nothing any more. */
  function checkMark(walk: Walk, marked: Head | undefined): void {
    if (marked === undefined || marked.seq <= (removedTo.get()?.last ?? 0)) return;
    const key = keys.find(marked.key);
    if (key === undefined && sourceOf(marked.key) === 'vault' && !keys.hasVaultKey) return;
    if (key === undefined || !isSame(headSeal(key, marked), marked.seal))
      walk.fault(marked.seq, 'head', 'What orrery.db knows of the end of the log was changed.');
    else checkAnchor(walk, marked, 'orrery.db');
  }

  function checkAnchor(walk: Walk, anchor: Pick<Anchor, 'seq' | 'mac'>, where: string): void {
    if (anchor.seq > walk.seq)
      walk.fault(walk.seq + 1, 'truncated', `The log ends at entry ${walk.seq}, but ${where} knows of entries up to ${anchor.seq}.`);
    else if (walk.seen.get(anchor.seq) !== anchor.mac)
      walk.fault(anchor.seq, 'anchor', `Entry ${anchor.seq} is not the one that ${where} knows. What came before it was changed.`);
  }

  return async (signal) => {
    const started = performance.now();
    await keys.openVault();
    const inVault = await keys.vaultAnchor();
    const inFolder = keys.folderAnchor();
    const known = [inVault, inFolder].filter((each): each is Anchor => typeof each === 'object');
    const marked = mark.read();
    const walk = new Walk(db, new Set([...known, ...(marked === undefined ? [] : [marked])].map((each) => each.seq)));
    const counted = await walkSegments(walk, signal);
    // The log's thread may commit between two reads: the last slice is one that the head did not move around.
    let head: Head | undefined;
    for (let after = -most - 1; ; ) {
      const before = headRow.get();
      const slice = pages.all(after);
      head = headRow.get();
      for (const page of slice) walk.page(page);
      after = slice.at(-1)?.first ?? after;
      if (slice.length < slicePages && before?.mac === head?.mac) break;
      await breathe(signal);
    }
    checkHead(walk, head);
    if ((elsewhere.get()?.n ?? 0) > 0) walk.fault(0, 'edited', 'Rows were put in at numbers that no entry can have.');
    for (const { first, last, removed_at } of segments.all())
      if (removed_at !== null && last > walk.removed)
        walk.fault(
          first,
          'segment',
          `The file with the sealed entries ${first} to ${last} is gone, and no entry says that it was removed by age.`,
        );
    if (inFolder === 'forged') walk.fault(walk.seq, 'anchor', 'The anchor in the data folder (audit-anchor) was changed.');
    else if (inFolder !== undefined) checkAnchor(walk, inFolder, 'the anchor in the data folder');
    if (inVault === 'forged') walk.fault(walk.seq, 'anchor', 'The anchor in the vault was changed.');
    else if (typeof inVault === 'object') {
      checkAnchor(walk, inVault, 'the anchor in the vault');
      if (typeof inFolder === 'object' && inFolder.count < inVault.count)
        walk.fault(
          walk.seq,
          'anchor',
          'The anchor in the data folder is older than the one in the vault: an old copy was put in its place.',
        );
    }
    checkMark(walk, marked);
    // Last, as it says less than an entry that was changed.
    const names = new Set(triggers.all().map((each) => each.name));
    for (const name of fences)
      if (!names.has(name)) walk.fault(0, 'fence', `The rule of the database that forbids changing the log (${name}) was taken away.`);
    return verdictOf(walk, counted, { inVault, inFolder }, started);
  };
}

function verdictOf(
  walk: Walk,
  segments: AuditVerdict['segments'],
  anchors: { inVault: Anchor | 'locked' | 'forged' | undefined; inFolder: Anchor | 'forged' | undefined },
  started: number,
): AuditVerdict {
  const { inVault, inFolder } = anchors;
  const anchor =
    typeof inVault === 'object'
      ? { where: 'vault' as const, seq: inVault.seq, at: inVault.at }
      : typeof inFolder === 'object'
        ? { where: 'folder' as const, seq: inFolder.seq, at: inFolder.at }
        : undefined;
  const isAnchored = anchor?.where === 'vault' && anchor.seq >= walk.seq;
  return {
    state: walk.faults > 0 ? 'broken' : walk.unchecked > 0 ? 'partial' : 'whole',
    checked: walk.checked,
    unchecked: walk.unchecked,
    first: walk.first,
    last: walk.seq,
    segments,
    ...(walk.broken === undefined ? {} : { broken: walk.broken }),
    faults: walk.faults,
    ...(anchor === undefined ? {} : { anchor }),
    ...(inVault === 'locked' ? { isVaultLocked: true } : {}),
    // What a locked vault holds nobody can tell.
    ...(isAnchored || walk.seq === 0 || inVault === 'locked' ? {} : { notAnchoredSince: anchor?.where === 'vault' ? anchor.at : 0 }),
    at: Date.now(),
    ms: Math.round(performance.now() - started),
  };
}

/** Lets everything else go on between two slices. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) throw cancelled('Verifying was stopped.');
  await new Promise((resolve) => setImmediate(resolve));
}
