// What anyone but the person wants to do, as one shape for the one policy function, and the grants that stand.

import { z } from 'zod';
import { agreed } from './agreed-graph.ts';
import { agentId, jobId, runId, serverId } from './ids.ts';
import { jsonObject } from './json.ts';

/** `untrusted`: text from outside, which may try to instruct. `private`: the person's files, memory, chats, secrets. */
export const taintLabel = z.enum(['untrusted', 'private']);

/** Where a label came from, for the words of an approval: "files.read_text of notes.md", "web.fetch_page of example.com". */
export const taint = z.object({
  label: taintLabel,
  from: z.string(),
  at: z.number(),
  /** The file it was in, when it was one. */
  path: z.string().optional(),
});
export type Taint = z.infer<typeof taint>;

export const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tool-call'), server: serverId, tool: z.string(), args: jsonObject }),
  z.object({ kind: z.literal('file-write'), path: z.string(), bytes: z.number().optional() }),
  z.object({
    kind: z.literal('network'),
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  z.object({ kind: z.literal('process-start'), command: z.string(), args: z.array(z.string()), cwd: z.string().optional() }),
  z.object({ kind: z.literal('secret-use'), secret: z.string(), receiver: z.string() }),
  z.object({ kind: z.literal('settings-change'), setting: z.string(), before: z.string(), after: z.string() }),
  z.object({ kind: z.literal('sampling'), server: serverId, tokens: z.number(), prompt: z.string() }),
  /** Another program starts one of our workflows, reads memory or asks an agent, over MCP. */
  z.object({ kind: z.literal('serve'), client: z.string(), tool: z.string(), args: jsonObject }),
]);
export type Action = z.infer<typeof action>;
export type ActionKind = Action['kind'];

/** Whom a standing grant is for. `everyone` is every agent; a job's own grant is with the job. */
export const grantSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({ kind: z.literal('agent'), agent: agentId }),
  z.object({ kind: z.literal('job'), job: jobId }),
  z.object({ kind: z.literal('server'), server: serverId }),
  z.object({ kind: z.literal('client'), client: z.string().max(100) }),
]);
export type GrantSubject = z.infer<typeof grantSubject>;

/** One text for one subject: its key, and what a form chooses by. */
export function subjectKey(subject: GrantSubject): string {
  switch (subject.kind) {
    case 'everyone':
      return 'everyone';
    case 'agent':
      return `agent ${subject.agent}`;
    case 'job':
      return `job ${subject.job}`;
    case 'server':
      return `server ${subject.server}`;
    case 'client':
      return `client ${subject.client}`;
  }
}

/** Narrower than a tool: every condition that is there must hold. */
export const grantConditions = z.object({
  /** By argument: a glob over its text (`*` any run of characters), as the person wrote it. */
  args: z.record(z.string(), z.string().max(1000)).optional(),
  /** No argument but those named in `args` may be given: a call with one more is another call. */
  noOtherArgs: z.boolean().optional(),
  folders: z.array(z.string().max(4096)).max(100).optional(),
  hosts: z.array(z.string().max(253)).max(200).optional(),
  /** At most so many uses in an hour. */
  perHour: z.number().int().min(1).max(100_000).optional(),
  /** At most so many tokens of models in a day. */
  tokensPerDay: z.number().int().min(0).max(100_000_000).optional(),
  /** Not after this moment. */
  until: z.number().optional(),
  /** Only between these local times of the day, `08:00`–`18:00`. */
  hours: z.object({ from: z.string().regex(/^\d\d:\d\d$/), to: z.string().regex(/^\d\d:\d\d$/) }).optional(),
});
export type GrantConditions = z.infer<typeof grantConditions>;

export const standingGrant = z.object({
  id: z.string(),
  subject: grantSubject,
  effect: z.enum(['allow', 'deny']),
  kind: z.enum(['tool-call', 'file-write', 'network', 'process-start', 'secret-use', 'settings-change', 'sampling', 'serve']),
  /** For tool calls; a tool `*` is every tool of the server. */
  server: serverId.optional(),
  tool: z.string().optional(),
  /** For secret-use: its name; for settings-change: the setting; for serve: the tool. */
  target: z.string().optional(),
  conditions: grantConditions,
  /** Hash of the tool's definition when it was granted; a changed one asks again. Set by the runtime. */
  definition: z.string().optional(),
  /** Of a program's grant for one workflow or agent: what that was when it was granted; a changed one asks again. Set by the runtime. */
  agreed: agreed.optional(),
  createdAt: z.number(),
  /** Where it came from: an answer in the inbox, or the page of grants. */
  from: z.string(),
  uses: z.number().int(),
  lastUsedAt: z.number().optional(),
  revokedAt: z.number().optional(),
});
export type StandingGrant = z.infer<typeof standingGrant>;

/** One that forbids and names no tool server (what it named can no longer be read) is about every tool there is. */
export const isAboutEveryTool = ({ kind, effect, server }: Pick<StandingGrant, 'kind' | 'effect' | 'server'>): boolean =>
  kind === 'tool-call' && effect === 'deny' && server === undefined;

export const decision = z.object({
  outcome: z.enum(['allow', 'ask', 'deny']),
  reason: z.string(),
  /** The rule or the grant that decided, for the log and for "why?". */
  rule: z.string(),
  grant: z.string().optional(),
  /** What made it ask although a grant allows it. */
  taints: z.array(taint).optional(),
  /** What the grant was given for has changed: what is different, one thing a line. */
  changes: z.array(z.string()).optional(),
  run: runId.optional(),
});
export type PolicyDecision = z.infer<typeof decision>;

/** What a person writes on the page of grants, or an answer makes; everything else is set by the runtime. */
export const grantDraft = standingGrant.pick({
  subject: true,
  effect: true,
  kind: true,
  server: true,
  tool: true,
  target: true,
  conditions: true,
});
export type GrantDraft = z.infer<typeof grantDraft>;

/** What is missing or wrong in it, with its place; undefined when it can be kept. */
export function faultInDraft({
  kind,
  server,
  tool = '',
  target = '',
  conditions,
}: GrantDraft): { place: string; message: string } | undefined {
  if (kind === 'tool-call' && server === undefined) return { place: 'server', message: 'The tool server is missing.' };
  if (kind === 'tool-call' && tool === '') return { place: 'tool', message: 'The tool is missing; * stands for all of a server.' };
  const needsTarget = kind === 'secret-use' || kind === 'settings-change' || kind === 'serve';
  if (needsTarget && target === '') return { place: 'target', message: 'What it is for is missing; * stands for all of them.' };
  const { hours } = conditions;
  if (hours !== undefined && !(isTimeOfDay(hours.from) && isTimeOfDay(hours.to)))
    return { place: 'conditions.hours', message: 'The hours must be times of a day, such as 08:00.' };
  return undefined;
}
const isTimeOfDay = (text: string): boolean => text >= '00:00' && text <= '23:59' && text.slice(3) <= '59';

/** A standing grant as it is shown: whom it is for by name, and what it allows or forbids, one thing a line. */
export const grantView = standingGrant.extend({
  who: z.string(),
  words: z.array(z.string()),
  /** `ended`: its time is over. `changed`: its tool has changed since, so it asks again. */
  state: z.enum(['active', 'ended', 'changed', 'revoked']),
});
export type GrantView = z.infer<typeof grantView>;

/** One decision that was made, newest first; the audit log keeps all of them. */
export const decisionRecord = decision.extend({ at: z.number(), who: z.string(), what: z.string() });
export type DecisionRecord = z.infer<typeof decisionRecord>;

/** Who would do it, for looking at what would be decided. */
export const policyActor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agent: agentId }),
  z.object({ kind: z.literal('job'), job: jobId }),
  z.object({ kind: z.literal('server'), server: serverId }),
  z.object({ kind: z.literal('client'), client: z.string().max(100) }),
]);
export type PolicyActor = z.infer<typeof policyActor>;
