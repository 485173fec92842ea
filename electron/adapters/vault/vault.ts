// The vault: secrets sealed in the store, one wrapping key in the keychain or from a passphrase. It never keeps plaintext,
// never makes a new key while entries exist, and tells locked, missing, wrong and absent apart. Only `reveal` gives a value,
// and only the tool boundary calls it.

import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { SecretInfo, VaultStatus } from '../../../shared/model/vault.ts';
import type { Clock, Vault } from '../../runtime/ports.ts';
import type { VaultEntry, VaultMeta, VaultStore } from '../sqlite/vault-store.ts';
import { open, seal, type VaultKey } from './envelope.ts';
import type { Keychain } from './keychain.ts';
import { deriveKey, kdfParams, newKdfParams } from './passphrase.ts';
import { createRedactor, shortestRedacted } from './redactor.ts';

const checkText = 'orrery vault key';
const checkPlace = { entry: 'vault', field: 'check', version: 1 };
/** Each vault has an entry of its own, so that a second data folder cannot overwrite the first one's key. */
const accountOf = (keyId: string): string => `vault-key-${keyId}`;

type KeyState = { key: VaultKey } | { status: Omit<VaultStatus, 'entryCount'> };

export interface VaultDeps {
  rows: VaultStore;
  keychain: Keychain;
  clock: Pick<Clock, 'now'>;
}

export function createVault({ rows, keychain, clock }: VaultDeps): Vault {
  const redactor = createRedactor();
  let key: VaultKey | undefined;
  /** A person locked it: stays so until a person unlocks it. */
  let heldShut = false;

  const fits = (candidate: VaultKey, meta: VaultMeta): boolean => {
    try {
      return candidate.id === meta.keyId && open(candidate, meta.keyCheck, checkPlace) === checkText;
    } catch {
      return false; // that is the question asked: does this key open it
    }
  };

  const says = (state: VaultStatus['state'], protection: VaultStatus['protection'], message: string, hint?: string): KeyState => ({
    status: { state, protection, message, ...(hint === undefined ? {} : { hint }) },
  });

  /** The key, or why there is none. Never makes one. */
  async function findKey(): Promise<KeyState> {
    if (key !== undefined) return { key };
    const meta = rows.getMeta();
    if (meta === undefined) return findWithoutMeta();
    if (meta.protection === 'passphrase')
      return says('locked', 'passphrase', 'The vault is locked by its passphrase.', 'Enter the passphrase to unlock it.');
    if (heldShut) return says('locked', 'keychain', 'The vault was locked.', 'Unlock it to use its secrets.');
    const answer = await keychain.read(accountOf(meta.keyId));
    switch (answer.state) {
      case 'found': {
        const found = readKey(answer.value);
        if (found !== undefined && fits(found, meta)) {
          key = found;
          return { key };
        }
        return says(
          'wrong',
          'keychain',
          'The key in this system’s keychain does not open this vault.',
          'Restore the keychain entry “Orrery / vault-key-…” from a backup. The secrets are still there, sealed.',
        );
      }
      case 'missing':
        return says(
          'missing',
          'keychain',
          'The vault’s key is no longer in this system’s keychain.',
          'Restore the keychain entry “Orrery / vault-key-…”. No new key is made while secrets are stored.',
        );
      case 'locked':
        return says('locked', 'keychain', 'This system’s keychain is locked.', 'Unlock the keychain, then try again.');
      default:
        return says(
          'absent',
          'keychain',
          `The keychain that holds the vault’s key cannot be reached: ${answer.reason}.`,
          'Start Orrery in the desktop session in which the vault was made.',
        );
    }
  }

  async function findWithoutMeta(): Promise<KeyState> {
    if (rows.count() > 0)
      return says(
        'missing',
        'none',
        'The vault holds secrets but its description is gone.',
        'Restore the database from a backup. No new key is made while secrets are stored.',
      );
    const answer = await keychain.read(accountOf('none'));
    if (answer.state === 'absent')
      return says('absent', 'none', `No keychain here: ${answer.reason}.`, 'Set a passphrase to protect the vault instead.');
    if (answer.state === 'locked')
      return says('locked', 'none', 'This system’s keychain is locked.', 'Unlock the keychain, then try again.');
    return says('empty', 'none', 'Nothing is stored yet. The first secret makes a key in this system’s keychain.');
  }

  const status = async (): Promise<VaultStatus> => {
    const entryCount = rows.count();
    const found = await findKey();
    if ('status' in found) return { ...found.status, entryCount };
    const protection = rows.getMeta()?.protection ?? 'none';
    return {
      state: 'open',
      protection,
      message: protection === 'passphrase' ? 'Unlocked by its passphrase.' : 'Protected by this system’s keychain.',
      entryCount,
    };
  };

  const closed = (state: Omit<VaultStatus, 'entryCount'>): AppError =>
    new AppError(`vault-${state.state}`, state.message, {
      hint: state.hint ?? 'Open the Vault page.',
      retryable: state.state === 'locked',
    });

  function keepMeta(meta: VaultMeta): void {
    // The store refuses while entries exist: they were sealed by the key that is described now.
    if (!rows.setMeta(meta))
      throw new AppError('vault-in-use', 'The vault already holds secrets.', { hint: 'No new key is made while secrets are stored.' });
  }

  /** The key; makes the first one when nothing was ever stored. */
  async function needKey(): Promise<VaultKey> {
    const found = await findKey();
    if ('key' in found) return found.key;
    if (found.status.state !== 'empty') throw closed(found.status);
    const made: VaultKey = { id: randomBytes(8).toString('hex'), bytes: randomBytes(32) };
    try {
      await keychain.write(accountOf(made.id), JSON.stringify({ id: made.id, key: made.bytes.toString('base64') }));
    } catch (error) {
      throw new AppError('keychain-failed', `The keychain did not store the vault’s key: ${(error as Error).message}`, {
        hint: 'Unlock the keychain, or set a passphrase on the Vault page.',
        cause: error,
      });
    }
    keepMeta({ protection: 'keychain', keyId: made.id, keyCheck: seal(made, checkText, checkPlace), createdAt: clock.now() });
    key = made;
    return made;
  }

  const info = (row: VaultEntry): SecretInfo => ({
    name: row.name,
    note: row.note,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.lastUsedAt === undefined ? {} : { lastUsedAt: row.lastUsedAt }),
    usedBy: [],
  });

  async function put(name: SecretName, value: string, note: string, before: VaultEntry | undefined): Promise<SecretInfo> {
    if (value.length < shortestRedacted)
      throw new AppError('secret-too-short', `A secret needs at least ${shortestRedacted} characters.`, {
        hint: 'A shorter one could not be kept out of logs.',
        place: 'value',
      });
    const used = await needKey();
    const version = (before?.version ?? 0) + 1;
    const at = clock.now();
    const row: VaultEntry = {
      name,
      note,
      version,
      keyId: used.id,
      envelope: seal(used, value, { entry: name, field: 'value', version }),
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
      ...(before?.lastUsedAt === undefined ? {} : { lastUsedAt: before.lastUsedAt }),
    };
    if (!(before === undefined ? rows.insert(row) : rows.replace(row, before.version)))
      throw new AppError('secret-changed-elsewhere', `The secret “${name}” was changed by another window just now.`, {
        hint: 'Look at it again, then repeat the change.',
      });
    return info(row);
  }

  const known = (name: SecretName): VaultEntry => {
    const row = rows.get(name);
    if (row === undefined)
      throw new AppError('secret-not-found', `There is no secret “${name}” in the vault.`, {
        hint: 'Add it on the Vault page, or correct the name.',
      });
    return row;
  };

  return {
    getStatus: status,
    list: () => rows.list().map(info),
    async set(name, value, note) {
      if (rows.get(name) !== undefined)
        throw new AppError('secret-exists', `There is already a secret “${name}”.`, {
          hint: 'Replace it, or choose another name.',
          place: 'name',
        });
      return put(name, value, note, undefined);
    },
    async replace(name, value, note) {
      const before = known(name);
      return put(name, value, note ?? before.note, before);
    },
    async remove(name) {
      known(name);
      rows.remove(name);
    },
    async setPassphrase(passphrase) {
      if (rows.getMeta() !== undefined || rows.count() > 0)
        throw new AppError('vault-in-use', 'The vault is already protected and holds a key.', {
          hint: 'A passphrase can be set only while the vault has never been used.',
        });
      const params = newKdfParams();
      const made: VaultKey = { id: randomBytes(8).toString('hex'), bytes: await deriveKey(passphrase, params) };
      keepMeta({
        protection: 'passphrase',
        keyId: made.id,
        keyCheck: seal(made, checkText, checkPlace),
        kdf: params,
        createdAt: clock.now(),
      });
      key = made;
      return status();
    },
    async unlock(passphrase) {
      const meta = rows.getMeta();
      heldShut = false;
      if (meta?.protection === 'passphrase') {
        const candidate: VaultKey = {
          id: meta.keyId,
          bytes: await deriveKey(passphrase ?? '', kdfParams.parse(meta.kdf ?? {})),
        };
        if (!fits(candidate, meta))
          throw new AppError('wrong-passphrase', 'That is not the vault’s passphrase.', {
            hint: 'Try again. Nothing was changed.',
            place: 'passphrase',
          });
        key = candidate;
      } else if ((await keychain.read(accountOf(meta?.keyId ?? 'none'))).state === 'locked') await keychain.unlock();
      return status();
    },
    async lock() {
      key?.bytes.fill(0);
      key = undefined;
      heldShut = rows.getMeta() !== undefined;
      return status();
    },
    async reveal(name) {
      const row = known(name);
      const found = await findKey();
      if ('status' in found) throw closed(found.status);
      const value = open(found.key, row.envelope, { entry: name, field: 'value', version: row.version });
      redactor.learn(name, value);
      rows.markUsed(name, clock.now());
      return value;
    },
    redact: (text) => redactor.redact(text),
  };
}

function readKey(text: string): VaultKey | undefined {
  try {
    const { id, key } = JSON.parse(text) as { id?: unknown; key?: unknown };
    if (typeof id !== 'string' || typeof key !== 'string') return undefined;
    const bytes = Buffer.from(key, 'base64');
    return bytes.length === 32 ? { id, bytes } : undefined;
  } catch {
    return undefined; // not our format: the caller reports the key as wrong
  }
}
