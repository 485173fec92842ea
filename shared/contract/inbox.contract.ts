// Approvals and questions that wait for a person.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { inboxAnswer, inboxItem } from '../model/grant.ts';
import { inboxId, runId } from '../model/ids.ts';
import { call } from './base.ts';

export const inboxContract = {
  list: call
    .input(
      z.object({
        status: z.enum(['open', 'answered', 'expired']).default('open'),
        limit: z.number().int().min(1).max(500).default(100),
        /** Only what this step of this run asked, whatever became of it. */
        of: z.object({ run: runId, step: z.string().max(500) }).optional(),
      }),
    )
    .output(z.array(inboxItem)),
  get: call.input(z.object({ id: inboxId })).output(inboxItem),
  /** Refused with `already-answered` the second time, and with `approval-mismatch` when the hash is another's. */
  answer: call
    .input(
      z.object({
        id: inboxId,
        answer: inboxAnswer,
        /** Questions that ask the very same and were shown as one with it (model/alike.ts): the answer is theirs too. */
        alike: z.array(inboxId).max(500).optional(),
      }),
    )
    .output(inboxItem),
  /** The open items, then the open items whenever they change. */
  watch: call.output(eventIterator(z.array(inboxItem))),
};
