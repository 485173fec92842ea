// Makes runs. A new run goes to disk with the commit that its first rows share: until then it is known here only, and whoever
// tells of it waits for `starting`.

import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunSummary } from '../../../shared/model/run.ts';
import type { RunStore } from '../../runtime/ports.ts';
import { largeMissing } from '../blobs/blob-errors.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { JournalQueue } from './journal.ts';
import { type Slim, slimDown } from './large.ts';
import type { RunGraphs } from './run-graphs.ts';
import { originColumns } from './run-rows.ts';
import type { RunSummaries } from './run-summaries.ts';

interface Deps {
  read: ReadDb;
  write: WriteDb;
  blobs: BlobStore;
  graphs: RunGraphs;
  queue: JournalQueue;
  summaries: RunSummaries;
}

type Starting = NonNullable<ReturnType<NonNullable<RunStore['starting']>>>;

export interface RunCreator {
  create: RunStore['create'];
  /** A run that is not on disk yet. */
  known(id: RunId): RunSummary | undefined;
  starting(id: RunId): Starting | undefined;
}

/** Makes a run with its first event and what it takes over, all in one commit. Throws `run-exists`, `large-value-missing`. */
export function runCreator({ read, write, blobs, graphs, queue, summaries }: Deps): RunCreator {
  const insert = write.change(`
    insert into runs (number, id, title, kind, workflow, origin_kind, origin_of, origin_step, origin, status, started_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertDetails = write.change('insert into run_details (number, crc, body, graph) values (?, ?, ?, ?)');
  const exists = read.selectKept<{ number: number }>('select number from runs where id = ?');
  const lastNumber = read.selectKept<{ seq: number }>("select seq from sqlite_sequence where name = 'runs'");
  const pending = new Map<RunId, { summary: RunSummary; starting: Starting }>();
  let number: number | undefined;
  return {
    create(run, { isQueued = false, seed = [] } = {}) {
      const { id, title, kind, workflow, origin, startedAt, document, inputs, grant, trigger, priority, mode, agreed } = run;
      if (pending.has(id) || exists.get(id) !== undefined) throw new AppError('run-exists', `There is a run ${id} already.`);
      const status = isQueued ? 'queued' : 'running';
      const slim = [{ type: 'run-start', at: startedAt, inputs } satisfies RunEvent, ...seed].map(slimDown);
      for (const each of slim) keepLarge(blobs, each);
      number ??= lastNumber.get()?.seq ?? 0;
      number += 1;
      const own = number;
      // JSON leaves out what is undefined.
      const body = JSON.stringify({ inputs, grant, trigger, priority, mode, agreed });
      const make = (): void => {
        insert.run(own, id, title, kind, workflow ?? null, origin.kind, ...originColumns(origin), status, startedAt);
        insertDetails.run(own, crc32(`${id}|${body}`), body, document === undefined ? null : graphs.put(document));
      };
      const stepsDone = slim.filter(({ event }) => event.type === 'step-done').length;
      const summary: RunSummary = {
        id,
        number: own,
        title,
        kind,
        ...(workflow === undefined ? {} : { workflow }),
        origin,
        status,
        startedAt,
        stepsDone,
      };
      const onSettled = (isKept: boolean): void => {
        pending.delete(id);
        if (isKept) summaries.add(summary);
      };
      const durable = queue.start({ run: id, number: own, first: slim, make, onSettled });
      const events = slim.map(({ event }, index) => ({ seq: index + 1, event }));
      pending.set(id, { summary, starting: { durable, events } });
      return summary;
    },
    known: (id) => pending.get(id)?.summary,
    starting: (id) => pending.get(id)?.starting,
  };
}

/** A run is seldom made with large outputs of its own (an edited one); those it takes over are there and only named once more. */
function keepLarge(blobs: BlobStore, { texts, names }: Slim): void {
  for (const name of names) {
    const text = texts?.get(name);
    if (text !== undefined) blobs.putSync(name, text);
    else if (!blobs.has(name)) throw largeMissing(name);
  }
}
