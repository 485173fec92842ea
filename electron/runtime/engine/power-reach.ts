// What the powers over files and the network may touch for one step. A person's own run: what the person granted it and the settings.
// A run with nobody there: its job's grant alone; anything else waits in the inbox under the name of the built-in tool that does it.

import { AppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { definitionHash } from '../policy/approvals.ts';
import { decide } from '../policy/decide.ts';
import { askForJob } from '../policy/job-approval.ts';
import { foldersFor as approvedFolders, hostsFor, reachOf } from '../policy/reach.ts';
import { grantOfJob, unattended } from '../policy/unattended.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, SettingsService } from '../services.ts';
import type { StepBinding } from './execute.ts';

export interface ReachDeps {
  ports: Pick<Ports, 'files' | 'store' | 'clock' | 'hash'>;
  settings: Pick<SettingsService, 'get'>;
  inbox: Pick<Inbox, 'ask'>;
}

export async function foldersFor(deps: ReachDeps, binding: StepBinding, tool: string, args: JsonObject): Promise<string[]> {
  const judged = await judge(deps, binding, powerTool('files', tool), args);
  if (judged === undefined) return [...new Set([...binding.session.grant.folders, ...deps.settings.get().folders])];
  const reach = reachOf('files', args);
  return judged.isApproved && reach !== undefined ? [...judged.grant.folders, ...approvedFolders(tool, reach)] : judged.grant.folders;
}

export async function hostsToReach(deps: ReachDeps, binding: StepBinding, args: JsonObject): Promise<string[]> {
  const { allowedHosts } = deps.settings.get();
  const judged = await judge(deps, binding, powerTool('web', 'http_request'), args);
  if (judged === undefined) return allowedHosts;
  const reach = reachOf('web', args);
  const approved = judged.isApproved && reach?.kind === 'web' ? reach.host : undefined;
  return hostsFor(judged.grant.hosts ?? [], approved, allowedHosts);
}

/** Undefined: a person's own run. Throws `denied`, `approval-expired`, `cancelled`. */
async function judge(
  deps: ReachDeps,
  { session, step, context }: StepBinding,
  tool: ToolInfo,
  args: JsonObject,
): Promise<{ grant: Grant; isApproved: boolean } | undefined> {
  const { ports, inbox } = deps;
  const found = unattended(ports, session.id);
  if (found === undefined) return undefined;
  const grant = grantOfJob(ports, found.job, session.grant);
  const decision = decide({
    actor: { kind: 'job', ...found },
    tool,
    builtIn: true,
    args,
    runGrants: grant.tools,
    standing: [],
    definition: definitionHash(ports.hash, tool),
    allowedInConversation: false,
    reach: grant,
  });
  if (decision.outcome === 'deny')
    throw new AppError('denied', decision.reason, { hint: 'Change the job’s grant if this should be possible.' });
  if (decision.outcome === 'allow') return { grant, isApproved: false };
  await askForJob({ ports, inbox }, { unattended: found, tool, builtIn: true, args, run: session, step, reason: decision.reason, context });
  return { grant: grantOfJob(ports, found.job, session.grant), isApproved: true };
}

/** The name under which a power is asked about; it is the built-in tool that does the same. */
const powerTool = (server: 'files' | 'web', name: string): ToolInfo => ({
  server: server as ServerId,
  name,
  title: '',
  description: '',
  inputSchema: {},
  readOnly: false,
  idempotent: false,
  destructive: false,
});
