// The tool boundary and the only way to a tool: whether the arguments fit at all, policy, then a person's approval where it asks, then secrets by handle at
// the last moment, the call, and redaction of everything that comes back. Arguments with values in them exist only here.

import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Effect } from '../../../shared/model/node-descriptor.ts';
import type { PolicyDecision } from '../../../shared/model/policy.ts';
import type { ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import { type CallEnded, createPolicy, type PolicyService } from '../policy/create-policy.ts';
import { whatIsLost } from '../policy/destroys.ts';
import type { ToolRequest } from '../policy/judge-tool.ts';
import { secretNamesIn } from '../policy/secret-handles.ts';
import { originFor } from '../policy/secret-use.ts';
import type { Ports, ToolCallOptions } from '../ports.ts';
import type { Inbox, SettingsService, ToolBelt } from '../services.ts';
import { noteWritten } from '../triggers/written-files.ts';
import { connectionBy, withChanges } from '../undo/call-changes.ts';
import type { UndoService } from '../undo/undo.ts';
import { createCallApproval } from './call-approval.ts';
import { type CallRequest, createCallReach } from './call-reach.ts';
import { createCallSecrets } from './call-secrets.ts';
import { findArgFaults } from './check-args.ts';
import { findTool, isBuiltIn, offeredTool, sleeping, wakeUp } from './find-tool.ts';
import { redactError, redactResult } from './redact.ts';

export interface BeltDeps {
  ports: Pick<Ports, 'tools' | 'vault' | 'files' | 'hash' | 'store' | 'clock'> & Partial<Pick<Ports, 'ids' | 'log'>>;
  inbox: Inbox;
  settings: Pick<SettingsService, 'get'>;
  /** One of its own, without an audit log, when missing. */
  policy?: PolicyService;
  /** Writes down what calls change. */
  undo?: Pick<UndoService, 'recorder' | 'compare'> | undefined;
}

/** What is called, and that it may be. */
interface Judged {
  tool: ToolInfo;
  builtIn: boolean;
  decision: PolicyDecision;
  ended: CallEnded;
}

export function createToolBelt({ ports, inbox, settings, policy: given, undo }: BeltDeps): ToolBelt {
  const policy = given ?? createPolicy({ ports, inbox });
  const { taints } = policy;
  const reach = createCallReach({ ports, settings, policy });
  const askAboutCall = createCallApproval({ ports, inbox, policy, reach });
  const secretsOf = createCallSecrets({ ports, inbox, policy, reach });

  const toolRequest = (request: CallRequest, tool: ToolInfo, builtIn: boolean): ToolRequest & { step: string } => {
    const { actor, args, run, step, receiverFromData } = request;
    const asked: ToolRequest & { step: string } = { actor, tool, args, run, step, builtIn };
    if (receiverFromData !== undefined) asked.receiverFromData = receiverFromData;
    return asked;
  };

  /** A result, not a failure: a model mends its call, a workflow's step fails with these words. */
  function checkArgs({ args }: CallRequest, tool: ToolInfo, builtIn: boolean): ToolResult | undefined {
    const options = { builtIn, hasSecrets: secretNamesIn(args).length > 0 };
    const faults = findArgFaults(tool.inputSchema, args, options);
    if (faults.length === 0) return undefined;
    const text = `The arguments do not fit ${tool.server}.${tool.name}: ${faults.join('; ')}. Nothing was called.`;
    return redactResult(ports.vault, { content: [{ type: 'text', text }], isError: true });
  }

  /** What is called and whether it may be. Throws `denied`. */
  async function judge(request: CallRequest): Promise<Judged | { unfit: ToolResult }> {
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
        asked.destroys = await whatIsLost(ports, { tool, builtIn, args: request.args, folders: reach.foldersOf(request) });
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
      return { tool, builtIn, decision, ended };
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

  async function run(request: CallRequest): Promise<ToolResult> {
    const { context } = request;
    const judged = await judge(request);
    if ('unfit' in judged) return judged.unfit;
    const { tool, builtIn, decision } = judged;
    const secrets = secretNamesIn(request.args);
    if (secrets.length > 0) secretsOf.refuse(request, tool, secrets);
    if (decision.outcome === 'ask') await askAboutCall(request, tool, decision);
    const args = secrets.length === 0 ? request.args : await secretsOf.revealed(request, tool, secrets);
    // A value must not turn the address to another host than the one that was judged.
    if (args !== request.args && tool.server === 'web' && builtIn) originFor(String(request.args.url), String(args.url));
    const job = reach.jobOf(request);
    const options: ToolCallOptions = { signal: context.signal, folders: [], source: request.source, by: connectionBy(request, job) };
    Object.assign(options, reach.reachFor(request, tool, decision));
    if (context.idempotencyKey !== undefined) options.idempotencyKey = context.idempotencyKey;
    const { progress } = context;
    if (progress !== undefined)
      options.onProgress = ({ done, total, note }) =>
        progress({
          done,
          ...(total === undefined ? {} : { total }),
          ...(note === undefined ? {} : { note: ports.vault.redact(note) }),
        });
    const begins = context.begins?.();
    if (begins !== undefined) await begins;
    const { path } = request.args;
    if (tool.server === 'files' && !tool.readOnly && typeof path === 'string' && request.run !== undefined)
      noteWritten(ports.store.runs, path, options.folders ?? [], request.run.id);
    return redactResult(ports.vault, await callAndNote(request, judged, args as JsonObject, options));
  }

  /** What came back is in the context from then on, and so are the words of a failure, where others may have written them. */
  async function callAndNote(
    request: CallRequest,
    { tool, builtIn, ended }: Judged,
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
    let notCompared: string[] | undefined;
    const onNotCompared = (notes: string[]): void => {
      notCompared = notes;
    };
    const said = (words: string): string => (notCompared === undefined ? words : [words, ...notCompared].join(' '));
    try {
      const result = await withChanges(
        undo,
        ports.store,
        { request, job: reach.jobOf(request), tool, builtIn, signal: options.signal, onNotCompared },
        (changes) => {
          if (changes !== undefined) options.changes = changes;
          return ports.tools.call(tool.server, tool.name, args, options);
        },
      );
      if (run !== undefined) taints.noteCall(run.id, tool.server, tool.name, request.args);
      note(result.isError ? 'failed' : 'done', said(result.isError ? 'The tool says that it failed.' : 'It was called.'));
      return notCompared === undefined ? result : { ...result, notes: [...(result.notes ?? []), ...notCompared] };
    } catch (error) {
      const isTheirs = !builtIn || tool.server === 'web';
      if (run !== undefined && isTheirs) taints.noteCall(run.id, tool.server, tool.name, request.args);
      note('failed', said(toAppError(error).message));
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

/** A third-party server's claims about itself are not believed, so its calls count as done once. */
function effectOf(tools: Ports['tools'], server: string, name: string): Effect {
  if (!isBuiltIn(tools, server)) return 'once';
  const tool = tools.tools(server as ServerId).find((each) => each.name === name);
  if (tool === undefined) return 'once';
  return tool.readOnly ? 'none' : tool.idempotent ? 'idempotent' : 'once';
}
