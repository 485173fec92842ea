// A failure in the middle of a stream leaves by the same door as one at its start: an AppError crosses as it is, anything else
// is logged here and crosses without details. (The handlers' own middleware sees only how a stream begins.)

import { mapEventIterator } from '@orpc/client';
import { ORPCError } from '@orpc/server';
import { isCancelled, toAppError } from '../../shared/errors.ts';
import type { Log } from '../runtime/ports.ts';

export const isStream = (value: unknown): value is AsyncIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;

export function withStreamErrors(output: unknown, path: readonly string[], log: Pick<Log, 'error'>): unknown {
  if (!isStream(output)) return output;
  return mapEventIterator(output, {
    value: async (value) => value,
    error: async (error) => {
      if (error instanceof ORPCError) return error;
      const known = toAppError(error);
      if (known.code === 'internal' && !isCancelled(error)) log.error(`Stream ${path.join('.')} failed`, { error: String(error) });
      return new ORPCError('APP_ERROR', { defined: true, message: known.message, data: known.toJSON() });
    },
  });
}
