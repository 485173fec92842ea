// What is inside an entry's envelope. All fields of an entry are sealed together, and bound to its kind, note and facts: where it may
// go cannot be changed without the key. Entries of before hold one text and no facts.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import {
  fieldsOf,
  noFacts,
  type SecretFacts,
  type SecretField,
  type SecretInfo,
  type SecretKind,
  type SecretValues,
  secretFacts,
  secretField,
  secretValues,
} from '../../../shared/model/vault.ts';
import { strengthOf } from '../../../shared/model/vault-strength.ts';
import type { VaultEntry } from '../sqlite/vault-store.ts';
import { open, seal, type VaultKey } from './envelope.ts';
import { periodOf } from './totp.ts';

/** What is kept beside the facts of the person: which fields hold something, how strong, how long a code holds. */
const kept = z.object({
  facts: secretFacts,
  fields: z.array(secretField),
  strength: z.number().int().optional(),
  totpPeriod: z.number().int().optional(),
});
type Kept = z.infer<typeof kept>;

const before: Kept = { facts: noFacts, fields: ['value'] };

export function readFacts(entry: Pick<VaultEntry, 'facts' | 'name'>): Kept {
  if (entry.facts === '') return before;
  try {
    return kept.parse(JSON.parse(entry.facts));
  } catch (error) {
    throw damaged(entry.name, error);
  }
}

/** For lists: a damaged row is still shown, and does not open. */
export function infoOf(entry: VaultEntry): SecretInfo {
  let said: Kept;
  try {
    said = readFacts(entry);
  } catch {
    said = { facts: noFacts, fields: [] };
  }
  return {
    name: entry.name,
    note: entry.note,
    createdAt: entry.createdAt,
    updatedAt: entry.updatedAt,
    ...(entry.lastUsedAt === undefined ? {} : { lastUsedAt: entry.lastUsedAt }),
    usedBy: [],
    kind: entry.kind,
    fields: said.fields,
    facts: said.facts,
    ...(said.strength === undefined ? {} : { strength: said.strength }),
    ...(said.totpPeriod === undefined ? {} : { totpPeriod: said.totpPeriod }),
  };
}

const placeOf = (entry: Pick<VaultEntry, 'name' | 'version' | 'kind' | 'note' | 'facts'>) => ({
  entry: entry.name,
  field:
    entry.facts === ''
      ? 'value'
      : `all-${createHash('sha256')
          .update(JSON.stringify([entry.kind, entry.note, entry.facts]))
          .digest('hex')}`,
  version: entry.version,
});

/** Throws `vault-entry-damaged` for a row that was changed in any way that matters. */
export function openValues(key: VaultKey, entry: VaultEntry): SecretValues {
  const text = open(key, entry.envelope, placeOf(entry));
  if (entry.facts === '') return { value: text };
  try {
    return secretValues.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(entry.name, error);
  }
}

/** The same entry with its envelope made anew. */
export function sealValues(key: VaultKey, entry: Omit<VaultEntry, 'envelope'>, values: SecretValues): VaultEntry {
  const plain = entry.facts === '' ? (values.value ?? '') : JSON.stringify(values);
  return { ...entry, keyId: key.id, envelope: seal(key, plain, placeOf(entry)) };
}

/** The text of the facts column for these values. */
export function factsText(kind: SecretKind, values: SecretValues, facts: SecretFacts): string {
  const fields = fieldsOf[kind].filter((field) => (field === 'address' ? facts.address !== undefined : (values[field] ?? '') !== ''));
  const guarded = kind === 'token' ? values.value : kind === 'login' ? values.password : undefined;
  const said: Kept = {
    facts,
    fields,
    ...(guarded === undefined || guarded === '' ? {} : { strength: strengthOf(guarded) }),
    ...(values.totp === undefined || values.totp === '' ? {} : { totpPeriod: periodOf(values.totp) }),
  };
  return JSON.stringify(said);
}

/** The value of one field, before a code is made of a seed. */
export const rawField = (field: Exclude<SecretField, 'address'>, values: SecretValues): string | undefined => {
  const value = values[field];
  return value === '' ? undefined : value;
};

const damaged = (name: string, cause: unknown): AppError =>
  new AppError('vault-entry-damaged', `The stored secret “${name}” was changed or damaged and cannot be opened.`, {
    hint: 'Replace it with its value, or restore a backup.',
    cause,
  });
