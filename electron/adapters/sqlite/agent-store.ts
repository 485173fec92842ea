import { agent as agentShape } from '../../../shared/model/agent.ts';
import type { AgentStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readJson } from './rows.ts';

export function agentStore(read: ReadDb, write: WriteDb): AgentStore {
  const list = read.select<{ id: string; body: string }>('select id, body from agents order by name collate nocase, id');
  const get = read.select<{ body: string }>('select body from agents where id = ?');
  const put = write.change(`
    insert into agents (id, name, body) values (?, ?, ?)
    on conflict (id) do update set name = excluded.name, body = excluded.body`);
  const remove = write.change('delete from agents where id = ?');
  return {
    list: () => list.all().map((row) => readJson(agentShape, row.body, `agent ${row.id}`)),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : readJson(agentShape, row.body, `agent ${id}`);
    },
    put: (agent) => void put.run(agent.id, agent.name, JSON.stringify(agent)),
    remove: (id) => void remove.run(id),
  };
}
