// Asks a person, through the inbox, for what a job's grant does not allow, and returns when exactly that was allowed. The question
// outlives restarts; its answer holds for one attempt of one step, or, with "always", widens the job's grant.

import { AppError } from '../../../shared/errors.ts';
import type { ApprovalChoice, Grant } from '../../../shared/model/grant.ts';
import type { AgentId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { buildApproval, definitionHash } from './approvals.ts';
import { grantOfChoice } from './choices.ts';
import type { Grants } from './grants.ts';
import { foldersFor, reachOf } from './reach.ts';
import { grantOfJob, type Unattended, widenJob } from './unattended.ts';

export interface JobApprovalDeps {
  ports: Pick<Ports, 'hash' | 'files' | 'store' | 'clock'>;
  inbox: Pick<Inbox, 'ask'>;
  grants?: Pick<Grants, 'put'> | undefined;
  /** Told what the person said, and the standing grant that came of it. */
  answered?: ((answer: string, grant?: string) => void) | undefined;
}

export interface JobCall {
  unattended: Unattended;
  tool: ToolInfo;
  builtIn: boolean;
  args: JsonObject;
  run: { id: RunId; title: string; grant: Grant };
  step: string;
  /** Why it asks, in words. */
  reason: string;
  taints?: readonly Taint[] | undefined;
  agent?: AgentId | undefined;
  context: Pick<StepContext, 'signal' | 'waiting' | 'answered'> & Partial<Pick<StepContext, 'attempt'>>;
}

/** Gives the hash that was agreed to. Throws `denied`, `approval-expired`, `approval-mismatch`, `cancelled`. */
export async function askForJob({ ports, inbox, grants, answered }: JobApprovalDeps, call: JobCall): Promise<string> {
  const { unattended, tool, builtIn, args, run, step, reason, taints, agent, context } = call;
  const { folders } = grantOfJob(ports, unattended.job, run.grant);
  const attempt = context.attempt ?? 1;
  const approval = await buildApproval(ports, { tool, builtIn, args, run: run.id, step, attempt, reason, taints, folders });
  // A path or a host is the job's grant's own business; a narrower "always" is for tools that have neither.
  const isNarrow = (choice: ApprovalChoice): boolean => choice.id === 'exact' && !('folder' in first) && !('host' in first);
  const [first = { tool }] = widenedBy(call);
  const lines = taints === undefined ? widenedBy(call).map(wordsOf) : [];
  const choices: ApprovalChoice[] =
    taints === undefined && lines.length > 0
      ? [...(approval.choices ?? []).filter(isNarrow), { id: 'tool', words: lines.join('; ').slice(0, 1000) }]
      : [];
  const request = { ...approval, always: lines, choices };
  const answer = await inbox.ask(
    { run: run.id, step, title: run.title, job: unattended.job, ...(agent === undefined ? {} : { agent }), request },
    context,
  );
  if (answer.kind !== 'approval' || answer.hash !== request.hash)
    throw new AppError('approval-mismatch', `${tool.server}.${tool.name} is not what was approved: it or its arguments have changed.`, {
      hint: 'Run it again and look at what it asks.',
    });
  const kept = answer.answer === 'always' && taints === undefined ? keepAlways({ ports, grants }, call, answer.choice) : undefined;
  answered?.(answer.answer, kept);
  switch (answer.answer) {
    case 'deny':
      throw new AppError('denied', `You declined ${tool.server}.${tool.name} for ${unattended.title}.`, {
        hint: 'Change the job’s grant if it is to be possible, and run it again.',
      });
    case 'always':
    // There is no chat here: for this chat is for this once.
    case 'conversation':
    case 'once':
      return request.hash;
  }
}

type More = { folder: string } | { host: string } | { tool: Pick<ToolInfo, 'server' | 'name'> };

/** What "always" adds to the job's grant: never less than what the card says. */
function widenedBy({ tool, builtIn, args }: JobCall): More[] {
  const touches = builtIn ? reachOf(tool.server, args) : undefined;
  if (touches?.kind === 'web') return [{ host: touches.host }];
  if (touches?.kind === 'files') return foldersFor(tool.name, touches).map((folder) => ({ folder }));
  return [{ tool }];
}

function wordsOf(more: More): string {
  if ('folder' in more) return `Read, write and remove everything in ${more.folder}`;
  if ('host' in more) return `Send anything to ${more.host}`;
  return `Call ${more.tool.server}.${more.tool.name} with any arguments`;
}

/** Gives the standing grant, where it is one; else the job's own grant is wider now. */
function keepAlways(
  { ports, grants }: Pick<JobApprovalDeps, 'ports' | 'grants'>,
  call: JobCall,
  choice: ApprovalChoice['id'] | undefined,
): string | undefined {
  if (choice !== 'exact' || grants === undefined) {
    widen(ports, call);
    return undefined;
  }
  const { tool, builtIn } = call;
  const draft = grantOfChoice(call, 'exact', { kind: 'job', job: call.unattended.job });
  if (draft === undefined) return undefined;
  return grants.put(draft, { from: 'an answer in the inbox', ...(builtIn ? {} : { definition: definitionHash(ports.hash, tool) }) }).id;
}

function widen(ports: JobApprovalDeps['ports'], call: JobCall): void {
  const { unattended, tool, builtIn } = call;
  for (const more of widenedBy(call)) {
    if (!('tool' in more)) {
      widenJob(ports, unattended.job, more);
      continue;
    }
    const pins = builtIn ? {} : { pins: { [tool.name]: definitionHash(ports.hash, tool) } };
    widenJob(ports, unattended.job, { tool: { server: tool.server, tool: tool.name, effect: 'allow', ...pins } });
  }
}
