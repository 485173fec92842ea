// Runs that a person allowed as something was: those of a job, held to what its grant was given for, and those that a program began, held to
// what was shown when its call was allowed. Found by where a run came from in the end, never by what a caller says.

import type { Agreed, AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import type { JobId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import type { Ports, StoredJob } from '../ports.ts';
import { oneLine, quote } from './action-words.ts';
import { isAgentKey } from './agreed-agent.ts';
import { identityOf } from './agreed-trigger.ts';
import { draftIn } from './ask-action.ts';
import { canonicalJson } from './canonical.ts';
import type { Grants } from './grants.ts';
import { namedIn } from './served-agreed.ts';
import { rootRun } from './unattended.ts';

/** What a question asked about. */
export interface AskedThing {
  /** Where what was agreed to is kept. */
  key: string;
  now: AgreedGraph;
  /** Which one it is (`identityOf`). */
  is: string;
}

export interface Bound {
  /** What it all is a part of: what is asked is asked of that, once for all that is in it. */
  root: { id: RunId; title: string };
  job?: JobId;
  /** In words: the job, or what the program called. */
  title: string;
  /** The workflow that it began with. */
  workflow: string | undefined;
  /** Each is enough. */
  agreed: Agreed[];
  /** What was agreed to is not there any more. */
  isGone: boolean;
  /** In words, why what is there now was never agreed to. */
  why(whose: string, isNew: boolean): string;
  /** What later runs do when it is agreed to for good; undefined where nothing could remember it. */
  always(name: string): string | undefined;
  /** A person said yes to this once, for this run or what it is a part of. */
  wasAllowed(run: RunId, asked: Pick<AskedThing, 'key' | 'is'>): boolean;
  keep(answer: 'always' | 'once', asked: AskedThing): void;
}

export interface BoundDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'hash'>;
  grants: Pick<Grants, 'get' | 'put'>;
}

/** Such a run is looked at before it reaches out; of any other nothing was agreed to beforehand. */
export function isBound(ports: Pick<Ports, 'store'>, run: RunId): boolean {
  const kind = rootRun(ports, run)?.origin.kind;
  return kind === 'job' || kind === 'client';
}

/** Undefined where what it does was allowed whatever it is. */
export function boundOf(deps: BoundDeps, run: RunId): Bound | undefined {
  const root = rootRun(deps.ports, run);
  if (root?.unattended !== undefined) return ofJob(deps, root, root.unattended);
  return root?.origin.kind === 'client' ? ofProgram(deps, root, root.origin) : undefined;
}

/** Runs of one job that were let go once. */
const maxOnce = 100;

/** Kept with the job. Of an agent, and of a run's graph from before what it is a part of was asked, it was the run that asked. */
const onceIn = (run: RunId, { key, is }: Pick<AskedThing, 'key' | 'is'>): string => `${run} ${key} ${is}`;

function ofJob(
  { ports: { store, clock, hash } }: BoundDeps,
  root: Bound['root'],
  { job: id, title }: { job: JobId; title: string },
): Bound | undefined {
  const found = store.jobs.get(id);
  // A job from before graphs were agreed to is for the graph that it finds. With one that was taken away, what was agreed to is gone too.
  const agreed = found === undefined ? {} : found.agreed;
  if (agreed === undefined) return undefined;
  return {
    ...{ root, job: id, title, workflow: found?.workflow, agreed: [agreed], isGone: found === undefined },
    why: (whose, isNew) =>
      found === undefined
        ? `The job ${title} is not there any more, and neither is what you agreed to.`
        : `${whose} is ${isNew ? 'no part of what' : 'not what'} you gave its grant for.`,
    always: (name) => (found === undefined ? undefined : `Agree to “${name}” as it is now: later runs of ${title} do not ask about it`),
    wasAllowed(run, asked) {
      const runs = found === undefined ? [] : agreedRuns(found);
      return [onceIn(root.id, asked), onceIn(run, asked), ...(isAgentKey(asked.key) ? [] : [run])].some((each) => runs.includes(each));
    },
    keep(answer, asked) {
      const { key, now } = asked;
      const job = store.jobs.get(id);
      if (job === undefined) return;
      const updatedAt = clock.now();
      // Of several that waited together, the first one keeps it.
      if (answer === 'always' ? isKept(hash, job.agreed, asked) : agreedRuns(job).includes(onceIn(root.id, asked))) return;
      if (answer === 'always') store.jobs.put({ ...job, agreed: { ...job.agreed, [key]: now }, updatedAt });
      // Kept, so that later steps of this run do not ask, also after a restart.
      else store.jobs.put({ ...job, state: { ...job.state, agreedRuns: [...agreedRuns(job), onceIn(root.id, asked)].slice(-maxOnce) } });
    },
  };
}

function isKept(hash: Ports['hash'], agreed: Agreed | undefined, { key, is }: AskedThing): boolean {
  const known = agreed !== undefined && Object.hasOwn(agreed, key) ? agreed[key] : undefined;
  return known !== undefined && identityOf(known, hash) === is;
}

function agreedRuns({ state }: StoredJob): string[] {
  const { agreedRuns: runs } = state;
  return Array.isArray(runs) ? runs.filter((each) => typeof each === 'string') : [];
}

function ofProgram(
  { ports, grants }: BoundDeps,
  root: Bound['root'],
  { client, grant: id }: { client: string; grant?: string | undefined },
): Bound | undefined {
  const details = ports.store.runs.getDetails(root.id);
  // The grant was for any workflow, also one that is changed or made later; so is a run from before it was kept.
  if (details?.agreed === undefined) return undefined;
  const standing = (): StandingGrant | undefined => {
    const grant = id === undefined ? undefined : grants.get(id);
    return grant?.revokedAt === undefined && grant !== undefined && namedIn(grant) !== undefined ? grant : undefined;
  };
  const now = standing();
  const isGone = id !== undefined && now === undefined;
  const name = quote(details.title);
  return {
    ...{ root, title: name, workflow: details.workflow, isGone },
    // What was agreed to since, with a changed question of another run, holds for this one too.
    agreed: [details.agreed, ...(now?.agreed === undefined ? [] : [now.agreed])],
    why: (whose, isNew) => `${whose} is ${isNew ? 'no part of what' : 'not what'} you allowed ${oneLine(client)} to run.`,
    always: (thing) => (now === undefined ? undefined : `Agree to “${thing}” as it is now: later calls of ${name} do not ask about it`),
    wasAllowed: (run, asked) => [...new Set([root.id, run])].some((each) => wasAnswered(ports, each, asked)),
    keep(answer, asked) {
      // What was said once is kept with the question.
      const grant = answer === 'always' ? standing() : undefined;
      if (grant === undefined || isKept(ports.hash, grant.agreed, asked)) return;
      const agreed = { ...grant.agreed, [asked.key]: asked.now };
      grants.put(draftIn(grant), { id: grant.id, from: 'an answer in the inbox', agreed });
    },
  };
}

/** What an answer is bound to. */
export const hashOfQuestion = (hash: Ports['hash'], args: JsonObject, run: RunId): string =>
  hash(canonicalJson({ question: 'is not what was agreed to', args, run }));

/** A question of any step of this run that was about the very same and got a yes for this once. */
function wasAnswered(
  { store: { inbox }, hash: hashOf }: Pick<Ports, 'store' | 'hash'>,
  run: RunId,
  { key, is }: Pick<AskedThing, 'key' | 'is'>,
): boolean {
  return inbox.listApprovals(run).some(({ request, answer }) => {
    // What was agreed to for good is kept by the step that is told so, also by one that is taken up after that.
    const isYes = answer?.kind === 'approval' && (answer.answer === 'once' || answer.answer === 'conversation');
    if (request.kind !== 'approval' || !isYes || answer.hash !== request.hash) return false;
    // Its own question, not one of a tool that gave itself that name.
    if (request.hash !== hashOfQuestion(hashOf, request.args, run)) return false;
    const { workflow, graph, agent, is: which } = request.args;
    return (
      (request.tool === 'changed_workflow' && workflow === key && graph === is) ||
      (request.tool === 'changed_agent' && agent === key && which === is)
    );
  });
}
