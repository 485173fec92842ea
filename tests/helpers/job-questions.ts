// A job that asks before it goes on, as a test answers it: the runs of openJobs (jobs-lab.ts), their questions and their ends.

import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { until } from './engine-lab.ts';
import type { openJobs } from './jobs-lab.ts';

type Rig = ReturnType<typeof openJobs>;

/** A trigger by the hour, as a node of a graph. */
export const hourly = { id: 's', kind: 'trigger.schedule', config: { cron: '0 * * * *', zone: 'UTC' } };

export const open = (rig: Rig): InboxItem[] => rig.store.inbox.list({ status: 'open', limit: 10 });

export async function ended(rig: Rig, id: RunId): Promise<RunSummary | undefined> {
  await until(() => ['done', 'failed'].includes(rig.store.runs.get(id)?.status ?? ''), 'the run ends');
  return rig.store.runs.get(id);
}

/** The one question that is open, once it is. */
export async function asked(rig: Rig): Promise<InboxItem> {
  await until(() => open(rig).length === 1, 'it asks');
  return open(rig)[0] as InboxItem;
}

export function answer(rig: Rig, item: InboxItem, given: 'once' | 'always' | 'deny'): void {
  if (item.request.kind !== 'approval') throw new Error('not an approval');
  rig.lab.lab.inbox.answer(item.id, { kind: 'approval', answer: given, hash: item.request.hash });
}
