// What the powers over files, the network and memory may touch for one step. A person's own run: what the person granted it and the
// settings. A run with nobody there: its job's grant alone; anything else waits in the inbox under the name of the built-in tool that does it.

import { AppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { buildApproval } from '../policy/approvals.ts';
import { createPolicy, type PolicyService } from '../policy/create-policy.ts';
import { askForJob } from '../policy/job-approval.ts';
import { onceFault, onceHint } from '../policy/onward.ts';
import { foldersFor as approvedFolders, hostsFor, reachOf } from '../policy/reach.ts';
import { grantOfJob } from '../policy/unattended.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, SettingsService } from '../services.ts';
import type { StepBinding } from './execute.ts';
import { isReceiverFromData } from './receivers.ts';

export interface ReachDeps {
  ports: Pick<Ports, 'files' | 'store' | 'clock' | 'hash' | 'vault'>;
  settings: Pick<SettingsService, 'get'>;
  inbox: Pick<Inbox, 'ask'>;
  policy?: PolicyService;
}

/** Parts that are put together without a policy get one of their own, one for each engine. */
const ownPolicies = new WeakMap<ReachDeps, PolicyService>();
export function policyOf(deps: ReachDeps): PolicyService {
  if (deps.policy !== undefined) return deps.policy;
  const tools = { servers: () => [], tools: () => [] } as unknown as Ports['tools'];
  const made = ownPolicies.get(deps) ?? createPolicy({ ports: { ...deps.ports, tools }, inbox: deps.inbox });
  ownPolicies.set(deps, made);
  return made;
}

export async function foldersFor(deps: ReachDeps, binding: StepBinding, tool: string, args: JsonObject): Promise<string[]> {
  const judged = await judge(deps, binding, powerTool('files', tool), args);
  if (judged.job === undefined) {
    const { id, grant } = binding.session;
    const own = deps.ports.store.stillGranted?.(`run:${id}`, grant.folders) ?? grant.folders;
    return [...new Set([...own, ...deps.settings.get().folders])];
  }
  const reach = reachOf('files', args);
  return judged.isApproved && reach !== undefined ? [...judged.job.folders, ...approvedFolders(tool, reach)] : judged.job.folders;
}

export interface HostsToReach {
  hosts: string[];
  /** A person was asked about this request and allowed it. */
  wasAsked: boolean;
}

export async function hostsToReach(deps: ReachDeps, binding: StepBinding, args: JsonObject): Promise<HostsToReach> {
  const { allowedHosts } = deps.settings.get();
  const judged = await judge(deps, binding, powerTool('web', 'http_request'), args);
  const wasAsked = judged.isApproved;
  if (judged.job === undefined) return { hosts: allowedHosts, wasAsked };
  const reach = reachOf('web', args);
  const approved = judged.isApproved && reach?.kind === 'web' ? reach.host : undefined;
  return { hosts: hostsFor(judged.job.hosts ?? [], approved, allowedHosts), wasAsked };
}

/**
 * Where the first address sends a request on to: what a grant forbids is forbidden there too, and what a person allowed for once is at the
 * origin that they were shown. Throws `denied`.
 */
export function refuseOnward(
  deps: ReachDeps,
  binding: StepBinding,
  first: JsonObject,
  { url, wasAsked }: { url: string; wasAsked: boolean },
): void {
  const { session, step } = binding;
  const policy = policyOf(deps);
  const run = { id: session.id, title: session.title, grant: session.grant };
  const from = String(first.url);
  const isFromData = isReceiverFromData(deps.ports, binding, from);
  const about = { actor: { kind: 'workflow' as const }, tool: powerTool('web', 'http_request'), run, step, builtIn: true };
  const withData = isFromData ? { ...about, receiverFromData: true } : about;
  const request = { ...withData, args: { ...first, url } };
  const decision = policy.tools.judge(request);
  if (decision.outcome === 'deny') {
    policy.decided(request, decision);
    throw denied(decision);
  }
  // An answer of a moment ago may have widened what the run may do.
  const isOnce = wasAsked && policy.tools.judge({ ...withData, args: first }).outcome !== 'allow';
  const fault = isOnce ? onceFault({ decision, from, to: url }) : undefined;
  if (fault === undefined) return;
  policy.decided(request, { ...decision, outcome: 'deny', reason: fault, rule: 'outside-approval' });
  throw new AppError('denied', fault, { hint: onceHint(url) });
}

/** Memory is the app's own: a workflow may add to it, also with nobody there, unless a grant forbids it. Throws `denied`. */
export async function mayRemember(deps: ReachDeps, { session, step }: StepBinding, text: string): Promise<void> {
  const policy = policyOf(deps);
  const request = {
    actor: { kind: 'workflow' as const },
    tool: powerTool('memory', 'remember'),
    args: { text },
    run: { id: session.id, title: session.title, grant: session.grant },
    step,
    builtIn: true,
  };
  const judged = policy.tools.judge(request);
  const decision: PolicyDecision =
    judged.outcome === 'ask'
      ? { outcome: 'allow', reason: 'A workflow may add to memory.', rule: 'memory-of-workflows', run: session.id }
      : judged;
  policy.decided(request, decision);
  if (decision.outcome === 'deny') throw denied(decision);
}

/** `job` is the grant of a run with nobody there. Throws `denied`, `approval-expired`, `cancelled`. */
async function judge(
  deps: ReachDeps,
  binding: StepBinding,
  tool: ToolInfo,
  args: JsonObject,
): Promise<{ job: Grant | undefined; isApproved: boolean }> {
  const { ports, inbox } = deps;
  const { session, step, context } = binding;
  const policy = policyOf(deps);
  const run = { id: session.id, title: session.title, grant: session.grant };
  const isFromData = typeof args.url === 'string' && isReceiverFromData(ports, binding, args.url);
  const request = {
    actor: { kind: 'workflow' as const },
    tool,
    args,
    run,
    step,
    builtIn: true,
    ...(isFromData ? { receiverFromData: true } : {}),
  };
  const found = policy.tools.jobOf(request);
  const decision = policy.tools.judge(request);
  policy.decided(request, decision);
  if (decision.outcome === 'deny') throw denied(decision);
  const grantNow = (): Grant | undefined => (found === undefined ? undefined : grantOfJob(ports, found.job, session.grant));
  if (decision.outcome === 'allow') return { job: withFolders(grantNow(), policy, decision), isApproved: false };
  const { reason, taints } = decision;
  const answered = (answer: string, grant?: string): void =>
    policy.answered({ actor: request.actor, run, step, what: `${tool.server}.${tool.name}` }, answer, grant);
  if (found !== undefined)
    await askForJob(
      { ports, inbox, grants: policy.grants, answered },
      { unattended: found, tool, builtIn: true, args, run: session, step, reason, taints, context },
    );
  else await askAttended(deps, binding, { tool, args, decision, answered });
  return { job: grantNow(), isApproved: true };
}

/** A person's own run, where data chose the receiver. */
async function askAttended(
  { ports, inbox, settings }: ReachDeps,
  { session, step, context }: StepBinding,
  { tool, args, decision, answered }: { tool: ToolInfo; args: JsonObject; decision: PolicyDecision; answered(answer: string): void },
): Promise<void> {
  const { folders } = settings.get();
  const { reason, taints } = decision;
  const request = await buildApproval(ports, {
    tool,
    builtIn: true,
    args,
    run: session.id,
    step,
    attempt: context.attempt,
    reason,
    taints,
    folders,
  });
  const answer = await inbox.ask({ run: session.id, step, title: session.title, request }, context);
  if (answer.kind !== 'approval' || answer.hash !== request.hash)
    throw new AppError('approval-mismatch', 'The answer is for another request than this one.', { hint: 'Run it again.' });
  answered(answer.answer);
  if (answer.answer === 'deny')
    throw new AppError('denied', `You declined: ${request.action}.`, { hint: 'Run the workflow again to be asked again.' });
}

/** A standing grant that names folders opens them. */
function withFolders(grant: Grant | undefined, policy: PolicyService, { grant: id }: PolicyDecision): Grant | undefined {
  const { folders, hosts } = (id === undefined ? undefined : policy.grants.get(id)?.conditions) ?? {};
  if (grant === undefined || (folders === undefined && hosts === undefined)) return grant;
  return { ...grant, folders: [...grant.folders, ...(folders ?? [])], hosts: [...(grant.hosts ?? []), ...(hosts ?? [])] };
}

const denied = ({ reason }: PolicyDecision): AppError =>
  new AppError('denied', reason, { hint: 'Change the job’s grant, or the Grants page, if this should be possible.' });

/** The name under which a power is asked about; it is the built-in tool that does the same. One object for each, so that its hash is kept. */
const known = new Map<string, ToolInfo>();
function powerTool(server: 'files' | 'web' | 'memory', name: string): ToolInfo {
  const key = `${server}.${name}`;
  const tool: ToolInfo = known.get(key) ?? {
    server: server as ServerId,
    name,
    title: '',
    description: '',
    inputSchema: {},
    readOnly: false,
    idempotent: false,
    destructive: false,
  };
  known.set(key, tool);
  return tool;
}
