// An agent: a saved character with a model, tools and a grant.

import { z } from 'zod';
import { grant } from './grant.ts';
import { agentId } from './ids.ts';

/** `provider/model`, e.g. `ollama/qwen3:8b`. */
export const modelRef = z
  .string()
  .regex(/^[a-z0-9-]+\/.+$/)
  .max(200);

export const agentDraft = z.object({
  name: z.string().min(1).max(60),
  /** Personality, knowledge, goals: the system prompt's heart, in the person's words. */
  character: z.string().max(20_000).default(''),
  /** Missing means the default model of the settings. */
  model: modelRef.optional(),
  /** Tools it is offered: `server.tool`, or `server.*`. */
  tools: z.array(z.string().max(240)).max(500).default([]),
  grant: grant.default({ tools: [], folders: [] }),
  /** How many model calls one turn may make. */
  maxSteps: z.number().int().min(1).max(100).default(20),
});
export type AgentDraft = z.infer<typeof agentDraft>;

export const agent = agentDraft.extend({ id: agentId, createdAt: z.number(), updatedAt: z.number() });
export type Agent = z.infer<typeof agent>;
