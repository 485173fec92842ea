// Which code a failed command ends with.

import type { AppError } from '../../shared/errors.ts';
import { exitCodes } from './output.ts';

/** What a command that failed so ends with. */
export const codeOf = (error: AppError): number => {
  if (error.code === 'cancelled') return exitCodes.cancelled;
  if (error.code === 'ended-by-signal') return exitCodes.terminated;
  if (error.code === 'data-folder-held' || error.code === 'host-unreachable' || error.code === 'host-gone') return exitCodes.busy;
  return /^(?:input|set|json)-/.test(error.code) || error.place !== undefined ? exitCodes.usage : exitCodes.failed;
};
