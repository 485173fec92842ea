// What the UI may know of the vault. No schema here can hold a secret's value on its way out.

import { z } from 'zod';
import { runId, secretName } from './ids.ts';

/**
 * `locked`: the keychain or passphrase must be unlocked. `missing`: entries exist but the key is gone from the keychain.
 * `wrong`: the key there does not open the vault. `absent`: this system offers no keychain; a passphrase can protect it.
 * `empty`: nothing stored yet, a keychain is there. `open`: ready.
 */
export const vaultState = z.enum(['open', 'empty', 'locked', 'missing', 'wrong', 'absent']);
export type VaultState = z.infer<typeof vaultState>;

/** The ways in that exist, and when the recovery key was made. */
export const vaultWays = z.object({ keychain: z.boolean(), passphrase: z.boolean(), recoveryMadeAt: z.number().optional() });

export const vaultStatus = z.object({
  state: vaultState,
  protection: z.enum(['keychain', 'passphrase', 'none']),
  /** Why, in a sentence, and what to do next. */
  message: z.string(),
  hint: z.string().optional(),
  entryCount: z.number().int(),
  ways: vaultWays.optional(),
  /** How it was opened this time. */
  openedBy: z.enum(['keychain', 'passphrase', 'recovery']).optional(),
  /** When the master key was made or last rotated. */
  keyMadeAt: z.number().optional(),
  /** This host can put a value into the system's clipboard. */
  canCopy: z.boolean().optional(),
});
export type VaultStatus = z.infer<typeof vaultStatus>;

export const secretKind = z.enum(['token', 'login', 'key-file', 'note']);
export type SecretKind = z.infer<typeof secretKind>;

/** A handle names one as `${secret:NAME/field}`; `${secret:NAME}` is the main one of its kind. `totp` gives the current code. */
export const secretField = z.enum(['value', 'username', 'password', 'totp', 'address', 'content', 'text']);
export type SecretField = z.infer<typeof secretField>;

export const fieldsOf: Record<SecretKind, readonly SecretField[]> = {
  token: ['value'],
  login: ['password', 'username', 'totp', 'address'],
  'key-file': ['content'],
  note: ['text'],
};
export const mainField = (kind: SecretKind): SecretField => fieldsOf[kind][0] ?? 'value';

const short = z.string().max(65_536);
/** What is sealed; only ever an input. `totp` is the seed (base32) or an otpauth:// address. */
export const secretValues = z.object({
  value: short.optional(),
  username: short.optional(),
  password: short.optional(),
  totp: z.string().max(2000).optional(),
  content: z.string().max(262_144).optional(),
  text: short.optional(),
});
export type SecretValues = z.infer<typeof secretValues>;

/** Who may use an entry: a tool server or provider that receives it, an agent, job or workflow that asks for it. */
export const secretParty = z.object({
  kind: z.enum(['server', 'provider', 'agent', 'job', 'workflow']),
  id: z.string().min(1).max(100),
  title: z.string().max(200),
  /** Only these fields; all when missing. */
  fields: z.array(secretField).min(1).max(8).optional(),
});
export type SecretParty = z.infer<typeof secretParty>;

/** Not secret, but sealed together with the value: a changed one does not open. */
export const secretFacts = z.object({
  /** A login's web address. */
  address: z.string().max(2000).optional(),
  /** A key file's own name. */
  fileName: z
    .string()
    .max(200)
    .regex(/^[^/\\\0]+$/, 'must be a name without folders')
    .optional(),
  expiresAt: z.number().optional(),
  /** The person says that it may be used although it expired. */
  useExpired: z.boolean().default(false),
  /** It is sent only to these hosts (`*.example.com` too); none listed: to any that is allowed otherwise. */
  hosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a host name in lower case, such as api.example.com'))
    .max(50)
    .default([]),
  access: z.enum(['any', 'listed']).default('any'),
  parties: z.array(secretParty).max(100).default([]),
});
export type SecretFacts = z.infer<typeof secretFacts>;
export const noFacts: SecretFacts = secretFacts.parse({});

/** How hard the main value is to guess, from 0 (at once) to 4; none for notes and key files. */
export const strength = z.number().int().min(0).max(4);

export const secretInfo = z.object({
  name: secretName,
  note: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  lastUsedAt: z.number().optional(),
  /** Where it is named: tool servers and providers. */
  usedBy: z.array(z.string()),
  /** Tool servers that run and were given it: deleting it stops them. */
  heldBy: z.array(z.string()).optional(),
  kind: secretKind.optional(),
  /** Those that hold something. */
  fields: z.array(secretField).optional(),
  facts: secretFacts.optional(),
  strength: strength.optional(),
  /** Seconds for which a one-time code holds, for a login that has one. */
  totpPeriod: z.number().int().optional(),
});
export type SecretInfo = z.infer<typeof secretInfo>;

/** One use, or one that was refused. */
export const secretUse = z.object({
  seq: z.number().int(),
  name: secretName,
  field: secretField,
  at: z.number(),
  outcome: z.enum(['used', 'refused', 'copied']),
  /** Who asked: an agent, a job, a workflow, or the app itself for a server's start and a provider's key. */
  by: z.string().max(300),
  /** Where it went: a host, a tool server, a provider, the clipboard. */
  to: z.string().max(300),
  reason: z.string().max(500).optional(),
  run: runId.optional(),
});
export type SecretUse = z.infer<typeof secretUse>;

/** How a new value is made, in the host: the page does not see it. */
export const generatorOptions = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('characters'),
    length: z.number().int().min(8).max(256),
    lower: z.boolean(),
    upper: z.boolean(),
    digits: z.boolean(),
    signs: z.boolean(),
    /** Leaves out those that look alike: 0 O o 1 l I. */
    clear: z.boolean().default(false),
  }),
  z.object({ kind: z.literal('words'), words: z.number().int().min(4).max(20), separator: z.enum(['-', '.', ' ', '_']) }),
]);
export type GeneratorOptions = z.infer<typeof generatorOptions>;

// ---------------------------------------------------------------- import and backup

const importId = z.string().max(60);
/** One entry of a file that could be taken in; no value is in it. */
export const incomingSecret = z.object({
  index: z.number().int(),
  /** As it is called in the file. */
  title: z.string().max(300),
  /** A safe, unique name for it here. */
  name: secretName,
  kind: secretKind,
  fields: z.array(secretField),
  /** `exists`: there is an entry of this name with another value. `same`: it is here already with the same values. */
  conflict: z.enum(['none', 'exists', 'same']),
});
export type IncomingSecret = z.infer<typeof incomingSecret>;

export const incomingPreview = z.object({
  id: importId,
  /** What the file is: `Bitwarden (JSON)`, `Chrome (CSV)`, `Orrery backup`. */
  format: z.string(),
  entries: z.array(incomingSecret),
  /** Rows that cannot be taken, with the reason. */
  skipped: z.array(z.object({ title: z.string().max(300), reason: z.string() })),
  /** Of a backup: when it was made. */
  madeAt: z.number().optional(),
});
export type IncomingPreview = z.infer<typeof incomingPreview>;

export const incomingResult = z.object({
  added: z.number().int(),
  replaced: z.number().int(),
  skipped: z.number().int(),
  removed: z.number().int(),
  /** The file that was read is gone. */
  fileRemoved: z.boolean(),
});
export type IncomingResult = z.infer<typeof incomingResult>;
