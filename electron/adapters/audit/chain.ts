// How rows of the audit log are chained: HMAC-SHA-256 over the row in one fixed form and the hash of the row before. Pure; the same
// functions write, verify and check an export, so that there is one form only.

import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** A row as it is stored. `details` is the JSON text itself: parsing and writing it again could change it. */
export interface ChainRow {
  seq: number;
  at: number;
  kind: string;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  what: string;
  outcome: string;
  reason: string;
  run: string | null;
  step: string | null;
  conversation: string | null;
  details: string | null;
  /** The id of the key that chained it, such as `vault-1f0c…`; part of what is hashed. */
  key: string;
  mac: string;
}

export const chainColumns =
  'seq, at, kind, actor_kind, actor_id, actor_name, what, outcome, reason, run, step, conversation, details, key, mac';

export interface ChainKey {
  id: string;
  bytes: Buffer;
}
export type KeySource = 'vault' | 'folder';

/** The id follows from the key, so that a key cannot be passed off as another. */
export const chainKey = (source: KeySource, bytes: Buffer): ChainKey => ({
  id: `${source}-${createHash('sha256').update('orrery audit key\n').update(bytes).digest('hex').slice(0, 16)}`,
  bytes,
});
export const sourceOf = (keyId: string): KeySource => (keyId.startsWith('vault-') ? 'vault' : 'folder');

/** What stands before the first row. */
export const genesis = '0'.repeat(64);

// Made once: to make one anew for each entry costs several times as much as the signing itself.
const signers = new WeakMap<ChainKey, KeyObject>();
function signerOf(key: ChainKey): KeyObject {
  const known = signers.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key.bytes);
  signers.set(key, made);
  return made;
}

const sign = (key: ChainKey, purpose: 'entry' | 'head' | 'segment' | 'anchor', text: string): string =>
  createHmac('sha256', signerOf(key)).update(`${purpose}\n${text}`).digest('hex');

export type RowField = string | number | null;

/** In the order of the table's columns, and of what is signed. */
export const rowFields = (row: Omit<ChainRow, 'mac'>): RowField[] => [
  row.seq,
  row.at,
  row.kind,
  row.actor_kind,
  row.actor_id,
  row.actor_name,
  row.what,
  row.outcome,
  row.reason,
  row.run,
  row.step,
  row.conversation,
  row.details,
  row.key,
];

export const entryMac = (key: ChainKey, previous: string, row: Omit<ChainRow, 'mac'>): string =>
  sign(key, 'entry', `${previous}\n${JSON.stringify(rowFields(row))}`);
/** The same of a text of `auditLine` before it is a row: what that holds is what stands between the number and the key. */
export const lineMac = (key: ChainKey, previous: string, seq: number, line: string): string =>
  sign(key, 'entry', `${previous}\n[${seq},${line.slice(1, -1)},${JSON.stringify(key.id)}]`);

export interface Head {
  seq: number;
  mac: string;
  key: string;
  seal: string;
}
export const headSeal = (key: ChainKey, head: Pick<Head, 'seq' | 'mac'>): string => sign(key, 'head', JSON.stringify([head.seq, head.mac]));

export interface SegmentRow {
  first: number;
  last: number;
  first_at: number;
  last_at: number;
  previous: string;
  head: string;
  file: string;
  sealed_at: number;
  removed_at: number | null;
  key: string;
  seal: string;
}
type SealedSegment = Omit<SegmentRow, 'seal' | 'removed_at'>;
/** In the order of its columns. When its file was removed is not in it: that is the one thing that changes later. */
export const sealedParts = (segment: SealedSegment): (string | number)[] => [
  segment.first,
  segment.last,
  segment.first_at,
  segment.last_at,
  segment.previous,
  segment.head,
  segment.file,
  segment.sealed_at,
  segment.key,
];
export const segmentSeal = (key: ChainKey, segment: SealedSegment): string => sign(key, 'segment', JSON.stringify(sealedParts(segment)));

/** The head of the chain as it was put down elsewhere. `count` goes up by one with each, so that an older one is known as older. */
export interface Anchor {
  seq: number;
  mac: string;
  at: number;
  count: number;
}
export const anchorSeal = (key: ChainKey, anchor: Anchor): string =>
  sign(key, 'anchor', JSON.stringify([anchor.seq, anchor.mac, anchor.at, anchor.count]));

export function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
