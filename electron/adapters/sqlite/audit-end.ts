// Where the chain ends when the log is opened. What is missing there is never smoothed over: its numbers stay free.

import { genesis, type Head } from '../audit/chain.ts';
import type { ChainEnd } from './audit-chain.ts';
import type { AuditDb } from './audit-db.ts';
import { pageReader } from './audit-pages.ts';
import { lastSegmentOf } from './audit-segments.ts';

/** Where the chain ends, as it is found. Entries that should be there and are not leave their numbers free. */
export function chainEndFinder({ read, keys, mark }: AuditDb): () => ChainEnd {
  const pages = pageReader(read);
  const headRow = read.selectKept<Head>('select seq, mac, key, seal from audit_head where id = 1');
  const lastSegment = lastSegmentOf(read);
  return () => {
    const page = pages.newest();
    const segment = lastSegment.get();
    const head = headRow.get();
    const anchor = keys.folderAnchor();
    const marked = mark.read();
    const sealed = segment === undefined ? { seq: 0, mac: genesis } : { seq: segment.last, mac: segment.head };
    const last = page === undefined ? sealed : { seq: page.last, mac: page.mac };
    const anchored = anchor === undefined || anchor === 'forged' ? 0 : anchor.seq;
    // Without its head the end may have been cut off: one number is left out, so that verifying stops there.
    const isHeadLost = head === undefined && (last.seq > 0 || anchor !== undefined || marked !== undefined);
    const known = Math.max(last.seq, head?.seq ?? 0, anchored, marked?.seq ?? 0) + (isHeadLost ? 1 : 0);
    return { seq: known, mac: head !== undefined && head.seq >= last.seq ? head.mac : last.mac };
  };
}
