import type { JobId } from '../../../shared/model/ids.ts';
import type { Store } from '../ports.ts';
import type { ArmedJobs } from './armed-jobs.ts';
import type { Schedules } from './schedule.source.ts';

interface Next {
  job: JobId;
  title: string;
  at: number;
  isKept: boolean;
}

/** Soonest first: what is kept as due, and times worked out after it, without those that ran (the clock may go over one twice). */
export function listNext(
  { store, armed, schedules }: { store: Pick<Store, 'jobs'>; armed: ArmedJobs; schedules: Schedules },
  { job: only, limit }: { job?: JobId | undefined; limit: number },
): Next[] {
  const all: Next[] = [];
  const kept = store.jobs.listDue();
  for (const scheduled of armed.scheduled) {
    const { job, title } = scheduled;
    if (only !== undefined && only !== job.id) continue;
    const own = kept.filter((row) => row.job === job.id).map((row) => row.dueAt);
    for (const at of own) all.push({ job: job.id, title, at, isKept: true });
    let at = own.at(-1);
    for (let count = own.length; at !== undefined && count < limit; count += 1) {
      at = schedules.nextFree(scheduled, at);
      if (at !== undefined) all.push({ job: job.id, title, at, isKept: false });
    }
  }
  return all.sort((a, b) => a.at - b.at).slice(0, limit);
}
