// The file of known tool servers that comes with the app (resources/server-catalogue.json).

import { z } from 'zod';
import { catalogueEntry, importQuestion } from './server-import.ts';
import { envValue, serverReach } from './tool.ts';

/** What is stored when it is chosen; `${ask:ID}` stands where the answer to a question goes. */
const template = z.object({
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), envValue).default({}),
  headers: z.record(z.string(), envValue).optional(),
  transport: z.enum(['stdio', 'http', 'sse']).optional(),
  url: z.string().optional(),
  reach: serverReach,
});

export const catalogueFile = z.object({
  version: z.literal(1),
  servers: z.array(catalogueEntry.omit({ isInstalled: true }).extend({ questions: z.array(importQuestion), server: template })),
});
export type CatalogueItem = z.infer<typeof catalogueFile>['servers'][number];
