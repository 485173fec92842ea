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
  /** Redacted before it is recorded. */
  details: jsonObject.optional(),
};
export const newAuditEntry = z.object(about);
export type NewAuditEntry = z.infer<typeof newAuditEntry>;

export const auditEntry = z.object({ seq: z.number().int(), at: z.number(), ...about });
export type AuditEntry = z.infer<typeof auditEntry>;
