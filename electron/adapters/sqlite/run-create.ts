import { crc32 } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import type { RunEvent, RunSummary } from '../../../shared/model/run.ts';
import type { RunStore } from '../../runtime/ports.ts';
import { type BlobStore, largeMissing } from '../blobs/blob-store.ts';
import type { WriteDb } from './db.ts';
import { JournalRows, type RowItem } from './journal-rows.ts';
import { type Slim, slimDown } from './large.ts';
import { originColumns } from './run-rows.ts';

/** Makes a run with its first event and what it takes over, all in one commit. Throws `run-exists`, `large-value-missing`. */
export function runCreator(write: WriteDb, blobs: BlobStore): RunStore['create'] {
  const insert = write.changeReturning<{ number: number }>(`
    insert into runs (id, title, kind, workflow, origin_kind, origin_of, origin_step, origin, status, started_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing returning number`);
  const insertDetails = write.change('insert into run_details (number, crc, body) values (?, ?, ?)');
  const rows = new JournalRows(write);
  return (run, { isQueued = false, seed = [] } = {}) => {
    const { id, title, kind, workflow, origin, startedAt, document, inputs, grant, trigger, priority, mode } = run;
    const status = isQueued ? 'queued' : 'running';
    const slim = [{ type: 'run-start', at: startedAt, inputs } satisfies RunEvent, ...seed].map(slimDown);
    for (const each of slim) keepLarge(blobs, each);
    const number = write.atomically(() => {
      const row = insert.get(id, title, kind, workflow ?? null, origin.kind, ...originColumns(origin), status, startedAt);
      if (row === undefined) throw new AppError('run-exists', `There is a run ${id} already.`);
      // JSON leaves out what is undefined.
      const body = JSON.stringify({ document, inputs, grant, trigger, priority, mode });
      insertDetails.run(row.number, crc32(`${id}|${body}`), body);
      rows.insert(slim.map(({ event, json, names }, i): RowItem => ({ run: id, number: row.number, seq: i + 1, event, json, names })));
      return row.number;
    });
    const stepsDone = slim.filter(({ event }) => event.type === 'step-done').length;
    const summary: RunSummary = { id, number, title, kind, origin, status, startedAt, stepsDone };
    return workflow === undefined ? summary : { ...summary, workflow };
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
