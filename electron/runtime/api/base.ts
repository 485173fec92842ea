// How every contract handler is made: implemented against the contract (a missing one does not compile), and with one
// translation of failures: an AppError crosses the wire as it is, anything else is logged here and crosses without details.

import { mapEventIterator } from '@orpc/client';
import { type ImplementerInternalWithMiddlewares, implement, ORPCError } from '@orpc/server';
import { type Contract, contract } from '../../../shared/contract/index.ts';
import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { TellDeeds } from '../deeds/tell-deeds.ts';
import type { Consent } from '../policy/proposals.ts';
import type { Log } from '../ports.ts';

export interface CallContext {
  log: Log;
  /** Which kind of client calls: the page, the command line. */
  client: 'page' | 'cli';
  /** Where the person is asked outside the page whether what it proposes may take effect; missing where there is no such place. */
  consent?: Consent;
  /** Writes what the person does down, where nobody else does; missing only in tests of single areas. */
  deeds?: TellDeeds;
  /** The answer goes over a wire, which takes a run's events as the texts that the journal holds (`KeptRows`). */
  takesRows?: true;
}

// The type is written out: what would be inferred is too long for the compiler to put into a declaration file.
export const api: ImplementerInternalWithMiddlewares<Contract, CallContext, CallContext> = implement(contract)
  .$context<CallContext>()
  .use(async ({ context, next, path }, input: unknown) => {
    const deed = context.deeds?.begin(path, input, context.client);
    const translate = async (error: unknown): Promise<unknown> => {
      if (error instanceof ORPCError) return error;
      deed?.failed(error);
      const known = toAppError(error);
      if (known.code === 'internal' && !isCancelled(error))
        context.log.error(`Call ${path.join('.')} failed`, {
          error: String(error),
          stack: error instanceof Error ? error.stack : undefined,
        });
      return new ORPCError('APP_ERROR', { defined: true, message: known.message, data: known.toJSON() });
    };
    try {
      const result = await next();
      deed?.done(result.output);
      // A stream fails later than its call: what it throws while it is read is translated alike.
      if (!isStream(result.output)) return result;
      return { ...result, output: mapEventIterator(result.output, { value: async (value) => value, error: translate }) };
    } catch (error) {
      throw await translate(error);
    }
  });

const isStream = (value: unknown): value is AsyncGenerator<unknown, unknown, void> =>
  value !== null && typeof value === 'object' && Symbol.asyncIterator in value;
