// The Node that Orrery can fetch for tool servers where a machine has none that fits.

import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';

export const nodeVersion = z.string().regex(/^\d+\.\d+\.\d+$/);

export const managedNode = z.object({
  /** What can be fetched for this machine; missing where there is no build for it. */
  offer: z
    .object({
      version: nodeVersion,
      npm: nodeVersion,
      /** What is fetched, and what it takes on the disk at most. */
      bytes: z.number().int(),
      unpackedBytes: z.number().int(),
      /** The host that it comes from. */
      host: z.string(),
    })
    .optional(),
  /** Fetched before, newest first. */
  kept: z.array(z.object({ version: nodeVersion, npm: nodeVersion, bytes: z.number().int(), at: z.number(), folder: z.string() })),
  /** What runs a server that asks for no other. */
  used: z.object({ version: z.string(), path: z.string(), by: z.string() }).optional(),
  fetching: z.object({ step: z.enum(['fetch', 'unpack']), done: z.number(), total: z.number() }).optional(),
  /** Why the last fetch ended without it. */
  failure: appErrorShape.optional(),
});
export type ManagedNode = z.infer<typeof managedNode>;
