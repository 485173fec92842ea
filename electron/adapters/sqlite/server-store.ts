import { type ServerConfig, serverConfig } from '../../../shared/model/tool.ts';
import type { ServerStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readJson } from './rows.ts';

export function serverStore(read: ReadDb, write: WriteDb): ServerStore {
  const list = read.select<{ id: string; body: string }>('select id, body from servers order by seq');
  const put = write.change('insert into servers (id, body) values (?, ?) on conflict (id) do update set body = excluded.body');
  const remove = write.change('delete from servers where id = ?');
  // Looked at in every call of a tool; nobody but this host writes.
  let known: readonly ServerConfig[] | undefined;
  return {
    list() {
      known ??= list.all().map((row) => readJson(serverConfig, row.body, `tool server ${row.id}`));
      return [...known];
    },
    put(config) {
      known = undefined;
      put.run(config.id, JSON.stringify(config));
    },
    remove(id) {
      known = undefined;
      remove.run(id);
    },
  };
}
