import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { NewRun, RunStore } from '../../runtime/ports.ts';
import { JournalQueue } from './journal.ts';
import { asKeptRows, eventsOf } from './journal-kept.ts';
import { JournalPlaces } from './journal-packs.ts';
import { journalParts, type NewestLimits, type NewestRows } from './journal-part.ts';
import { journalDamaged, journalReader } from './journal-rows.ts';
import { JournalTail } from './journal-tail.ts';
import { readable } from './rows.ts';
import { runCreator } from './run-create.ts';
import type { RunStoreDeps } from './run-deps.ts';
import { RunGraphs } from './run-graphs.ts';
import { listRuns } from './run-list.ts';
import { runRemover } from './run-remove.ts';
import { type RunRow, runColumns, toListed, toSummary } from './run-rows.ts';
import { RunSummaries } from './run-summaries.ts';

/** `close` commits what is queued. */
export function runStore(deps: RunStoreDeps): RunStore & { close(): Promise<void> } {
  const { read, write, blobs, health } = deps;
  // A run that waits for its commit is `known`.
  const get = read.selectKept<RunRow>(`select ${runColumns} from runs where id = ?`);
  const unfinished = ['queued', 'running', 'waiting', 'paused'];
  const unfinishedRows = read.select<RunRow>(
    `select ${runColumns} from runs where status in (${unfinished.map((status) => `'${status}'`).join(', ')}) order by number`,
  );
  const counts = read.select<{ status: string; n: number }>(
    "select status, count(*) as n from runs where status in ('running', 'waiting', 'queued') group by status",
  );
  const details = read.select<{ crc: number; body: string; graph: number | null }>(
    'select crc, body, graph from run_details where number = ?',
  );
  const reusable = read.select<{ run: RunId; step: string }>(
    'select r.id as run, u.step as step from reusable u join runs r on r.number = u.number where u.content_hash = ?',
  );
  const places = new JournalPlaces(write);
  const tail = new JournalTail({ read, write, places });
  const readRows = journalReader(read, tail);
  const parts = journalParts({ read, tail, all: readRows });
  const names = read.select<{ named: number }>('select 1 as named from large_uses where hash = ? and number = ?');

  const counted = (run: RunSummary): RunSummary =>
    tail.has(run.number) ? { ...run, stepsDone: run.stepsDone + tail.stepsOf(run.number) } : run;
  const mustGet = (id: RunId): RunRow => {
    const row = get.get(id);
    if (row === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list.' });
    return row;
  };
  const newest = (id: RunId, limits: NewestLimits, after: number): NewestRows =>
    known(id) === undefined ? parts.newest(id, mustGet(id).number, after, limits) : { rows: [], leftOut: 0 };
  const graphs = new RunGraphs(read, write);
  const summaries = new RunSummaries();
  const queue = new JournalQueue({
    read,
    write,
    blobs,
    health,
    places,
    tail,
    numberOf: (id) => mustGet(id).number,
    onUndone: () => graphs.undo(),
    onKept: (id, event) => summaries.note(id, event),
  });
  // Another store's rows may name a run or follow from what it did: that is there before them. New runs are found by whatever looks for runs.
  write.setFirst(() => queue.commitFirst());
  read.setFirst(() => void queue.tryStarting());
  const { create, known, starting } = runCreator({ read, write, blobs, graphs, queue, summaries });
  const { remove, compact, stop } = runRemover(deps, { queue, graphs, tail, forget: (id) => summaries.forget(id) });
  return {
    remove,
    compact,
    create,
    starting,
    get(id) {
      const made = known(id) ?? summaries.get(id);
      if (made !== undefined) return made;
      const row = get.get(id);
      return row === undefined ? undefined : counted(toSummary(row));
    },
    getDetails(id) {
      queue.commitStarting();
      const row = get.get(id);
      if (row === undefined) return undefined;
      const kept = details.get(row.number);
      if (kept === undefined) throw journalDamaged(id, 'details', 'it is missing');
      if (crc32(`${id}|${kept.body}`) !== kept.crc) throw journalDamaged(id, 'details', 'its checksum is wrong');
      const { title, kind, origin, startedAt, workflow } = toSummary(row);
      const body = JSON.parse(kept.body) as Pick<NewRun, 'document' | 'inputs' | 'grant' | 'trigger' | 'priority' | 'mode' | 'agreed'>;
      if (kept.graph !== null) body.document = graphs.get(kept.graph);
      if (kept.graph !== null && body.document === undefined) throw journalDamaged(id, 'graph', 'it is missing or its checksum is wrong');
      return { id, title, kind, origin, startedAt, ...(workflow === undefined ? {} : { workflow }), ...body };
    },
    list: (filter) => listRuns(read, filter).map((row) => counted(toListed(row))),
    // Where a run came from says what it may do: one that does not know that any more is not taken up.
    listUnfinished: () => readable(unfinishedRows.all(), (row) => counted(toSummary(row))),
    counts() {
      const by = new Map(counts.all().map((row) => [row.status, row.n]));
      return { running: by.get('running') ?? 0, waiting: by.get('waiting') ?? 0, queued: by.get('queued') ?? 0 };
    },
    readEvents: (id, after = 0) => (known(id) === undefined ? readRows(id, mustGet(id).number, after) : []),
    readNewest(id, limits, after = 0) {
      const { rows, leftOut } = newest(id, limits, after);
      return { events: rows.flatMap(eventsOf), leftOut };
    },
    readNewestRows(id, limits, after = 0) {
      const { rows, leftOut } = newest(id, limits, after);
      return { rows: asKeptRows(rows), last: rows.at(-1)?.last ?? after, leftOut };
    },
    readStep: (id, step) => (known(id) === undefined ? parts.step(id, mustGet(id).number, step) : []),
    namesLarge: (id, hash) => known(id) === undefined && names.get(hash, mustGet(id).number) !== undefined,
    append: (id, event, mayWait) => queue.append(id, event, mayWait),
    isHeldBack: (id) => queue.isHeldBack(id),
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
