// The append-only record of what was decided, called, connected to and changed, by whom and why. Chained by a keyed hash.

import { z } from 'zod';
import { conversationId, runId } from './ids.ts';
import { jsonObject } from './json.ts';

/** Who did it. `app` is Orrery itself, such as a backup; `client` is another program that uses Orrery over MCP. */
export const auditActor = z.object({
  kind: z.enum(['person', 'agent', 'workflow', 'job', 'server', 'client', 'app']),
  id: z.string().optional(),
  name: z.string(),
});
export type AuditActor = z.infer<typeof auditActor>;

/**
 * `decision`: what the policy said. `answer`: what a person said. `call`: a tool was called. `connection`: something left or tried to
 * leave this machine. `change`: something stored was changed. `secret`: an entry of the vault was used. `process`: a program was
 * started or ended. `access`: a page, a client or a command line came in or was turned away. `undo`: a change was taken back.
 */
export const auditKind = z.enum(['decision', 'answer', 'call', 'connection', 'change', 'secret', 'process', 'access', 'undo']);
export type AuditKind = z.infer<typeof auditKind>;

export const auditOutcome = z.enum(['allowed', 'asked', 'denied', 'done', 'failed']);
export type AuditOutcome = z.infer<typeof auditOutcome>;

const about = {
  kind: auditKind,
  actor: auditActor,
  /** The thing itself: `files.write_text`, `api.example.com:443`, `setting:allowedHosts`, `secret:github`. */
  what: z.string().max(500),
  outcome: auditOutcome,
  /** In words a person understands. */
  reason: z.string().max(2000),
  run: runId.optional(),
  step: z.string().optional(),
  conversation: conversationId.optional(),
  /**
   * Redacted before it is recorded. Names that the Security page knows: `server`, `tool`, `rule`, `grant`, `change` (a ChangeId that
   * can be undone), `path`, `secret`, and those of `connectionDetails`. A `call` with `rule` has its decision in it: `why` says why it was
   * allowed; with `decided`, the decision is an entry of its own as well. What a person did by hand says in `wayBack` how it is taken back.
   */
  details: jsonObject.optional(),
};
export const newAuditEntry = z.object(about);
export type NewAuditEntry = z.infer<typeof newAuditEntry>;

export const auditEntry = z.object({ seq: z.number().int(), at: z.number(), ...about });
export type AuditEntry = z.infer<typeof auditEntry>;

/** Why it was allowed, of an entry that says so: a decision, or a call that holds its own. */
export function allowedBy({ kind, outcome, reason, details }: AuditEntry): { rule: string; why: string; grant?: string } | undefined {
  const { rule, why, grant } = details ?? {};
  const told = kind === 'decision' && outcome === 'allowed' ? reason : kind === 'call' && typeof why === 'string' ? why : undefined;
  if (told === undefined || typeof rule !== 'string') return undefined;
  return { rule, why: told, ...(typeof grant === 'string' ? { grant } : {}) };
}

/** What an entry of kind `connection` says in its details: one row of the ledger. */
export const connectionDetails = z.object({
  /** The same for the two rows of a connection that stays open for long: the first when it is open, the last when it has ended. */
  connection: z.string(),
  host: z.string(),
  address: z.string(),
  port: z.number().int(),
  /** Our end's port, by which a packet capture tells connections apart; 0 when nothing was connected. */
  localPort: z.number().int(),
  method: z.string(),
  purpose: z.string(),
  status: z.number().int().optional(),
  /** Bytes of request and of answer, as they went over the wire where that is known. */
  bytesOut: z.number().int(),
  bytesIn: z.number().int(),
  ms: z.number(),
  /** A connection that was kept open from an earlier request. */
  isReused: z.boolean(),
  /** It is still open: the numbers are those so far. */
  isOpen: z.boolean(),
  /** Nothing left this machine: it was refused by a rule. */
  isRefused: z.boolean(),
  error: z.string().optional(),
  server: z.string().optional(),
});
export type ConnectionDetails = z.infer<typeof connectionDetails>;

export const auditFilter = z.object({
  limit: z.number().int().min(1).max(500).default(200),
  /** Entries older than this one. */
  before: z.number().int().optional(),
  kind: z.array(auditKind).max(20).optional(),
  outcome: z.array(auditOutcome).max(10).optional(),
  actor: z.array(auditActor.shape.kind).max(10).optional(),
  server: z.string().max(100).optional(),
  run: runId.optional(),
  /** With `run`: one step of it. */
  step: z.string().max(500).optional(),
  /** What tells of this change: its being made and its being taken back. */
  change: z.string().max(200).optional(),
  /** What this standing grant allowed or refused, and what was changed about it. */
  grant: z.string().max(200).optional(),
  /** Words in what it was about, who, or why. */
  text: z.string().max(200).optional(),
  since: z.number().optional(),
  until: z.number().optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

/** What verifying the chain found. */
export const auditVerdict = z.object({
  /** `partial`: nothing is wrong, but some rows are chained with the vault's key and the vault is locked. */
  state: z.enum(['whole', 'partial', 'broken']),
  /** Rows looked at, in the log and in sealed segments. */
  checked: z.number().int(),
  unchecked: z.number().int(),
  first: z.number().int(),
  last: z.number().int(),
  segments: z.object({ checked: z.number().int(), removed: z.number().int() }),
  /** The first thing that is wrong. */
  broken: z
    .object({
      seq: z.number().int(),
      fault: z.enum(['edited', 'gap', 'truncated', 'key-missing', 'segment', 'head', 'anchor', 'fence']),
      message: z.string(),
    })
    .optional(),
  faults: z.number().int(),
  /** Where the head was last put down outside the database, and how far it reached. */
  anchor: z.object({ where: z.enum(['vault', 'folder']), seq: z.number().int(), at: z.number() }).optional(),
  /** The vault is locked, so its anchor was not looked at. */
  isVaultLocked: z.literal(true).optional(),
  /** Since when entries are not anchored in the vault; absent when all are. */
  notAnchoredSince: z.number().optional(),
  at: z.number(),
  ms: z.number(),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;

export const auditStatus = z.object({
  /** Number of the newest entry; 0 when there is none. */
  last: z.number().int(),
  /** Oldest one that is still in the log itself; older ones are sealed. */
  first: z.number().int(),
  firstAt: z.number().optional(),
  key: z.object({ source: z.enum(['vault', 'folder']), note: z.string() }),
  anchor: z.object({ where: z.enum(['vault', 'folder']), seq: z.number().int(), at: z.number() }).optional(),
  verdict: auditVerdict.optional(),
  /** Entries that wait because the disk refuses them. */
  waiting: z.number().int(),
});
export type AuditStatus = z.infer<typeof auditStatus>;
