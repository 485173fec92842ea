// Where the audit log ended a moment ago, kept in orrery.db under a seal: the log is a file of its own, and one that is taken away, cut
// or exchanged for an older one does not fit what the rest of the data knows of it. Never ahead of the log.

import type { ChainKey, Head } from '../audit/chain.ts';
import { headWriter } from './audit-chain.ts';
import type { ReadDb, WriteDb } from './db.ts';

export interface AuditMark {
  read(): Head | undefined;
  /** Goes to disk with the next commit. */
  put(key: ChainKey, head: Pick<Head, 'seq' | 'mac'>): void;
}

export function auditMark(read: ReadDb, write: WriteDb): AuditMark {
  const row = read.selectKept<Head>('select seq, mac, key, seal from audit_head where id = 1');
  const set = headWriter(write);
  return {
    read: () => row.get(),
    put(key, head) {
      write.ride(() => set(key, head));
    },
  };
}
