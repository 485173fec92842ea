// The audit log: looked through, followed, verified, exported. Nothing here changes an entry, and no key comes out.

import { z } from 'zod';
import { auditEntry, auditFilter, auditStatus, auditVerdict } from '../model/audit.ts';
import { anomaly, complianceReport, connectionGroup } from '../model/audit-report.ts';
import { batches, call } from './base.ts';

const period = { since: z.number().optional(), until: z.number().optional() };

export const auditContract = {
  /** Newest first. */
  list: call.input(auditFilter).output(z.array(auditEntry)),
  /** New entries as they are written. */
  watch: call.output(batches(auditEntry)),
  getStatus: call.output(auditStatus),
  verify: call.output(auditVerdict),
  listConnections: call.input(z.object({ by: z.enum(['host', 'who']), ...period })).output(z.array(connectionGroup)),
  listAnomalies: call.output(z.array(anomaly)),
  dismissAnomaly: call.input(z.object({ id: z.string().max(300) })),
  makeReport: call.input(z.object({ since: z.number(), until: z.number().optional() })).output(complianceReport),
  /** A page of the export: whole lines, and the entry to go on after; no lines at the end. */
  exportPage: call
    .input(
      z.object({
        format: z.enum(['jsonl', 'csv']),
        after: z.number().int().min(0),
        limit: z.number().int().min(1).max(5000).default(1000),
      }),
    )
    .output(z.object({ lines: z.array(z.string()), last: z.number().int() })),
  /** For the command line only: writes the keys that check an export to a new file of its owner's. */
  writeKeys: call.input(z.object({ path: z.string().min(1).max(4096) })),
};
