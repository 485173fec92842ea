// Asks a person about one call of a tool and returns when they have allowed exactly that call, keeping what else they said (always, for
// this chat). It must not judge: it is called where the policy said that somebody is to be asked.

import { AppError } from '../../../shared/errors.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { approvalHash, buildApproval } from '../policy/approvals.ts';
import { grantOfChoice } from '../policy/choices.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { askForJob } from '../policy/job-approval.ts';
import type { Unattended } from '../policy/unattended.ts';
import type { Ports } from '../ports.ts';
import type { Inbox } from '../services.ts';
import type { CallReach, CallRequest } from './call-reach.ts';
import { findTool, isBuiltIn } from './find-tool.ts';

/** Throws `denied`, `approval-mismatch`, `approval-expired`, `cancelled`. */
export type AskAboutCall = (request: CallRequest, tool: ToolInfo, decision: PolicyDecision) => Promise<void>;

export function createCallApproval({
  ports,
  inbox,
  policy,
  reach,
}: {
  ports: Pick<Ports, 'tools' | 'files' | 'hash' | 'store' | 'clock'>;
  inbox: Pick<Inbox, 'ask'>;
  policy: Pick<PolicyService, 'grants' | 'conversationGrants' | 'tools' | 'answered'>;
  reach: Pick<CallReach, 'jobOf' | 'foldersOf'>;
}): AskAboutCall {
  const { grants, conversationGrants } = policy;
  const { definitionOf } = policy.tools;

  /** The server may have changed the tool while the question waited: what was shown is what is approved. */
  async function checkStillSo(
    { server, tool: name, args, run, step, context }: CallRequest,
    tool: ToolInfo,
    attempt: number | undefined,
    agreed: string,
  ): Promise<void> {
    const now = await findTool(ports.tools, server, name, context.signal);
    if (approvalHash(ports.hash, { tool: now, args, run: run?.id, step, attempt }) !== agreed) throw mismatch(tool);
  }

  async function askNow(
    request: CallRequest,
    run: NonNullable<CallRequest['run']>,
    tool: ToolInfo,
    decision: PolicyDecision,
  ): Promise<void> {
    const { actor, step, args } = request;
    // A step that is tried again is another call: what was allowed for the first one does not hold for it.
    const { attempt } = request.context;
    const builtIn = isBuiltIn(ports.tools, tool.server);
    const { reason, taints } = decision;
    const approval = await buildApproval(ports, {
      tool,
      builtIn,
      args,
      run: run.id,
      step,
      attempt,
      reason,
      taints,
      folders: reach.foldersOf(request),
    });
    const conversation = actor.kind === 'agent' ? actor.conversation : undefined;
    const answer = await inbox.ask(
      {
        run: run.id,
        step,
        title: run.title,
        ...(actor.kind === 'agent' ? { agent: actor.agent.id } : {}),
        ...(conversation === undefined ? {} : { conversation }),
        request: approval,
      },
      request.context,
    );
    if (answer.kind !== 'approval' || answer.hash !== approval.hash) throw mismatch(tool);
    await checkStillSo(request, tool, attempt, approval.hash);
    const said = (grant?: string): void => policy.answered({ actor, run, step, what: `${tool.server}.${tool.name}` }, answer.answer, grant);
    // What asks every time is answered for this once, whatever was said.
    const given = taints === undefined ? answer.answer : answer.answer === 'deny' ? 'deny' : 'once';
    switch (given) {
      case 'deny':
        said();
        throw new AppError('denied', `The person declined ${tool.server}.${tool.name}.`, {
          hint: 'Go on without it, or ask what they want instead.',
        });
      case 'always': {
        if (actor.kind !== 'agent') return said();
        const draft = grantOfChoice({ tool, builtIn, args }, answer.choice ?? 'tool', { kind: 'agent', agent: actor.agent.id });
        // The words of our own servers change with Orrery; what others wrote is bound to what it was.
        const pin = builtIn ? {} : { definition: definitionOf(tool) };
        return said(draft === undefined ? undefined : grants.put(draft, { from: 'an answer in the inbox', ...pin }).id);
      }
      case 'conversation':
        if (conversation !== undefined) conversationGrants.add(conversation, tool, definitionOf(tool));
        return said();
      case 'once':
        return said();
    }
  }

  /** The same for a run with nobody there: the question waits until somebody is, or its time is over. */
  async function askLater(
    request: CallRequest,
    { run, job }: { run: NonNullable<CallRequest['run']>; job: Unattended },
    tool: ToolInfo,
    decision: PolicyDecision,
  ): Promise<void> {
    const { args, step, context, actor } = request;
    const builtIn = isBuiltIn(ports.tools, tool.server);
    const agent = actor.kind === 'agent' ? actor.agent.id : undefined;
    const { reason, taints } = decision;
    const deps = {
      ports,
      inbox,
      grants,
      answered: (answer: string, grant?: string) =>
        policy.answered({ actor, run, step, what: `${tool.server}.${tool.name}` }, answer, grant),
    };
    const agreed = await askForJob(deps, { unattended: job, tool, builtIn, args, run, step, reason, taints, agent, context });
    await checkStillSo(request, tool, context.attempt ?? 1, agreed);
  }

  return async (request, tool, decision) => {
    const { run } = request;
    const job = reach.jobOf(request);
    if (run === undefined) throw new AppError('denied', `${tool.server}.${tool.name} needs an approval, and nothing here can ask.`);
    return job === undefined ? askNow(request, run, tool, decision) : askLater(request, { run, job }, tool, decision);
  };
}

const mismatch = (tool: ToolInfo): AppError =>
  new AppError('approval-mismatch', `${tool.server}.${tool.name} is not what was approved: the tool or its arguments have changed.`, {
    hint: 'Ask for it again.',
  });
