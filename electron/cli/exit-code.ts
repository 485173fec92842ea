// Which code a failed command ends with.

import type { AppError } from '../../shared/errors.ts';
import { exitCodes } from './output.ts';

/** What was named is not there, or a workflow cannot run as it is: asking otherwise helps, asking again does not. */
const asked: ReadonlySet<string> = new Set(
  [
    ...[
      'agent',
      'audit-entry',
      'backup',
      'catalogue-entry',
      'change',
      'change-set',
      'client',
      'conversation',
      'grant',
      'inbox',
      'job',
      'memory',
    ],
    ...['provider', 'run', 'sample', 'secret', 'server', 'step', 'tool', 'trigger', 'workflow'],
  ].map((what) => `${what}-not-found`),
);
const wrong: ReadonlySet<string> = new Set([
  'bad-input',
  'workflow-invalid',
  'workflow-malformed',
  'not-a-revision',
  'fork-step-missing',
  'server-built-in',
  'client-needs-token',
]);

/** What a command that failed so ends with. */
export const codeOf = ({ code, place }: Pick<AppError, 'code' | 'place'>): number => {
  if (code === 'cancelled') return exitCodes.cancelled;
  if (code === 'ended-by-signal') return exitCodes.terminated;
  if (code === 'data-folder-held' || code === 'host-unreachable' || code === 'host-gone') return exitCodes.busy;
  const isUsage = place !== undefined || /^(?:input|set|json)-/.test(code) || asked.has(code) || wrong.has(code);
  return isUsage ? exitCodes.usage : exitCodes.failed;
};
