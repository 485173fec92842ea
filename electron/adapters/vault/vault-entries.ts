// Storing entries. Values come in here and are sealed; nothing here gives one back.

import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import { fieldsOf, mainField, noFacts, type SecretInfo, type SecretKind, type SecretValues } from '../../../shared/model/vault.ts';
import type { NewSecret, VaultKeeper } from '../../runtime/vault-ports.ts';
import type { VaultEntry } from '../sqlite/vault-store.ts';
import { factsText, infoOf, openValues, readFacts, sealValues } from './entry-seal.ts';
import type { VaultKey } from './envelope.ts';
import { type Redactor, shortestRedacted } from './redactor.ts';
import { periodOf } from './totp.ts';
import type { VaultKeys } from './vault-keys.ts';

export interface VaultEntries {
  known(name: SecretName): VaultEntry;
  set(name: SecretName, value: string, note: string): Promise<SecretInfo>;
  replace(name: SecretName, value: string, note?: string): Promise<SecretInfo>;
  create: VaultKeeper['create'];
  change: VaultKeeper['change'];
  /** A sealed row, not stored. Throws what is wrong with the values. */
  build(key: VaultKey, secret: NewSecret, before: VaultEntry | undefined): VaultEntry;
}

export function vaultEntries(keys: VaultKeys, redactor: Redactor): VaultEntries {
  const { rows, clock } = keys.deps;

  const known = (name: SecretName): VaultEntry => {
    const row = rows.get(name);
    if (row === undefined)
      throw new AppError('secret-not-found', `There is no secret “${name}” in the vault.`, {
        hint: 'Add it on the Vault page, or correct the name.',
      });
    return row;
  };

  function build(key: VaultKey, secret: NewSecret, before: VaultEntry | undefined): VaultEntry {
    const values = onlyOf(secret.kind, secret.values);
    checkValues(secret.kind, values);
    const at = clock.now();
    return sealValues(
      key,
      {
        name: secret.name,
        note: secret.note,
        kind: secret.kind,
        facts: factsText(secret.kind, values, secret.facts),
        keyId: key.id,
        version: (before?.version ?? 0) + 1,
        createdAt: before?.createdAt ?? at,
        updatedAt: at,
        ...(before?.lastUsedAt === undefined ? {} : { lastUsedAt: before.lastUsedAt }),
      },
      values,
    );
  }

  function store(row: VaultEntry, before: VaultEntry | undefined, values: SecretValues): SecretInfo {
    // What was just typed must not come back by another way. User names wait for their first use: most are no secret.
    for (const [field, value] of Object.entries(values)) if (field !== 'username') redactor.learn(row.name, value);
    if (!(before === undefined ? rows.insert(row) : rows.replace(row, before.version)))
      throw new AppError('secret-changed-elsewhere', `The secret “${row.name}” was changed by another window just now.`, {
        hint: 'Look at it again, then repeat the change.',
      });
    return infoOf(row);
  }

  const create = async (secret: NewSecret): Promise<SecretInfo> => {
    if (rows.get(secret.name) !== undefined)
      throw new AppError('secret-exists', `There is already a secret “${secret.name}”.`, {
        hint: 'Replace it, or choose another name.',
        place: 'name',
      });
    checkValues(secret.kind, onlyOf(secret.kind, secret.values));
    return keys.withNewKey((key) => store(build(key, secret, undefined), undefined, secret.values));
  };

  const change: VaultEntries['change'] = async (name, wanted) => {
    known(name);
    return keys.use((key) => {
      keys.touch();
      const before = known(name);
      // A value that is replaced as a whole is no reason to need the old one, which may be damaged.
      const isWhole = before.kind === 'token' && wanted.values?.value !== undefined;
      const values = isWhole ? wanted.values : { ...openValues(key, before), ...wanted.values };
      const facts = wanted.facts ?? readFacts(before).facts;
      return store(
        build(key, { name, kind: before.kind, values: values ?? {}, note: wanted.note ?? before.note, facts }, before),
        before,
        wanted.values ?? {},
      );
    });
  };

  return {
    known,
    build,
    create,
    change,
    set: (name, value, note) => create({ name, kind: 'token', values: { value }, note, facts: noFacts }),
    async replace(name, value, note) {
      const before = known(name);
      return change(name, { values: { [mainField(before.kind)]: value }, ...(note === undefined ? {} : { note }) });
    },
  };
}

const onlyOf = (kind: SecretKind, values: SecretValues): SecretValues =>
  Object.fromEntries(
    Object.entries(values).filter(([field, value]) => (fieldsOf[kind] as string[]).includes(field) && value !== undefined && value !== ''),
  );

function checkValues(kind: SecretKind, values: SecretValues): void {
  const main = mainField(kind);
  if (values.totp !== undefined) periodOf(values.totp);
  const isEmpty = Object.keys(values).length === 0;
  if (isEmpty || (kind !== 'login' && values[main as keyof SecretValues] === undefined))
    throw new AppError('secret-empty', 'There is nothing to keep.', { hint: 'Enter a value.', place: main });
  for (const [field, value] of Object.entries(values))
    if (field !== 'username' && value.length < shortestRedacted)
      throw new AppError('secret-too-short', `A secret needs at least ${shortestRedacted} characters.`, {
        hint: 'A shorter one could not be kept out of logs.',
        place: field,
      });
}
