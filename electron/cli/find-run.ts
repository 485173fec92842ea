import { AppError } from '../../shared/errors.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import type { HostClient } from '../wires/attach.ts';

/** By id, or by number among the newest 500. Throws `input-run-unknown`. */
export async function findRun(client: HostClient, which: string): Promise<Pick<RunSummary, 'id'>> {
  const list = await client.runs.list({ limit: 500, query: '' });
  const found = list.find((run) => run.id === which || `${run.number}` === which);
  if (found !== undefined) return found;
  if (/^\d+$/.test(which))
    throw new AppError('input-run-unknown', `There is no run ${which} among the newest 500.`, {
      hint: 'See `orrery runs list`, or give its id.',
    });
  const id = which as RunSummary['id'];
  const older = await client.runs.get({ id }).catch(() => undefined);
  if (older !== undefined) return older.run;
  throw new AppError('input-run-unknown', `There is no run “${which}”.`, { hint: 'See `orrery runs list`.' });
}
