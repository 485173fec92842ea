import type { Job } from '../../../shared/model/job.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { ArmedJobs } from './armed-jobs.ts';

/** A stored job as people see it. */
export function jobView({ ports, armed }: { ports: Pick<Ports, 'store' | 'webhooks'>; armed: ArmedJobs }, job: StoredJob): Job {
  const { store } = ports;
  const { read } = armed.read(job);
  const trouble = armed.troubleOf(job);
  const changes = armed.changesOf(job);
  const [last] = store.jobs.listPast({ job: job.id, state: ['started'], limit: 1 });
  const run = last?.run === undefined ? undefined : store.runs.get(last.run);
  const [next] = job.isOn ? store.jobs.listDue().filter((row) => row.job === job.id) : [];
  const isHook = job.kind === 'trigger.webhook';
  return {
    id: job.id,
    workflow: job.workflow,
    title: read?.workflow.name ?? store.workflows.get(job.workflow)?.name ?? job.workflow,
    node: job.node,
    kind: job.kind,
    when: read === undefined ? '' : read.trigger.describe(read.config),
    isOn: job.isOn,
    grant: job.grant,
    inputs: job.inputs,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    ...(next === undefined ? {} : { nextDueAt: next.dueAt }),
    ...(run === undefined ? {} : { lastRun: { id: run.id, at: run.startedAt, status: run.status } }),
    ...(isHook ? { address: `${ports.webhooks.origin() ?? 'http://127.0.0.1:4317'}/hooks/${job.id}` } : {}),
    ...(changes.length === 0 ? {} : { changes }),
    ...(trouble === undefined || !job.isOn ? {} : { trouble }),
  };
}
