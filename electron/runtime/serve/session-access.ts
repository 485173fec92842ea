// What the audit log keeps of a program that comes and goes: its name, whether a token proved it, and what had started it. Pure.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ProgramOrigin } from '../../../shared/model/client.ts';

export function accessEntry(
  { client, isProven, origin }: { client: string; isProven: boolean; origin?: ProgramOrigin | undefined },
  outcome: 'allowed' | 'done',
  /** Times that it came and went before, since the last one that is listed. */
  unlisted = 0,
): NewAuditEntry {
  const [program] = origin?.programs ?? [];
  const proof = isProven ? 'with its token' : 'without a token, so its name is only what it says';
  const from = program === undefined ? '' : `, started by ${program}`;
  const came = `The program ${client} connected ${proof}${from}.`;
  const before = unlisted === 0 ? '' : ` It came and went ${unlisted === 1 ? 'once' : `${unlisted} times`} before, which is not listed.`;
  return {
    kind: 'access',
    actor: { kind: 'client', id: client, name: client },
    what: 'mcp',
    outcome,
    reason: (outcome === 'allowed' ? came + before : `The program ${client} left.`).slice(0, 2000),
    details: {
      proven: isProven,
      ...(unlisted === 0 ? {} : { unlisted }),
      over: origin === undefined ? 'http' : 'stdio',
      ...(origin === undefined ? {} : { process: origin.process, programs: origin.programs }),
    },
  };
}
