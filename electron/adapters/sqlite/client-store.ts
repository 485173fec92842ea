import type { McpClient } from '../../../shared/model/client.ts';
import type { ClientStore } from '../../runtime/tool-ports.ts';
import type { ReadDb, WriteDb } from './db.ts';

interface Row {
  name: string;
  comes: McpClient['comes'];
  created_at: number;
  last_seen_at: number | null;
  revoked_at: number | null;
  program: string | null;
}

const toClient = (row: Row): Omit<McpClient, 'open'> => ({
  name: row.name,
  comes: row.comes,
  createdAt: row.created_at,
  ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  ...(row.program === null ? {} : { program: row.program }),
});

export function clientStore(read: ReadDb, write: WriteDb): ClientStore {
  const columns = 'name, comes, created_at, last_seen_at, revoked_at, program';
  const list = read.select<Row>(`select ${columns} from clients order by revoked_at is not null, name collate nocase`);
  const get = read.select<Row>(`select ${columns} from clients where name = ?`);
  const byToken = read.select<Row>(`select ${columns} from clients where token_hash = ? and revoked_at is null`);
  const put = write.change(`
    insert into clients (name, comes, token_hash, created_at) values (?, ?, ?, ?)
    on conflict (name) do update set comes = excluded.comes, token_hash = excluded.token_hash, created_at = excluded.created_at, revoked_at = null`);
  const seen = write.change('update clients set last_seen_at = ?, program = coalesce(?, program) where name = ?');
  const revoke = write.change('update clients set revoked_at = ?, token_hash = null where name = ?');
  const forget = write.change('delete from clients where name = ?');
  const one = (row: Row | undefined) => (row === undefined ? undefined : toClient(row));
  return {
    list: () => list.all().map(toClient),
    get: (name) => one(get.get(name)),
    findByToken: (hash) => one(byToken.get(hash)),
    put: (name, comes, tokenHash, at) => void put.run(name, comes, tokenHash ?? null, at),
    seen: (name, at, program) => void seen.run(at, program ?? null, name),
    revoke: (name, at) => void revoke.run(at, name),
    forget: (name) => void forget.run(name),
  };
}
