// Tool servers that come from elsewhere: a catalogue entry, a package, a bundle, the configuration of another program. Each is
// shown as a plan before anything is stored or started. No schema here has room for a secret's value on its way out.

import { z } from 'zod';
import { secretName } from './ids.ts';
import { programFolders, serverConfig } from './tool.ts';

export const foundConfig = z.object({
  /** For people: "Claude Desktop". */
  program: z.string(),
  path: z.string(),
  /** How many servers it names; none when it could not be read. */
  servers: z.number().int().optional(),
  error: z.string().optional(),
});
export type FoundConfig = z.infer<typeof foundConfig>;

/** A value the person still has to give: a key, a folder, a choice. */
export const importQuestion = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  kind: z.enum(['text', 'secret', 'folder', 'file', 'number', 'boolean']),
  isRequired: z.boolean(),
  default: z.string().optional(),
  options: z.array(z.string()).optional(),
  /** Several folders or files may be given, one a line. */
  isList: z.boolean().optional(),
  /** Of a number. */
  min: z.number().optional(),
  max: z.number().optional(),
});
export type ImportQuestion = z.infer<typeof importQuestion>;

/** What a number should have been, to stand after “must be”; nothing when it fits, is left out or is no number's question. */
export function numberFault({ kind, min, max }: Pick<ImportQuestion, 'kind' | 'min' | 'max'>, given: string): string | undefined {
  if (kind !== 'number' || given.trim() === '') return undefined;
  const value = Number(given);
  if (Number.isFinite(value) && value >= (min ?? -Infinity) && value <= (max ?? Infinity)) return undefined;
  if (min !== undefined && max !== undefined) return `a number from ${min} to ${max}`;
  return min !== undefined ? `a number, at least ${min}` : max !== undefined ? `a number, at most ${max}` : 'a number';
}

/** A key that was found in the text: it goes into the vault under this name, and the copy that stays holds the handle. */
export const foundSecret = z.object({
  name: secretName,
  /** "GITHUB_TOKEN", "the header Authorization", "the argument --api-key". */
  place: z.string(),
  /** `same`: the very key is in the vault already under this name and is used from there. */
  exists: z.enum(['no', 'same']),
});

/** Made by the page for one file that it gives. */
export const uploadId = z.string().regex(/^[a-z0-9-]{8,40}$/);
export const maxBundleBytes = 512 * 1024 * 1024;

/** Where a plan comes from. */
export const planSource = z.discriminatedUnion('kind', [
  /** Pasted: JSON of any of the known forms, or a command line. */
  z.object({
    kind: z.literal('text'),
    text: z.string().min(1).max(1_000_000),
    /** Where it was read, where it was not pasted. */
    from: z.string().min(1).max(4096).optional(),
  }),
  /** One of `listFound`. */
  z.object({ kind: z.literal('found'), path: z.string().max(4096) }),
  z.object({ kind: z.literal('npm'), name: z.string().min(1).max(300) }),
  z.object({ kind: z.literal('bundle'), path: z.string().max(4096) }),
  /** A bundle that the page gave by `putBundle`, whole. */
  z.object({ kind: z.literal('upload'), upload: uploadId, name: z.string().min(1).max(255) }),
  z.object({ kind: z.literal('catalogue'), id: z.string().max(100) }),
]);
export type PlanSource = z.infer<typeof planSource>;

export const plannedServer = z.object({
  /** Its name where it came from. */
  key: z.string(),
  /** What would be stored: handles instead of keys, `${ask:ID}` where the person's answer goes. */
  config: serverConfig,
  description: z.string(),
  secrets: z.array(foundSecret),
  questions: z.array(importQuestion),
  /** Beside those that it is granted. */
  programs: programFolders.optional(),
  /** What will not be as it was, in words. */
  notes: z.array(z.string()),
  /** Why it cannot be taken over; such a one is shown and left out. */
  problem: z.string().optional(),
  /** `same`: a server with this very configuration is there already. */
  status: z.enum(['new', 'same', 'name-taken']),
  /** Title of the one that is the same. */
  sameAs: z.string().optional(),
});
export type PlannedServer = z.infer<typeof plannedServer>;

export const serverPlan = z.object({
  /** Names this preview when it is applied; holds for an hour. */
  token: z.string(),
  /** Where it came from, for people. */
  from: z.string(),
  servers: z.array(plannedServer),
  problems: z.array(z.string()),
  /** One of them needs Node, and this machine has none. */
  lacksNode: z.boolean().optional(),
});
export type ServerPlan = z.infer<typeof serverPlan>;

export const catalogueEntry = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  publisher: z.string(),
  category: z.enum(['files', 'web', 'data', 'developer', 'productivity', 'search', 'reasoning', 'system']),
  homepage: z.string().optional(),
  /** npm package with its pinned version, or the address of a remote server. */
  package: z.string().optional(),
  version: z.string().optional(),
  url: z.string().optional(),
  needs: z.array(z.string()),
  /** The host names it has to reach. */
  hosts: z.array(z.string()),
  isInstalled: z.boolean(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

/** What a look for a newer version of a kept package found. */
export const packageUpdate = z.object({
  name: z.string(),
  kind: z.enum(['npm', 'python']),
  before: z.string(),
  /** Missing when what is kept is the newest, or when it cannot be known before it is fetched (`canTell` is false then). */
  after: z.string().optional(),
  canTell: z.boolean(),
});
export type PackageUpdate = z.infer<typeof packageUpdate>;
