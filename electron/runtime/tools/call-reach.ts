// Which folders and hosts one call of a tool may touch, by its settings, its agent, its job and the grant that allowed it, and where an
// address may send it on to. It must not decide whether the call is made: the belt asks the policy for that.

import { AppError } from '../../../shared/errors.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { onceFault, onceHint, onwardFault } from '../policy/onward.ts';
import { foldersFor as approvedFolders, hostsFor, reachOf } from '../policy/reach.ts';
import { grantOfJob, type Unattended } from '../policy/unattended.ts';
import type { Ports, ToolCallOptions } from '../ports.ts';
import type { SettingsService, ToolBelt } from '../services.ts';
import { isBuiltIn } from './find-tool.ts';

const none: readonly string[] = [];

export type CallRequest = Parameters<ToolBelt['call']>[0];

export interface CallReach {
  /** A run with nobody there, whoever calls in it. */
  jobOf(request: CallRequest): Unattended | undefined;
  /** Those that are open to it before any approval. */
  foldersOf(request: CallRequest): readonly string[];
  /** The folders, and for a job the hosts, that this one call may touch: with those of an approval just given. */
  reachFor(request: CallRequest, tool: ToolInfo, decision: PolicyDecision): Pick<ToolCallOptions, 'folders' | 'hosts' | 'mayGoOn'>;
}

export function createCallReach({
  ports,
  settings,
  policy,
}: {
  ports: Pick<Ports, 'tools' | 'store'>;
  settings: Pick<SettingsService, 'get'>;
  policy: Pick<PolicyService, 'tools' | 'grants' | 'decided'>;
}): CallReach {
  const { grants } = policy;

  const jobOf = (request: CallRequest): Unattended | undefined => policy.tools.jobOf(request);

  const foldersOf = (request: CallRequest, job = jobOf(request)): readonly string[] => {
    const { run, actor } = request;
    if (job !== undefined && run !== undefined) return grantOfJob(ports, job.job, run.grant).folders;
    const { folders } = settings.get();
    // Both are of when the turn and the run began.
    const still = ports.store.stillGranted ?? ((_holder: string, all: readonly string[]) => all);
    const own = actor.kind === 'agent' ? still(`agent:${actor.agent.id}`, actor.agent.grant.folders) : none;
    const granted = run === undefined ? none : still(`run:${run.id}`, run.grant.folders);
    return own.length + granted.length === 0 ? folders : [...new Set([...folders, ...own, ...granted])];
  };

  /**
   * Where the first address sends it on: what a grant forbids is forbidden there too, one that allowed it for some addresses does not
   * allow it for others, and what a person allowed for once is at the origin that they were shown. Throws `denied`.
   */
  function refuseOnward(request: CallRequest, tool: ToolInfo, url: string, allowed: PolicyDecision): void {
    const { actor, args, run, step, receiverFromData } = request;
    const first = { actor, tool, args, run, step, ...(receiverFromData === undefined ? {} : { receiverFromData }) };
    const onward = { ...first, args: { ...args, url } };
    const decision = policy.tools.judge(onward);
    // An answer of a moment ago may have made the grant.
    const now = allowed.outcome === 'allow' ? allowed : policy.tools.judge(first);
    const { grant: id } = now;
    const grant = id === undefined ? undefined : grants.get(id);
    const onwardFrom = { tool, decision, from: String(args.url), to: url };
    const isOnce = now.outcome !== 'allow';
    const outside = isOnce ? onceFault(onwardFrom) : onwardFault(grant, onwardFrom);
    if (decision.outcome !== 'deny' && outside === undefined) return;
    const refused: PolicyDecision =
      outside === undefined
        ? decision
        : {
            ...decision,
            outcome: 'deny',
            reason: outside,
            rule: isOnce ? 'outside-approval' : 'outside-grant',
            ...(id === undefined ? {} : { grant: id }),
          };
    policy.decided(onward, refused);
    throw new AppError('denied', refused.reason, {
      hint:
        outside === undefined
          ? 'Change that on the Grants page if this should be possible.'
          : isOnce
            ? onceHint(url)
            : 'Call the address that it leads to, and you are asked; or add its host to the grant.',
    });
  }

  return {
    jobOf,
    foldersOf,
    reachFor(request, tool, decision) {
      const wasAsked = decision.outcome === 'ask';
      // A grant for a folder opens it: a person named it.
      const granted = decision.outcome === 'allow' && decision.grant !== undefined ? grants.get(decision.grant) : undefined;
      const job = jobOf(request);
      const open = foldersOf(request, job);
      const more = granted?.conditions.folders;
      const folders = more === undefined ? open : [...open, ...more];
      if (!isBuiltIn(ports.tools, tool.server)) return { folders };
      const mayGoOn = tool.server === 'web' ? (url: string): void => refuseOnward(request, tool, url, decision) : undefined;
      if (job === undefined || request.run === undefined) return { folders, mayGoOn };
      const touches = reachOf(tool.server, request.args);
      const approved = (wasAsked || granted !== undefined) && touches?.kind === 'web' ? touches.host : undefined;
      return {
        folders: wasAsked && touches !== undefined ? [...folders, ...approvedFolders(tool.name, touches)] : folders,
        hosts: hostsFor(
          [...(grantOfJob(ports, job.job, request.run.grant).hosts ?? []), ...(granted?.conditions.hosts ?? [])],
          approved,
          settings.get().allowedHosts,
        ),
        mayGoOn,
      };
    },
  };
}
