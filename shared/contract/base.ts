// The building blocks of every contract area: a call, a stream, and the one typed error both can end in.

import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';

/** Every known failure crosses a wire as this; anything else arrives as an internal error without details. */
export const call = oc.errors({ APP_ERROR: { data: appErrorShape } });

/**
 * A stream of batches. The sender gathers what happens within one frame (16 ms) into one message, so a fast run or model
 * never floods the window. It ends when the reader leaves, which aborts the handler's signal.
 */
export const batches = <T extends z.ZodType>(event: T) => eventIterator(z.array(event));

export const nothing = z.void();
export const paging = z.object({ limit: z.number().int().min(1).max(500).default(100), before: z.number().optional() });
