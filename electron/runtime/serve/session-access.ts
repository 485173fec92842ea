// What the audit log keeps of a program that comes and goes: its name, whether a token proved it, and what had started it. Pure.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ProgramOrigin } from '../../../shared/model/client.ts';

export function accessEntry(
  { client, isProven, origin }: { client: string; isProven: boolean; origin?: ProgramOrigin | undefined },
  outcome: 'allowed' | 'done',
): NewAuditEntry {
  const [program] = origin?.programs ?? [];
  const proof = isProven ? 'with its token' : 'without a token, so its name is only what it says';
  const from = program === undefined ? '' : `, started by ${program}`;
  return {
    kind: 'access',
    actor: { kind: 'client', id: client, name: client },
    what: 'mcp',
    outcome,
    reason: (outcome === 'allowed' ? `The program ${client} connected ${proof}${from}.` : `The program ${client} left.`).slice(0, 2000),
    details: {
      proven: isProven,
      over: origin === undefined ? 'http' : 'stdio',
      ...(origin === undefined ? {} : { process: origin.process, programs: origin.programs }),
    },
  };
}
