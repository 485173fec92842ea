// The tool boundary and the only way to a tool: whether the arguments fit at all, policy, then a person's approval where it asks, then secrets by handle at
// the last moment, the call, and redaction of everything that comes back. Arguments with values in them exist only here.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { SecretName, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Effect } from '../../../shared/model/node-descriptor.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import { approvalHash, buildApproval } from '../policy/approvals.ts';
import { grantOfChoice } from '../policy/choices.ts';
import { type CallEnded, createPolicy, type PolicyService } from '../policy/create-policy.ts';
import { whatIsLost } from '../policy/destroys.ts';
import { askForJob } from '../policy/job-approval.ts';
import { subjectsOf, type ToolRequest } from '../policy/judge-tool.ts';
import { onwardFault } from '../policy/onward.ts';
import { foldersFor as approvedFolders, hostsFor, reachOf } from '../policy/reach.ts';
import { secretNamesIn, withSecrets } from '../policy/secret-handles.ts';
import { createSecretUse, originFor, refuseForbidden, type SecretReceiver } from '../policy/secret-use.ts';
import { grantOfJob, type Unattended } from '../policy/unattended.ts';
import type { Ports, ToolCallOptions } from '../ports.ts';
import type { Inbox, SettingsService, ToolBelt } from '../services.ts';
import { noteWritten } from '../triggers/written-files.ts';
import { connectionBy, withChanges } from '../undo/call-changes.ts';
import type { UndoService } from '../undo/undo.ts';
import { findArgFaults } from './check-args.ts';
import { findTool, isBuiltIn, offeredTool, sleeping, wakeUp } from './find-tool.ts';
import { redactError, redactResult } from './redact.ts';
import { secretUseOf } from './secret-use-of.ts';

export interface BeltDeps {
  ports: Pick<Ports, 'tools' | 'vault' | 'files' | 'hash' | 'store' | 'clock'> & Partial<Pick<Ports, 'ids' | 'log'>>;
  inbox: Inbox;
  settings: Pick<SettingsService, 'get'>;
  /** One of its own, without an audit log, when missing. */
  policy?: PolicyService;
  /** Writes down what calls change. */
  undo?: Pick<UndoService, 'recorder' | 'compare'> | undefined;
}
type CallRequest = Parameters<ToolBelt['call']>[0];

export function createToolBelt({ ports, inbox, settings, policy: given, undo }: BeltDeps): ToolBelt {
  const policy = given ?? createPolicy({ ports, inbox });
  const { grants, taints, conversationGrants } = policy;
  const { definitionOf } = policy.tools;
  const maySend = createSecretUse({ ports, inbox, grants, audit: policy.audit });

  /** A run with nobody there, whoever calls in it. */
  const jobOf = (request: CallRequest): Unattended | undefined => policy.tools.jobOf(request);

  const foldersOf = (request: CallRequest): string[] => {
    const job = jobOf(request);
    if (job !== undefined && request.run !== undefined) return grantOfJob(ports, job.job, request.run.grant).folders;
    const own = request.actor.kind === 'agent' ? request.actor.agent.grant.folders : [];
    return [...new Set([...settings.get().folders, ...own, ...(request.run?.grant.folders ?? [])])];
  };

  const toolRequest = (request: CallRequest, tool: ToolInfo, builtIn: boolean): ToolRequest & { step: string } => {
    const { actor, args, run, step, receiverFromData } = request;
    const asked: ToolRequest & { step: string } = { actor, tool, args, run, step, builtIn };
    if (receiverFromData !== undefined) asked.receiverFromData = receiverFromData;
    return asked;
  };

  /** Asks and returns when the person has allowed exactly this call; throws `denied`. */
  async function askFirst(request: CallRequest, tool: ToolInfo, decision: PolicyDecision): Promise<void> {
    const { run, actor, step } = request;
    const job = jobOf(request);
    if (run !== undefined && job !== undefined) return askPersonLater(request, { run, job }, tool, decision);
    if (run === undefined) throw new AppError('denied', `${tool.server}.${tool.name} needs an approval, and nothing here can ask.`);
    const builtIn = isBuiltIn(ports.tools, tool.server);
    const approval = await buildApproval(ports, {
      tool,
      builtIn,
      args: request.args,
      run: run.id,
      step,
      // A step that is tried again is another call: what was allowed for the first one does not hold for it.
      attempt: request.context.attempt,
      reason: decision.reason,
      taints: decision.taints,
      folders: foldersOf(request),
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
    // The server may have changed the tool while the question waited: what was shown is what is approved.
    const now = await findTool(ports.tools, request.server, request.tool, request.context.signal);
    const { attempt } = request.context;
    if (approvalHash(ports.hash, { tool: now, args: request.args, run: run.id, step, attempt }) !== approval.hash) throw mismatch(tool);
    const said = (grant?: string): void => policy.answered({ actor, run, step, what: `${tool.server}.${tool.name}` }, answer.answer, grant);
    // What asks every time is answered for this once, whatever was said.
    const given = decision.taints === undefined ? answer.answer : answer.answer === 'deny' ? 'deny' : 'once';
    switch (given) {
      case 'deny':
        said();
        throw new AppError('denied', `The person declined ${tool.server}.${tool.name}.`, {
          hint: 'Go on without it, or ask what they want instead.',
        });
      case 'always': {
        if (actor.kind !== 'agent') return said();
        const draft = grantOfChoice({ tool, builtIn, args: request.args }, answer.choice ?? 'tool', {
          kind: 'agent',
          agent: actor.agent.id,
        });
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
  async function askPersonLater(
    request: CallRequest,
    { run, job }: { run: NonNullable<CallRequest['run']>; job: Unattended },
    tool: ToolInfo,
    decision: PolicyDecision,
  ): Promise<void> {
    const { args, step, context, actor } = request;
    const builtIn = isBuiltIn(ports.tools, tool.server);
    const agent = actor.kind === 'agent' ? actor.agent.id : undefined;
    const { reason, taints: read } = decision;
    const deps = {
      ports,
      inbox,
      grants,
      answered: (answer: string, grant?: string) =>
        policy.answered({ actor, run, step, what: `${tool.server}.${tool.name}` }, answer, grant),
    };
    const agreed = await askForJob(deps, { unattended: job, tool, builtIn, args, run, step, reason, taints: read, agent, context });
    const now = await findTool(ports.tools, request.server, request.tool, context.signal);
    if (approvalHash(ports.hash, { tool: now, args, run: run.id, step, attempt: context.attempt ?? 1 }) !== agreed) throw mismatch(tool);
  }

  /** Nobody is asked about what a grant forbids. Throws `denied`, and `secret-in-host`. */
  function refuseSecrets(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): void {
    if (request.actor.kind === 'person') return;
    const receiver = receiverOf(tool, isBuiltIn(ports.tools, tool.server), request.args);
    refuseForbidden(grants, { secrets, receiver, subjects: subjectsOf(request.actor, jobOf(request)) });
  }

  /** What is kept by the app itself takes no secret; what a workflow sends is asked about once for each receiver. */
  async function checkSecrets(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): Promise<void> {
    const builtIn = isBuiltIn(ports.tools, tool.server);
    if (builtIn && tool.server === 'memory')
      throw new AppError('secret-not-here', 'A secret is not put into memory: it would be kept in plain text.', {
        hint: 'Keep it in the vault, and name it where it is used.',
      });
    // An agent's call was asked about by decide.ts, every time; in a job that asks for what its grant does not name, this asks too.
    if (request.run === undefined || (request.actor.kind !== 'workflow' && jobOf(request) === undefined)) return;
    const { run, step, context, args, actor } = request;
    const subjects = subjectsOf(actor, jobOf(request));
    await maySend({
      secrets,
      receiver: receiverOf(tool, builtIn, args),
      args,
      run,
      step,
      context,
      subjects,
      actor: policy.whoIs({ actor, run }),
    });
  }

  /** The folders, and for a job the hosts, that this one call may touch: with those of an approval just given. */
  function reachFor(
    request: CallRequest,
    tool: ToolInfo,
    decision: PolicyDecision,
  ): Pick<ToolCallOptions, 'folders' | 'hosts' | 'mayGoOn'> {
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
  }

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

  /** A result, not a failure: a model mends its call, a workflow's step fails with these words. */
  function checkArgs({ args }: CallRequest, tool: ToolInfo, builtIn: boolean): ToolResult | undefined {
    const options = { builtIn, hasSecrets: secretNamesIn(args).length > 0 };
    const faults = findArgFaults(tool.inputSchema, args, options);
    if (faults.length === 0) return undefined;
    const text = `The arguments do not fit ${tool.server}.${tool.name}: ${faults.join('; ')}. Nothing was called.`;
    return redactResult(ports.vault, { content: [{ type: 'text', text }], isError: true });
  }

  function receiverOf(tool: ToolInfo, builtIn: boolean, args: JsonObject): SecretReceiver {
    const { server, name } = tool;
    if (builtIn && typeof args.url === 'string') {
      const origin = originFor(args.url, args.url);
      return { name: origin, server, tool: name, identity: { origin } };
    }
    // A server under the same name that runs another program is another receiver.
    const config = ports.tools.servers().find((each) => each.id === server)?.config;
    return { name: `${server}.${name}`, server, tool: name, identity: { command: config?.command ?? null, args: config?.args ?? [] } };
  }

  /** What is called and whether it may be. Throws `denied`. */
  async function judge(
    request: CallRequest,
  ): Promise<{ tool: ToolInfo; decision: PolicyDecision; ended: CallEnded } | { unfit: ToolResult }> {
    const { signal } = request.context;
    for (let isAwake = false; ; ) {
      // What is there already is not waited for: most calls go from here to their server in one turn.
      const tool =
        offeredTool(ports.tools, request.server, request.tool) ?? (await findTool(ports.tools, request.server, request.tool, signal));
      const builtIn = isBuiltIn(ports.tools, tool.server);
      const unfit = checkArgs(request, tool, builtIn);
      if (unfit !== undefined) return { unfit };
      const asked = toolRequest(request, tool, builtIn);
      // Only what a model chose is held up for it.
      if (request.actor.kind === 'agent' && request.run !== undefined)
        asked.destroys = await whatIsLost(ports, { tool, builtIn, args: request.args, folders: foldersOf(request) });
      const decision = policy.tools.judge(asked);
      // What is forbidden starts nothing; all else is judged once more by what the server offers when it runs.
      if (decision.outcome !== 'deny' && !isAwake) {
        isAwake = true;
        const asleep = sleeping(ports.tools, request.server);
        if (asleep !== undefined) {
          refuseStart(request);
          await wakeUp(ports.tools, asleep, signal);
          continue;
        }
      }
      const ended = policy.begins(asked, decision);
      if (decision.outcome === 'deny')
        throw new AppError('denied', decision.reason, { hint: 'Change the grant under Agents or Grants if this should be possible.' });
      return { tool, decision, ended };
    }
  }

  /** The program of a server that sleeps is started by the call: the person set it up, and a grant may still forbid that to whoever calls. */
  function refuseStart({ actor, run: inRun, step, server }: CallRequest): void {
    const status = ports.tools.servers().find((each) => each.id === server);
    const command = status?.config?.command;
    if (status?.isAsleep !== true || command === undefined || command === '') return;
    const request = {
      actor,
      step,
      action: { kind: 'process-start' as const, command, args: status.config?.args ?? [] },
      setUp: `You set up the tool server ${status.title}.`,
      ...(inRun === undefined ? {} : { run: inRun }),
    };
    const decision = policy.explain(request);
    if (decision.outcome !== 'deny') return;
    policy.refused(request, decision);
    throw new AppError('denied', decision.reason, { hint: 'Change that on the Grants page if this should be possible.' });
  }

  /** The arguments with what their handles name, where that may be sent. They must not be kept, shown or logged. */
  async function revealed(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): Promise<JsonObject> {
    await checkSecrets(request, tool, secrets);
    return withSecrets(request.args, (name, field) =>
      ports.vault.reveal(name, { field, ...secretUseOf(ports, request, tool), step: request.step }),
    );
  }

  async function run(request: CallRequest): Promise<ToolResult> {
    const { context } = request;
    const judged = await judge(request);
    if ('unfit' in judged) return judged.unfit;
    const { tool, decision, ended } = judged;
    const secrets = secretNamesIn(request.args);
    if (secrets.length > 0) refuseSecrets(request, tool, secrets);
    if (decision.outcome === 'ask') await askFirst(request, tool, decision);
    const args = secrets.length === 0 ? request.args : await revealed(request, tool, secrets);
    // A value must not turn the address to another host than the one that was judged.
    if (args !== request.args && tool.server === 'web' && isBuiltIn(ports.tools, tool.server))
      originFor(String(request.args.url), String(args.url));
    const progress = context.progress;
    const options: ToolCallOptions = {
      signal: context.signal,
      ...reachFor(request, tool, decision),
      source: request.source,
      by: connectionBy(request, jobOf(request)),
      ...(context.idempotencyKey === undefined ? {} : { idempotencyKey: context.idempotencyKey }),
      ...(progress === undefined
        ? {}
        : {
            onProgress: ({ done, total, note }) =>
              progress({
                done,
                ...(total === undefined ? {} : { total }),
                ...(note === undefined ? {} : { note: ports.vault.redact(note) }),
              }),
          }),
    };
    const begins = context.begins?.();
    if (begins !== undefined) await begins;
    const { path } = request.args;
    if (tool.server === 'files' && !tool.readOnly && typeof path === 'string' && request.run !== undefined)
      noteWritten(ports.store.runs, path, options.folders ?? [], request.run.id);
    return redactResult(ports.vault, await callAndNote(request, { tool, ended }, args as JsonObject, options));
  }

  /** What came back is in the context from then on, and so are the words of a failure, where others may have written them. */
  async function callAndNote(
    request: CallRequest,
    { tool, ended }: { tool: ToolInfo; ended: CallEnded },
    args: JsonObject,
    options: ToolCallOptions,
  ): Promise<ToolResult> {
    const { run, actor, step } = request;
    const note = (outcome: 'done' | 'failed', reason: string): void => {
      const entry: NewAuditEntry = {
        kind: 'call',
        actor: policy.whoIs({ actor, run }),
        what: `${tool.server}.${tool.name}`,
        outcome,
        reason: ports.vault.redact(reason).slice(0, 2000),
        step,
        // As they were given: with handles, never with the values behind them.
        details: { server: tool.server, tool: tool.name, args: ports.vault.redact(JSON.stringify(request.args)).slice(0, 500) },
      };
      if (run !== undefined) entry.run = run.id;
      if (actor.kind === 'agent' && actor.conversation !== undefined) entry.conversation = actor.conversation;
      ended(entry);
    };
    try {
      const builtIn = isBuiltIn(ports.tools, tool.server);
      const result = await withChanges(undo, ports.store, { request, tool, builtIn, signal: options.signal }, (changes) =>
        ports.tools.call(tool.server, tool.name, args, { ...options, ...changes }),
      );
      if (run !== undefined) taints.noteCall(run.id, tool.server, tool.name, request.args);
      note(result.isError ? 'failed' : 'done', result.isError ? 'The tool says that it failed.' : 'It was called.');
      return result;
    } catch (error) {
      const isTheirs = !isBuiltIn(ports.tools, tool.server) || tool.server === 'web';
      if (run !== undefined && isTheirs) taints.noteCall(run.id, tool.server, tool.name, request.args);
      note('failed', toAppError(error).message);
      throw error;
    }
  }

  return {
    async call(request) {
      try {
        return await run(request);
      } catch (error) {
        if (isCancelled(error)) throw toAppError(error);
        throw redactError(ports.vault, toAppError(error));
      }
    },
    effectOf: (server, tool) => effectOf(ports.tools, server, tool),
  };
}

const mismatch = (tool: ToolInfo): AppError =>
  new AppError('approval-mismatch', `${tool.server}.${tool.name} is not what was approved: the tool or its arguments have changed.`, {
    hint: 'Ask for it again.',
  });

/** A third-party server's claims about itself are not believed, so its calls count as done once. */
function effectOf(tools: Ports['tools'], server: string, name: string): Effect {
  if (!isBuiltIn(tools, server)) return 'once';
  const tool = tools.tools(server as ServerId).find((each) => each.name === name);
  if (tool === undefined) return 'once';
  return tool.readOnly ? 'none' : tool.idempotent ? 'idempotent' : 'once';
}
