// What a person has agreed to of something that can change afterwards: a graph, or an agent's character.

import { z } from 'zod';

/**
 * Of a graph: a hash of all that it computes, one of each node with what feeds it, and, in words, what those nodes do that reach out of
 * it. Where a node stands, what it is called and when a trigger fires is no part of it. Of an agent: the same of its character, model, tools and grant.
 */
export const agreedGraph = z.object({
  hash: z.string(),
  parts: z.record(z.string(), z.string()),
  does: z.record(z.string(), z.string()),
  /** By node, what its fields hold, by name: for showing what is different, never for deciding whether it is. None kept earlier than this was. */
  set: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  /** By trigger, a hash of what it starts with and what it starts at, not of when. None kept earlier than this was. */
  starts: z.record(z.string(), z.string()).optional(),
});
export type AgreedGraph = z.infer<typeof agreedGraph>;

/** By workflow, and by `agent:` and the id or name under which one is asked for. */
export const agreed = z.record(z.string(), agreedGraph);
export type Agreed = z.infer<typeof agreed>;
