// What is made of the audit log: the ledger by host and by who, what is out of the ordinary, and the report of a period.

import { z } from 'zod';
import { auditActor, auditEntry } from './audit.ts';
import { runId } from './ids.ts';

export const connectionGroup = z.object({
  /** The host, or who. */
  key: z.string(),
  title: z.string(),
  actor: auditActor.optional(),
  connections: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  bytesOut: z.number(),
  bytesIn: z.number(),
  firstAt: z.number(),
  lastAt: z.number(),
  /** The other side: who reached the host, or which hosts they reached; the most frequent first. */
  others: z.array(z.object({ name: z.string(), count: z.number().int() })),
  /** It is this machine. */
  isLocal: z.boolean(),
});
export type ConnectionGroup = z.infer<typeof connectionGroup>;

export const anomalyKind = z.enum([
  'new-hosts',
  'many-files',
  'repeated-denials',
  'secret-burst',
  'restart-storm',
  'sign-in-failures',
  'log-broken',
]);
export type AnomalyKind = z.infer<typeof anomalyKind>;

export const anomaly = z.object({
  /** The same for as long as it is about the same entries. */
  id: z.string(),
  kind: anomalyKind,
  severity: z.enum(['notice', 'warning']),
  title: z.string(),
  /** What was seen, against what it is measured, and what to look at. */
  text: z.string(),
  firstAt: z.number(),
  lastAt: z.number(),
  count: z.number().int(),
  who: auditActor.optional(),
  server: z.string().optional(),
  run: runId.optional(),
  /** Numbers of the entries it rests on, at most 50. */
  entries: z.array(z.number().int()),
});
export type Anomaly = z.infer<typeof anomaly>;

const counted = z.object({ name: z.string(), count: z.number().int() });
export const complianceReport = z.object({
  since: z.number(),
  until: z.number(),
  madeAt: z.number(),
  entries: z.number().int(),
  /** Entries of the period that were sealed away and are not in the report. */
  sealed: z.number().int(),
  chain: z.object({ state: z.enum(['whole', 'partial', 'broken', 'unknown']), text: z.string() }),
  ran: z.object({
    /** Chat turns and sub-workflows too. */
    runs: z.number().int(),
    /** Runs of workflows, by title, the most frequent first; at most 200 titles. */
    workflows: z.array(z.object({ title: z.string(), count: z.number().int(), failed: z.number().int(), by: z.array(counted) })),
    calls: z.array(z.object({ tool: z.string(), count: z.number().int(), failed: z.number().int(), by: z.array(counted) })),
    processes: z.array(z.object({ name: z.string(), starts: z.number().int(), failed: z.number().int() })),
  }),
  approved: z.object({
    byRule: z.array(counted),
    byPerson: z.number().int(),
    asked: z.number().int(),
    denied: z.number().int(),
    /** Each answer of a person, and each refusal, newest first, at most 200. */
    answers: z.array(auditEntry),
  }),
  data: z.object({
    hosts: z.array(connectionGroup),
    refused: z.number().int(),
    bytesOut: z.number(),
    bytesIn: z.number(),
    secrets: z.array(z.object({ name: z.string(), uses: z.number().int(), refused: z.number().int(), by: z.array(counted) })),
  }),
  changed: z.object({
    byKind: z.array(z.object({ name: z.string(), count: z.number().int(), by: z.array(counted) })),
    undone: z.number().int(),
    /** At most 200, newest first. */
    newest: z.array(auditEntry),
  }),
  access: z.object({ allowed: z.number().int(), refused: z.number().int() }),
  anomalies: z.array(anomaly),
});
export type ComplianceReport = z.infer<typeof complianceReport>;
