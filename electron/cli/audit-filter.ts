// Which entries of the audit log a person means: runs by number, steps by what they are called, grants as `orrery grants` lists them.

import { AppError } from '../../shared/errors.ts';
import { type AuditEntry, type AuditFilter, auditActor, auditKind, auditOutcome } from '../../shared/model/audit.ts';
import type { HostClient } from '../wires/attach.ts';
import { timeOf } from './audit-time.ts';
import { findGrant } from './find-grant.ts';
import { findRun } from './find-run.ts';
import { stepOfRun } from './find-step.ts';
import { readLimit } from './limit.ts';

export interface FilterOptions {
  kind?: string;
  outcome?: string;
  who?: string;
  server?: string;
  run?: string;
  step?: string;
  grant?: string;
  change?: string;
  text?: string;
  since?: string;
  limit: string;
}

/** Throws `input-…` for what is not known. */
export async function auditFilterOf(client: HostClient, options: FilterOptions): Promise<AuditFilter> {
  const { server, run, step, grant, change, text, since } = options;
  const kind = oneOf(auditKind.options, options.kind, 'kind');
  const outcome = oneOf(auditOutcome.options, options.outcome, 'outcome');
  const actor = oneOf(auditActor.shape.kind.options, options.who, 'kind of who did it');
  if (step !== undefined && run === undefined)
    throw new AppError('input-usage', '--step names a step of a run.', { hint: 'Name the run too: --run 12 --step "Save report".' });
  const ofRun = run === undefined ? undefined : await runNamed(client, run);
  return {
    limit: readLimit(options.limit, 500),
    ...(kind === undefined ? {} : { kind }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(actor === undefined ? {} : { actor }),
    ...(server === undefined ? {} : { server }),
    ...(ofRun === undefined ? {} : { run: ofRun }),
    ...(ofRun === undefined || step === undefined ? {} : { step: await stepOfRun(client, ofRun, step) }),
    ...(grant === undefined ? {} : { grant: await grantNamed(client, grant) }),
    ...(change === undefined ? {} : { change }),
    ...(text === undefined ? {} : { text }),
    ...(since === undefined ? {} : { since: timeOf(since) }),
  };
}

export function oneOf<T extends string>(options: readonly T[], value: string | undefined, name: string): T[] | undefined {
  if (value === undefined) return undefined;
  const found = options.find((option) => option === value);
  if (found === undefined)
    throw new AppError('input-choice', `There is no ${name} “${value}”.`, { hint: `Use one of ${options.join(', ')}.` });
  return [found];
}

/** One that is not kept any more is still known to the log, by its id. */
async function runNamed(client: HostClient, which: string): Promise<NonNullable<AuditEntry['run']>> {
  if (/^\d{1,9}$/.test(which)) return (await findRun(client, which)).id;
  return which as NonNullable<AuditEntry['run']>;
}

/** So is a grant that was deleted. */
const grantNamed = async (client: HostClient, which: string): Promise<string> =>
  /^\d{1,9}$/.test(which) ? (await findGrant(client, which)).id : which;
