// How the audit log is chained: HMAC-SHA-256 over what was written in one commit, in one fixed form, and the hash of what was written
// before. Pure; the same functions write, verify and check an export, so that there is one form only.

import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** What was written in one commit, as it is stored: one entry, or some that came together. Of before 2026-11-22 each has one. */
export interface ChainPage {
  /** The numbers of its first and last entry. */
  first: number;
  last: number;
  /** The earliest and the latest time of any of them, in milliseconds since 1970. */
  first_at: number;
  last_at: number;
  /** Texts of `auditLine`, one a line. The text itself is hashed: parsing and writing it again could change it. */
  lines: string;
  /** The id of the key that chained it, such as `vault-1f0c…`; part of what is hashed. */
  key: string;
  mac: string;
}

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

/** Over the hash of the page before, the number of its first entry, its lines, and the key's id; of one line it is one JSON list. */
export const pageMac = (key: ChainKey, previous: string, { first, lines }: Pick<ChainPage, 'first' | 'lines'>): string =>
  sign(key, 'entry', `${previous}\n[${first},${lines.slice(1, -1)},${JSON.stringify(key.id)}]`);

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
