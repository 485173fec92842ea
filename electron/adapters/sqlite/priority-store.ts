import type { RunPriorities } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';

export function priorityStore(read: ReadDb, write: WriteDb): RunPriorities {
  const get = read.select<{ priority: number }>('select priority from run_priorities where run = ?');
  const put = write.change(`
    insert into run_priorities (run, priority) select id, ? from runs where id = ?
    on conflict (run) do update set priority = excluded.priority`);
  return {
    get: (run) => get.get(run)?.priority,
    set: (run, priority) => void put.run(priority, run),
  };
}
