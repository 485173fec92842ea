// The stored audit log: adds rows, chained, many in one commit; lists them. Verifying and sealing are beside it. What is found when it
// is opened is never smoothed over: where rows are missing, the numbers go on after them, so that the gap stays.

import { type AuditEntry, type AuditFilter, auditEntry, type NewAuditEntry } from '../../../shared/model/audit.ts';
import type { AuditStore } from '../../runtime/audit-ports.ts';
import { type ChainRow, chainColumns, entryMac, genesis, type Head, headSeal, rowFields, type SegmentRow } from '../audit/chain.ts';
import { writeKeyFile } from '../audit/key-file.ts';
import { type AuditVault, createAuditKeys } from '../audit/keys.ts';
import type { AuditDb } from './audit-db.ts';
import { exportReader } from './audit-export.ts';
import { sealer, segmentColumns } from './audit-segments.ts';
import { verifier } from './audit-verify.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';
import type { Health } from './health.ts';
import { likeText, readable, recordDamaged } from './rows.ts';

export interface OpenedAudit {
  store: AuditStore;
  attach(vault: AuditVault): void;
}

const waitingBanner = 'audit-waiting';

export function openAudit(deps: { read: ReadDb; write: WriteDb; health: Health; folder: string }): OpenedAudit {
  const { read, write, health, folder } = deps;
  const keys = createAuditKeys(folder);
  const db: AuditDb = { read, write, keys, folder };
  const chain = chainWriter(db);
  const entry = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries where seq = ?`);
  const after = read.selectKept<ChainRow>(`select ${chainColumns} from audit_entries where seq > ? and at <= ? order by seq limit ?`);
  const before = read.selectKept<{ seq: number | null }>('select max(seq) as seq from audit_entries where at < ?');
  const ends = read.selectKept<{ first: number | null; last: number | null }>(
    'select (select min(seq) from audit_entries) as first, (select max(seq) from audit_entries) as last',
  );
  const firstAt = read.selectKept<{ at: number }>('select at from audit_entries order by seq limit 1');
  const dismissed = read.selectKept<{ id: string }>('select id from audit_dismissed');
  const dismiss = write.change('insert into audit_dismissed (id, at) values (?, ?) on conflict (id) do nothing');
  const verify = verifier(db);
  const seal = sealer(db, (entry) => void chain.append([{ ...entry, at: Date.now() }]));
  let inVault: { seq: number; at: number } | undefined;
  // Rows that move into a segment while the chain is read would look like a gap.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const store: AuditStore = {
    append: chain.append,
    list: (filter) => {
      const { sql, params } = listQuery(filter);
      return readable(read.selectKept<ChainRow>(sql).all(...params), toEntry);
    },
    get(seq) {
      const row = entry.get(seq);
      return row === undefined ? undefined : toEntry(row);
    },
    listAfter: (seq, limit, until) => readable(after.all(seq, until ?? Number.MAX_SAFE_INTEGER, limit), toEntry),
    seqBefore: (at) => before.get(Math.ceil(at))?.seq ?? 0,
    status() {
      const { first, last } = ends.get() ?? { first: null, last: null };
      const at = firstAt.get()?.at;
      const folderAnchor = keys.folderAnchor();
      const anchor =
        inVault !== undefined
          ? { where: 'vault' as const, ...inVault }
          : folderAnchor === undefined || folderAnchor === 'forged'
            ? undefined
            : { where: 'folder' as const, seq: folderAnchor.seq, at: folderAnchor.at };
      return {
        first: first ?? 0,
        last: last ?? 0,
        ...(at === undefined ? {} : { firstAt: at }),
        key: keyNote(keys.hasVaultKey),
        ...(anchor === undefined ? {} : { anchor }),
      };
    },
    verify: (signal) => alone(() => verify(signal)),
    async anchor() {
      const head = chain.head();
      if (head === undefined) return false;
      const at = Date.now();
      const kept = await keys.anchor({ seq: head.seq, mac: head.mac, at });
      if (kept) inVault = { seq: head.seq, at };
      return kept;
    },
    seal: (limits) => alone(() => seal(limits)),
    exportRows: exportReader(db),
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
  return { store, attach: keys.attach };
}

const keyNote = (hasVaultKey: boolean) =>
  hasVaultKey
    ? { source: 'vault' as const, note: 'Chained with a key that only the vault holds.' }
    : {
        source: 'folder' as const,
        note: 'The vault is not open, so entries are chained with a key in the data folder. Who can read that folder as you could rewrite what came after the last anchor. Open the vault, and its key is used.',
      };

/** Knows the end of the chain; the only one that adds to it. */
function chainWriter({ read, write, keys }: AuditDb) {
  const newest = read.selectKept<Pick<ChainRow, 'seq' | 'mac'>>('select seq, mac from audit_entries order by seq desc limit 1');
  const headRow = read.selectKept<Head>('select seq, mac, key, seal from audit_head where id = 1');
  const lastSegment = read.selectKept<SegmentRow>(`select ${segmentColumns} from audit_segments order by last desc limit 1`);
  const insert = write.changeMany(`insert into audit_entries (${chainColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const setHead = write.changeMany(
    `insert into audit_head (id, seq, mac, key, seal) values (1, ?, ?, ?, ?)
     on conflict (id) do update set seq = excluded.seq, mac = excluded.mac, key = excluded.key, seal = excluded.seal`,
  );
  let end: { seq: number; mac: string } | undefined;

  /** Where the chain ended when it was opened. Rows that should be there and are not leave their numbers free. */
  function findEnd(): { seq: number; mac: string } {
    const row = newest.get();
    const segment = lastSegment.get();
    const head = headRow.get();
    const anchor = keys.folderAnchor();
    const last = row ?? (segment === undefined ? { seq: 0, mac: genesis } : { seq: segment.last, mac: segment.head });
    const anchored = anchor === undefined || anchor === 'forged' ? 0 : anchor.seq;
    // Without its head the end may have been cut off: one number is left out, so that verifying stops there.
    const isHeadLost = head === undefined && (last.seq > 0 || anchor !== undefined);
    const known = Math.max(last.seq, head?.seq ?? 0, anchored) + (isHeadLost ? 1 : 0);
    return { seq: known, mac: head !== undefined && head.seq >= last.seq ? head.mac : last.mac };
  }

  return {
    /** Undefined when nothing was ever written. */
    head() {
      end ??= findEnd();
      return end.seq === 0 ? undefined : end;
    },
    append(entries: readonly (NewAuditEntry & { at: number })[]): AuditEntry[] {
      if (entries.length === 0) return [];
      end ??= findEnd();
      const key = keys.current();
      let { seq, mac } = end;
      const rows = entries.map((given) => {
        seq += 1;
        const row = toRow(given, seq, key.id);
        mac = entryMac(key, mac, row);
        row.mac = mac;
        return row;
      });
      write.atomically(() => {
        for (const row of rows) insert.run(...columnValues(row));
        setHead.run(seq, mac, key.id, headSeal(key, { seq, mac }));
      });
      end = { seq, mac };
      return entries.map((given, at) => ({ ...given, at: Math.round(given.at), seq: (rows[at] as ChainRow).seq }));
    },
  };
}

const columnValues = (row: ChainRow): SqlValue[] => [...rowFields(row), row.mac];

/** Without its hash. */
const toRow = (entry: NewAuditEntry & { at: number }, seq: number, key: string): ChainRow => ({
  seq,
  at: Math.round(entry.at),
  kind: entry.kind,
  actor_kind: entry.actor.kind,
  actor_id: entry.actor.id ?? null,
  actor_name: entry.actor.name,
  what: entry.what,
  outcome: entry.outcome,
  reason: entry.reason,
  run: entry.run ?? null,
  step: entry.step ?? null,
  conversation: entry.conversation ?? null,
  details: entry.details === undefined ? null : JSON.stringify(entry.details),
  key,
  mac: '',
});

/** Throws `record-damaged`. */
function toEntry(row: ChainRow): AuditEntry {
  const read = auditEntry.safeParse(toPlain(row));
  if (read.success) return read.data;
  throw recordDamaged(`entry ${row.seq} of the audit log`, read.error);
}

function toPlain(row: ChainRow): Record<string, unknown> {
  let details: unknown;
  try {
    details = row.details === null ? undefined : JSON.parse(row.details);
  } catch {
    details = { damaged: row.details?.slice(0, 200) ?? '' }; // shown as it is; verifying names the row
  }
  return {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    actor: { kind: row.actor_kind, ...(row.actor_id === null ? {} : { id: row.actor_id }), name: row.actor_name },
    what: row.what,
    outcome: row.outcome,
    reason: row.reason,
    ...(row.run === null ? {} : { run: row.run }),
    ...(row.step === null ? {} : { step: row.step }),
    ...(row.conversation === null ? {} : { conversation: row.conversation }),
    ...(details === undefined ? {} : { details }),
  };
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
