// The schema of an error that crosses a boundary. Apart from errors.ts, so that a host can start and answer before it makes schemas.

import { z } from 'zod';
import type { AppErrorShape } from './errors.ts';

export const appErrorShape = z.object({
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  message: z.string(),
  hint: z.string().optional(),
  retryable: z.boolean().default(false),
  place: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
}) satisfies z.ZodType<AppErrorShape>;
