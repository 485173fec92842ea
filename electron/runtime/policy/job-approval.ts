// Asks a person, through the inbox, for what a job's grant does not allow, and returns when exactly that was allowed. The question
// outlives restarts; its answer holds for one attempt of one step, or, with "always", widens the job's grant.

import { AppError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model/grant.ts';
import type { AgentId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { buildApproval, definitionHash } from './approvals.ts';
import { foldersFor, reachOf } from './reach.ts';
import { grantOfJob, type Unattended, widenJob } from './unattended.ts';

export interface JobApprovalDeps {
  ports: Pick<Ports, 'hash' | 'files' | 'store' | 'clock'>;
  inbox: Pick<Inbox, 'ask'>;
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
  agent?: AgentId | undefined;
  context: Pick<StepContext, 'signal' | 'waiting' | 'answered'> & Partial<Pick<StepContext, 'attempt'>>;
}

/** Gives the hash that was agreed to. Throws `denied`, `approval-expired`, `approval-mismatch`, `cancelled`. */
export async function askForJob({ ports, inbox }: JobApprovalDeps, call: JobCall): Promise<string> {
  const { unattended, tool, builtIn, args, run, step, reason, agent, context } = call;
  const { folders } = grantOfJob(ports, unattended.job, run.grant);
  const attempt = context.attempt ?? 1;
  const request = await buildApproval(ports, { tool, builtIn, args, run: run.id, step, attempt, reason, folders });
  const answer = await inbox.ask(
    { run: run.id, step, title: run.title, job: unattended.job, ...(agent === undefined ? {} : { agent }), request },
    context,
  );
  if (answer.kind !== 'approval' || answer.hash !== request.hash)
    throw new AppError('approval-mismatch', `${tool.server}.${tool.name} is not what was approved: it or its arguments have changed.`, {
      hint: 'Run it again and look at what it asks.',
    });
  switch (answer.answer) {
    case 'deny':
      throw new AppError('denied', `You declined ${tool.server}.${tool.name} for ${unattended.title}.`, {
        hint: 'Change the job’s grant if it is to be possible, and run it again.',
      });
    case 'always':
      widen(ports, call);
      return request.hash;
    // There is no chat here: for this chat is for this once.
    case 'conversation':
    case 'once':
      return request.hash;
  }
}

function widen(ports: JobApprovalDeps['ports'], { unattended, tool, builtIn, args }: JobCall): void {
  const touches = builtIn ? reachOf(tool.server, args) : undefined;
  const { job } = unattended;
  if (touches?.kind === 'web') {
    widenJob(ports, job, { host: touches.host });
  } else if (touches?.kind === 'files') {
    for (const folder of foldersFor(tool.name, touches)) widenJob(ports, job, { folder });
  } else {
    const pins = builtIn ? {} : { pins: { [tool.name]: definitionHash(ports.hash, tool) } };
    widenJob(ports, job, { tool: { server: tool.server, tool: tool.name, effect: 'allow', ...pins } });
  }
}
