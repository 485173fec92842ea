// The stored audit log, as the runtime knows it: what is added goes to the writer, what is asked is listed here. Verifying and sealing are
// beside it. What is found when it is opened is never smoothed over: where entries are missing, the numbers go on after them, so that the
// gap stays.

import { toAppError } from '../../../shared/errors.ts';
import type { AuditFilter } from '../../../shared/model/audit.ts';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { writeKeyFile } from '../audit/key-file.ts';
import { type AuditVault, createAuditKeys } from '../audit/keys.ts';
import type { AuditDb } from './audit-db.ts';
import { atOnce, auditEntries } from './audit-entries.ts';
import { openAuditFile } from './audit-file.ts';
import { auditMark } from './audit-mark.ts';
import { numbered, pageReader } from './audit-pages.ts';
import { auditReads, type ReadLimits, readLimits } from './audit-reads.ts';
import { sealer } from './audit-segments.ts';
import { verifier } from './audit-verify.ts';
import { auditWriter, type WriterLimits, writerLimits } from './audit-writer.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { Health } from './health.ts';

export interface OpenedAudit {
  store: AuditStore;
  attach(vault: AuditVault): void;
  /** What is wrong with its file, in SQLite's words. */
  check(): string[];
  /** Writes what was sent, and closes its file. Before orrery.db is closed. */
  close(): Promise<void>;
}

interface Deps {
  /** The data folder. */
  folder: string;
  /** orrery.db. */
  main: { file: string; read: ReadDb; write: WriteDb };
  health: Health;
  limits?: AuditLimits | undefined;
}

/** When the log's two threads are begun and end. */
export type AuditLimits = WriterLimits & Partial<Pick<ReadLimits, 'readsFrom'>>;

const waitingBanner = 'audit-waiting';

/** The file is opened when it is first needed, which is not before the first page is shown. */
export function openAudit(deps: Deps): OpenedAudit {
  const { main, health, folder } = deps;
  const keys = createAuditKeys(folder);
  const mark = auditMark(main.read, main.write);
  let kept: OpenedLog | undefined;
  const log = (): OpenedLog => {
    if (kept === undefined) {
      const db: AuditDb = { ...openAuditFile(deps), keys, folder, mark };
      kept = openLog(db, health, deps.limits ?? writerLimits);
    }
    return kept;
  };
  const dismissed = main.read.selectKept<{ id: string }>('select id from audit_dismissed');
  const dismiss = main.write.change('insert into audit_dismissed (id, at) values (?, ?) on conflict (id) do nothing');
  const store: AuditStore = {
    append: (lines) => log().writer.append(lines),
    send(lines, written) {
      let writer: OpenedLog['writer'];
      try {
        writer = log().writer;
      } catch (error) {
        return written({ error: toAppError(error) });
      }
      writer.send(lines, written);
    },
    settle: () => kept?.writer.settle(),
    list: (filter) => log().list(filter),
    get: (seq) => log().get(seq),
    search: async (filter, signal) => log().reads.search(filter, signal),
    listAfter: async (seq, limit, until, signal) => log().reads.after(seq, limit, until, signal),
    seqBefore: async (at, signal) => log().reads.seqBefore(at, signal),
    status: () => log().status(),
    verify: (signal) => log().verify(signal),
    anchor: async () => log().anchor(),
    seal: (limits) => log().seal(limits),
    exportRows: async (after, limit) => log().reads.rows(after, limit),
    writeKeys: (path) => writeKeyFile(path, keys),
    showWaiting(count) {
      if (count === 0) return health.hide(waitingBanner);
      health.show({
        id: waitingBanner,
        severity: 'error',
        message: `${count} ${count === 1 ? 'entry of the audit log waits' : 'entries of the audit log wait'} to be written.`,
        hint: 'Free some space on the disk that holds the data folder, or make it writable; Orrery tries again by itself.',
      });
    },
    dismissed: () => dismissed.all().map((row) => row.id),
    dismiss: (id, at) => void dismiss.run(id, Math.round(at)),
  };
  const check = (): string[] => {
    try {
      return log().check();
    } catch (error) {
      return [`audit.db: ${toAppError(error).message}`];
    }
  };
  return { store, attach: keys.attach, check, close: async () => kept?.close() };
}

type OpenedLog = ReturnType<typeof openLog>;

function openLog(db: AuditDb, health: Health, limits: AuditLimits) {
  const { read, keys } = db;
  const writer = auditWriter(db, health, limits);
  const pages = pageReader(read);
  const entries = auditEntries(read);
  const reads = auditReads(db, entries, () => pages.newest()?.last ?? 0, health, { ...readLimits, ...limits });
  const ends = read.selectKept<{ first: number | null; firstAt: number | null }>(
    `select first, first_at as "firstAt" from audit_pages where ${numbered} order by first limit 1`,
  );
  const check = read.selectKept<{ integrity_check: string }>('select integrity_check from pragma_integrity_check');
  const verify = verifier(db);
  const seal = sealer(db, (given) => void writer.append([auditLine(given, Date.now())]));
  let inVault: { seq: number; at: number } | undefined;
  // Pages that move into a segment while the chain is read would look like a gap.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    writer,
    reads,
    list: (filter: AuditFilter) => atOnce(entries.list(filter)),
    get: entries.get,
    status() {
      const { first = 0, firstAt } = ends.get() ?? {};
      const folderAnchor = keys.folderAnchor();
      const anchor =
        inVault !== undefined
          ? { where: 'vault' as const, ...inVault }
          : folderAnchor === undefined || folderAnchor === 'forged'
            ? undefined
            : { where: 'folder' as const, seq: folderAnchor.seq, at: folderAnchor.at };
      return {
        first: first ?? 0,
        last: pages.newest()?.last ?? 0,
        ...(typeof firstAt === 'number' ? { firstAt } : {}),
        key: keyNote(keys.hasVaultKey),
        ...(anchor === undefined ? {} : { anchor }),
      };
    },
    verify: (signal: AbortSignal | undefined) => alone(() => verify(signal)),
    async anchor() {
      const head = writer.head();
      if (head === undefined) return false;
      const at = Date.now();
      db.mark.put(keys.current(), head);
      const isKept = await keys.anchor({ seq: head.seq, mac: head.mac, at });
      if (isKept) inVault = { seq: head.seq, at };
      return isKept;
    },
    seal: (given: Parameters<AuditStore['seal']>[0]) => alone(() => seal(given)),
    check: () =>
      check
        .all()
        .filter((row) => row.integrity_check !== 'ok')
        .map((row) => `audit.db: ${row.integrity_check}`),
    async close() {
      await Promise.all([writer.close(), reads.close()]);
      db.read.close();
      db.write.close();
    },
  };
}

const keyNote = (hasVaultKey: boolean) =>
  hasVaultKey
    ? { source: 'vault' as const, note: 'Chained with a key that only the vault holds.' }
    : {
        source: 'folder' as const,
        note: 'The vault is not open, so entries are chained with a key in the data folder. Who can read that folder as you could rewrite what came after the last anchor. Open the vault, and its key is used.',
      };
