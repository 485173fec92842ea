// Standing grants. `find` gives those that hold for an agent: its own first, then everyone's; a `*` tool counts.

import { toolGrant } from '../../../shared/model/grant.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import type { GrantStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';

interface Row {
  server: string;
  tool: string;
  effect: string;
  definition: string;
}

const everyone = '';
const keyOf = (agent: AgentId | null): string => agent ?? everyone;

export function grantStore(read: ReadDb, write: WriteDb): GrantStore {
  const list = read.select<Row>('select server, tool, effect, definition from grants where agent = ? order by server, tool');
  const find = read.select<Row>(`
    select server, tool, effect, definition from grants
    where agent in (?, '') and server = ? and tool in (?, '*') order by agent desc, tool desc`);
  const add = write.change(`
    insert into grants (agent, server, tool, effect, definition) values (?, ?, ?, ?, ?)
    on conflict (agent, server, tool) do update set effect = excluded.effect, definition = excluded.definition`);
  const toGrant = (row: Row) => toolGrant.parse({ server: row.server, tool: row.tool, effect: row.effect });
  return {
    list: (agent) => list.all(keyOf(agent)).map(toGrant),
    add: (agent, grant, definition) => void add.run(keyOf(agent), grant.server, grant.tool, grant.effect, definition),
    find: (agent, server, tool) => find.all(keyOf(agent), server, tool).map((row) => ({ ...toGrant(row), definition: row.definition })),
  };
}
