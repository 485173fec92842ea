// Which folders and hosts one call of a tool may touch, by its settings, its agent, its job and the grant that allowed it, and where an
// address may send it on to. It must not decide whether the call is made: the belt asks the policy for that.

import { AppError } from '../../../shared/errors.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { onwardFault } from '../policy/onward.ts';
import { foldersFor as approvedFolders, hostsFor, reachOf } from '../policy/reach.ts';
import { grantOfJob, type Unattended } from '../policy/unattended.ts';
import type { Ports, ToolCallOptions } from '../ports.ts';
import type { SettingsService, ToolBelt } from '../services.ts';
import { isBuiltIn } from './find-tool.ts';

export type CallRequest = Parameters<ToolBelt['call']>[0];

export interface CallReach {
  /** A run with nobody there, whoever calls in it. */
  jobOf(request: CallRequest): Unattended | undefined;
  /** Those that are open to it before any approval. */
  foldersOf(request: CallRequest): string[];
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

  const foldersOf = (request: CallRequest): string[] => {
    const job = jobOf(request);
    if (job !== undefined && request.run !== undefined) return grantOfJob(ports, job.job, request.run.grant).folders;
    const own = request.actor.kind === 'agent' ? request.actor.agent.grant.folders : [];
    return [...new Set([...settings.get().folders, ...own, ...(request.run?.grant.folders ?? [])])];
  };

  /**
   * Where the first address sends it on: what a grant forbids is forbidden there too, and one that allowed it for some addresses does not
   * allow it for others. Throws `denied`.
   */
  function refuseOnward({ actor, args, run, step }: CallRequest, tool: ToolInfo, url: string, allowed: PolicyDecision): void {
    const first = { actor, tool, args, run, step };
    const onward = { ...first, args: { ...args, url } };
    const decision = policy.tools.judge(onward);
    // An answer of a moment ago may have made the grant.
    const { grant: id } = allowed.outcome === 'allow' ? allowed : policy.tools.judge(first);
    const grant = id === undefined ? undefined : grants.get(id);
    const outside = onwardFault(grant, { tool, decision, from: String(args.url), to: url });
    if (decision.outcome !== 'deny' && outside === undefined) return;
    const refused: PolicyDecision =
      outside === undefined
        ? decision
        : { ...decision, outcome: 'deny', reason: outside, rule: 'outside-grant', ...(id === undefined ? {} : { grant: id }) };
    policy.decided(onward, refused);
    throw new AppError('denied', refused.reason, {
      hint:
        outside === undefined
          ? 'Change that on the Grants page if this should be possible.'
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
      const folders = [...foldersOf(request), ...(granted?.conditions.folders ?? [])];
      const job = jobOf(request);
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
