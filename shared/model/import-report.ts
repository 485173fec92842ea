// What becomes of another program's file, node by node. Honest: what cannot run says why and what to do instead.

import { z } from 'zod';

/** UTF-16 units of the largest file that one import takes; it comes in parts, each of at most so many. */
export const maxImportText = 32_000_000;
export const maxImportPart = 500_000;

export const importedNode = z.object({
  /** As the other program names it. */
  name: z.string(),
  type: z.string(),
  verdict: z.enum(['runs', 'partly', 'not']),
  /** Our node's kind, where there is one. */
  kind: z.string().optional(),
  /** Why not, or what differs, in words; empty when it runs the same. */
  reasons: z.array(z.string()),
});
export type ImportedNode = z.infer<typeof importedNode>;

export const importReport = z.object({
  /** `unknown`: not a workflow file of any program known here. */
  program: z.enum(['orrery', 'n8n', 'comfyui', 'node-red', 'flowise', 'rivet', 'unknown']),
  /** In a sentence: what the file is and how much of it runs. */
  summary: z.string(),
  workflows: z.array(
    z.object({
      name: z.string(),
      verdict: z.enum(['runs', 'partly', 'not']),
      nodes: z.array(importedNode),
      /** About the whole: settings that are not kept, credentials that are named. */
      notes: z.array(z.string()),
    }),
  ),
});
export type ImportReport = z.infer<typeof importReport>;
