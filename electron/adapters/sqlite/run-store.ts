import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { NewRun, RunStore } from '../../runtime/ports.ts';
import { JournalQueue } from './journal.ts';
import { journalDamaged, journalReader } from './journal-rows.ts';
import { runCreator } from './run-create.ts';
import type { RunStoreDeps } from './run-deps.ts';
import { listRuns } from './run-list.ts';
import { runRemover } from './run-remove.ts';
import { type RunRow, runColumns, toSummary } from './run-rows.ts';

/** `close` commits what is queued. */
export function runStore(deps: RunStoreDeps): RunStore & { close(): Promise<void> } {
  const { read, write, blobs, health } = deps;
  const get = read.select<RunRow>(`select ${runColumns} from runs where id = ?`);
  const unfinished = ['queued', 'running', 'waiting', 'paused'];
  const unfinishedRows = read.select<RunRow>(
    `select ${runColumns} from runs where status in (${unfinished.map((status) => `'${status}'`).join(', ')}) order by number`,
  );
  const counts = read.select<{ status: string; n: number }>(
    "select status, count(*) as n from runs where status in ('running', 'waiting', 'queued') group by status",
  );
  const details = read.select<{ crc: number; body: string }>('select crc, body from run_details where number = ?');
  const reusable = read.select<{ run: RunId; step: string }>(
    'select r.id as run, u.step as step from reusable u join runs r on r.number = u.number where u.content_hash = ?',
  );
  const readRows = journalReader(read);

  const mustGet = (id: RunId): RunRow => {
    const row = get.get(id);
    if (row === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list.' });
    return row;
  };
  const queue = new JournalQueue({ read, write, blobs, health, numberOf: (id) => mustGet(id).number });

  const { remove, compact, stop } = runRemover(deps, queue);
  return {
    remove,
    compact,
    create: runCreator(write, blobs),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toSummary(row);
    },
    getDetails(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const kept = details.get(row.number);
      if (kept === undefined) throw journalDamaged(id, 'details', 'it is missing');
      if (crc32(`${id}|${kept.body}`) !== kept.crc) throw journalDamaged(id, 'details', 'its checksum is wrong');
      const { title, kind, origin, startedAt, workflow } = toSummary(row);
      const body = JSON.parse(kept.body) as Pick<NewRun, 'document' | 'inputs' | 'grant' | 'trigger' | 'priority' | 'mode'>;
      return { id, title, kind, origin, startedAt, ...(workflow === undefined ? {} : { workflow }), ...body };
    },
    list: (filter) => listRuns(read, filter).map(toSummary),
    listUnfinished: () => unfinishedRows.all().map(toSummary),
    counts() {
      const by = new Map(counts.all().map((row) => [row.status, row.n]));
      return { running: by.get('running') ?? 0, waiting: by.get('waiting') ?? 0, queued: by.get('queued') ?? 0 };
    },
    readEvents: (id, after = 0) => readRows(id, mustGet(id).number, after),
    append: (id, event) => queue.append(id, event),
    flush: () => queue.flush(),
    readLarge: (hash) => blobs.read(hash),
    findReusable: (contentHash) => reusable.get(contentHash),
    noteReusable: (contentHash, run, step) => queue.note(contentHash, run, step),
    async close() {
      await stop();
      await queue.flush();
    },
  };
}
