// The stored audit log, as the runtime knows it: what is added goes to the writer, what is asked is listed here. Verifying and sealing are beside it. What is found when it
// is opened is never smoothed over: where rows are missing, the numbers go on after them, so that the gap stays.

import { toAppError } from '../../../shared/errors.ts';
import { type AuditEntry, type AuditFilter, auditEntry } from '../../../shared/model/audit.ts';
import { auditLine, plainEntry } from '../../../shared/model/audit-line.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainRow, chainColumns, rowFields } from '../audit/chain.ts';
import { writeKeyFile } from '../audit/key-file.ts';
import { type AuditVault, createAuditKeys } from '../audit/keys.ts';
import type { AuditDb } from './audit-db.ts';
import { exportReader } from './audit-export.ts';
import { openAuditFile } from './audit-file.ts';
import { auditMark } from './audit-mark.ts';
import { sealer } from './audit-segments.ts';
import { verifier } from './audit-verify.ts';
import { auditWriter, type WriterLimits, writerLimits } from './audit-writer.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';
import type { Health } from './health.ts';
import { likeText, readable, recordDamaged } from './rows.ts';

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
  limits?: WriterLimits | undefined;
}

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
    listAfter: (seq, limit, until) => log().listAfter(seq, limit, until),
    seqBefore: (at) => log().seqBefore(at),
    status: () => log().status(),
    verify: (signal) => log().verify(signal),
    anchor: async () => log().anchor(),
    seal: (limits) => log().seal(limits),
    exportRows: (after, limit) => log().exportRows(after, limit),
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

function openLog(db: AuditDb, health: Health, limits: WriterLimits) {
  const { read, keys } = db;
  const writer = auditWriter(db, health, limits);
  const entry = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries where seq = ?`);
  const after = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries where seq > ? and at <= ? order by seq limit ?`);
  const before = read.selectKept<{ seq: number | null }>('select max(seq) as seq from audit_entries where at < ?');
  const ends = read.selectKept<{ first: number | null; last: number | null }>(
    'select (select min(seq) from audit_entries) as first, (select max(seq) from audit_entries) as last',
  );
  const firstAt = read.selectKept<{ at: number }>('select at from audit_entries order by seq limit 1');
  const check = read.selectKept<{ integrity_check: string }>('select integrity_check from pragma_integrity_check');
  const verify = verifier(db);
  const seal = sealer(db, (given) => void writer.append([auditLine(given, Date.now())]));
  let inVault: { seq: number; at: number } | undefined;
  // Rows that move into a segment while the chain is read would look like a gap.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    writer,
    list(filter: AuditFilter) {
      const { sql, params } = listQuery(filter);
      return readable(read.selectKept<ChainRow>(sql).all(...params), toEntry);
    },
    get(seq: number) {
      const row = entry.get(seq);
      return row === undefined ? undefined : toEntry(row);
    },
    listAfter: (seq: number, limit: number, until: number | undefined) =>
      readable(after.all(seq, until ?? Number.MAX_SAFE_INTEGER, limit), toEntry),
    seqBefore: (at: number) => before.get(Math.ceil(at))?.seq ?? 0,
    status() {
      const found = ends.get();
      const at = firstAt.get()?.at;
      const folderAnchor = keys.folderAnchor();
      const anchor =
        inVault !== undefined
          ? { where: 'vault' as const, ...inVault }
          : folderAnchor === undefined || folderAnchor === 'forged'
            ? undefined
            : { where: 'folder' as const, seq: folderAnchor.seq, at: folderAnchor.at };
      return {
        first: found?.first ?? 0,
        last: found?.last ?? 0,
        ...(at === undefined ? {} : { firstAt: at }),
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
    exportRows: exportReader(db),
    check: () =>
      check
        .all()
        .filter((row) => row.integrity_check !== 'ok')
        .map((row) => `audit.db: ${row.integrity_check}`),
    async close() {
      await writer.close();
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

/** Throws `record-damaged`. */
function toEntry(row: ChainRow): AuditEntry {
  const read = auditEntry.safeParse(plainEntry(row.seq, rowFields(row).slice(1, -1)));
  if (read.success) return read.data;
  throw recordDamaged(`entry ${row.seq} of the audit log`, read.error);
}

function listQuery(filter: AuditFilter): { sql: string; params: SqlValue[] } {
  const where: string[] = [];
  const params: SqlValue[] = [];
  const add = (sql: string, ...given: SqlValue[]): void => {
    where.push(sql);
    params.push(...given);
  };
  const oneOf = (column: string, values: readonly string[] | undefined): void => {
    if (values !== undefined && values.length > 0) add(`${column} in (${values.map(() => '?').join(', ')})`, ...values);
  };
  if (filter.before !== undefined) add('seq < ?', filter.before);
  oneOf('kind', filter.kind);
  oneOf('outcome', filter.outcome);
  oneOf('actor_kind', filter.actor);
  if (filter.server !== undefined)
    add(
      `((actor_kind = 'server' and actor_id = ?) or (details is not null and json_valid(details) and json_extract(details, '$.server') = ?)
        or (kind in ('call', 'decision', 'answer') and what like ? escape '\\'))`,
      filter.server,
      filter.server,
      `${likeText(filter.server).slice(1, -1)}.%`,
    );
  if (filter.run !== undefined) add('run = ?', filter.run);
  if (filter.step !== undefined) add('step = ?', filter.step);
  // By kind first, which has an index: the details of only those are read.
  const detail = (kinds: string, name: string): string =>
    `kind in (${kinds}) and details is not null and json_valid(details) and json_extract(details, '$.${name}') = ?`;
  if (filter.change !== undefined) add(detail("'change', 'undo'", 'change'), filter.change);
  if (filter.grant !== undefined)
    add(
      `((${detail("'decision', 'call', 'answer'", 'grant')}) or (kind in ('change', 'undo') and what = ?))`,
      filter.grant,
      `grant:${filter.grant}`,
    );
  if (filter.since !== undefined) add('at >= ?', Math.round(filter.since));
  if (filter.until !== undefined) add('at < ?', Math.round(filter.until));
  for (const word of (filter.text ?? '')
    .split(/\s+/)
    .filter((each) => each !== '')
    .slice(0, 8)) {
    const text = likeText(word);
    add(`(what like ? escape '\\' or reason like ? escape '\\' or actor_name like ? escape '\\')`, text, text, text);
  }
  params.push(filter.limit);
  const condition = where.length === 0 ? '' : ` where ${where.join(' and ')}`;
  return { sql: `select ${chainColumns} from audit_entries${condition} order by seq desc limit ?`, params };
}
