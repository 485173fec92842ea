// Runs with nobody there: found by where a run came from in the end, never by what a caller says, so that no part can forget it.
// What such a run may do is what its job's grant says now; "always" widens that grant and nothing else.

import type { Grant } from '../../../shared/model/grant.ts';
import type { JobId, RunId } from '../../../shared/model/ids.ts';
import type { RunOrigin } from '../../../shared/model/run.ts';
import { Recent } from '../../../shared/recent.ts';
import type { Ports } from '../ports.ts';

export interface Unattended {
  job: JobId;
  /** Of the run that the job started. */
  title: string;
}

/** Workflows may run each other this deep; the engine refuses more. */
const maxDepth = 20;
/** Answers that are remembered: where a run came from never changes. */
const maxKnown = 2000;

type RunsStore = { store: { runs: Pick<Ports['store']['runs'], 'get'> } };

/** What began it all: the run itself, or the one that it is a part of in the end. */
export interface RootRun {
  id: RunId;
  title: string;
  origin: RunOrigin;
  /** Where nobody is there. */
  unattended: Unattended | undefined;
}
/** Null: what began it is not known. */
const known = new WeakMap<object, Recent<RunId, RootRun | null>>();

/** The job that a run belongs to: its own origin, or that of the run that it is a part of. A person's fork or replay belongs to the person. */
export const unattended = (ports: RunsStore, id: RunId): Unattended | undefined => rootRun(ports, id)?.unattended;

/** Undefined where it is not known. */
export function rootRun({ store }: RunsStore, id: RunId): RootRun | undefined {
  let answers = known.get(store);
  if (answers === undefined) {
    answers = new Recent(maxKnown);
    known.set(store, answers);
  }
  const answer = answers.get(id);
  if (answer !== undefined) return answer ?? undefined;
  let found: RootRun | undefined;
  let run = store.runs.get(id);
  if (run === undefined) return undefined;
  for (let depth = 0; depth < maxDepth && run !== undefined; depth += 1) {
    const { origin, title }: { origin: RunOrigin; title: string } = run;
    const job = origin.kind === 'job' ? { job: origin.job, title } : undefined;
    if (origin.kind !== 'sub-workflow') found = { id: run.id, title, origin, unattended: job };
    run = origin.kind === 'sub-workflow' ? store.runs.get(origin.run) : undefined;
  }
  answers.set(id, found ?? null);
  return found;
}

type JobsStore = { store: { jobs: Pick<Ports['store']['jobs'], 'get' | 'put'> } };

/** What the job may do now; what its run was started with when the job is gone. */
export const grantOfJob = ({ store }: JobsStore, job: JobId, started: Grant): Grant => store.jobs.get(job)?.grant ?? started;

/** Adds to the job's grant what the person always allows. Nothing when the job is gone. */
export function widenJob(
  { store, clock }: JobsStore & { clock: { now(): number } },
  job: JobId,
  more: { tool?: Grant['tools'][number]; folder?: string; host?: string },
): void {
  const stored = store.jobs.get(job);
  if (stored === undefined) return;
  const { tools, folders, hosts = [] } = stored.grant;
  const { tool, folder, host } = more;
  const grant: Grant = {
    ...stored.grant,
    tools: tool === undefined ? tools : [...tools.filter((each) => each.server !== tool.server || each.tool !== tool.tool), tool],
    folders: folder === undefined || folders.includes(folder) ? folders : [...folders, folder],
    ...(host === undefined || hosts.includes(host) ? {} : { hosts: [...hosts, host] }),
  };
  store.jobs.put({ ...stored, grant, updatedAt: clock.now() });
}
