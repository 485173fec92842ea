// Changes to the ways in and to the master key itself. Order makes them safe to break off: what a new state needs outside the
// database (a keychain entry, a printed recovery key) is there before the one commit; what the old one needed goes after it.

import { AppError } from '../../../shared/errors.ts';
import type { OwnValue, VaultEntry, VaultMeta } from '../sqlite/vault-store.ts';
import { openValues, sealValues } from './entry-seal.ts';
import { open, seal, type VaultKey } from './envelope.ts';
import {
  accountOf,
  checkPlace,
  checkText,
  keychainAccount,
  newKey,
  openByPassphrase,
  passphraseWay,
  recoveryWay,
  type Ways,
  waysOf,
  wrap,
} from './key-ways.ts';
import { ownPlace } from './own-values.ts';
import { deleteFile, writePrivate } from './private-file.ts';
import { keepInKeychain, type VaultKeys } from './vault-keys.ts';

export function keyChanges(keys: VaultKeys) {
  const { rows, keychain, clock } = keys.deps;

  const described = (): VaultMeta => {
    const meta = rows.getMeta();
    if (meta === undefined)
      throw new AppError('vault-empty', 'The vault has no key yet.', { hint: 'Store a first secret, or set a passphrase.' });
    return meta;
  };

  function keepWays(meta: VaultMeta, ways: Ways): void {
    if (ways.keychain === undefined && ways.passphrase === undefined)
      throw new AppError('last-way', 'This is the only way to open the vault.', { hint: 'Set a passphrase, or add the keychain, first.' });
    const protection = ways.keychain === undefined ? 'passphrase' : 'keychain';
    const { kdf: _, ...rest } = meta;
    if (!rows.changeWays({ ...rest, protection, ways }))
      throw new AppError('vault-changed-elsewhere', 'The vault’s key was changed just now.', {
        hint: 'Look at it again, then repeat the change.',
      });
  }

  /** Best effort: what stays behind opens nothing any more. */
  async function forgetAccount(account: string | undefined): Promise<void> {
    if (account !== undefined) await keychain.remove(account).catch(() => undefined);
  }

  /** Everything under a new key, in one commit. `make` seals the new key for each way. */
  async function rekey(make: (master: VaultKey, meta: VaultMeta) => Promise<Ways>): Promise<void> {
    await keys.opened();
    const meta = described();
    const master = newKey();
    const oldAccount = keychainAccount(meta);
    const ways = await make(master, meta);
    await keys.use((old) => commit(old, master, ways));
    await forgetAccount(oldAccount);
  }

  function commit(old: VaultKey, master: VaultKey, ways: Ways): void {
    const entries = rows.list().map((entry): VaultEntry => {
      const values = openValues(old, entry);
      return sealValues(master, { ...entry, keyId: master.id }, values);
    });
    const own = rows.listOwn().map((value): OwnValue => {
      const next = { ...value, version: value.version + 1 };
      return { ...next, envelope: seal(master, open(old, value.envelope, ownPlace(value)), ownPlace(next)) };
    });
    const protection = ways.keychain === undefined ? 'passphrase' : 'keychain';
    rows.reseal(
      { protection, keyId: master.id, keyCheck: seal(master, checkText, checkPlace), createdAt: clock.now(), ways },
      entries,
      own,
    );
    keys.hold(master, keys.openedBy ?? protection);
  }

  async function newKeychainWay(master: VaultKey): Promise<NonNullable<Ways['keychain']>> {
    const wrapper = newKey();
    await keepInKeychain(keychain, wrapper);
    return wrap('keychain', wrapper, master, clock.now());
  }

  return {
    /** On an unused vault it becomes its protection; on an open one a second way in. */
    async setPassphrase(passphrase: string): Promise<void> {
      const meta = rows.getMeta();
      if (meta === undefined && rows.count() === 0) return keys.startWithPassphrase(passphrase);
      const found = await keys.find();
      if (meta === undefined || 'status' in found)
        throw new AppError('vault-in-use', 'The vault is already protected and holds a key.', {
          hint: 'Open it first; then a passphrase can be set.',
        });
      const ways = waysOf(meta);
      // Who came in by the recovery key has forgotten the passphrase: that is what it is for.
      if (ways.passphrase !== undefined && keys.openedBy !== 'recovery')
        throw new AppError('passphrase-set', 'The vault has a passphrase already.', { hint: 'Change it by giving the old one.' });
      if (ways.passphrase?.form === 'direct') return this.rotate(passphrase);
      keepWays(meta, { ...ways, passphrase: await passphraseWay(passphrase, found.key, keys.kdf(), clock.now()) });
    },
    async changePassphrase(old: string, next: string): Promise<void> {
      const meta = described();
      const master = await openByPassphrase(old, meta);
      keys.hold(master, keys.openedBy ?? 'passphrase');
      // Where the old passphrase *is* the key, a new one needs a new key.
      if (waysOf(meta).passphrase?.form === 'direct') return this.rotate(next);
      keepWays(meta, { ...waysOf(meta), passphrase: await passphraseWay(next, master, keys.kdf(), clock.now()) });
    },
    async removePassphrase(): Promise<void> {
      await keys.opened();
      const meta = described();
      const { passphrase, ...others } = waysOf(meta);
      if (passphrase === undefined) return;
      keepWays(meta, others);
      if (passphrase.form === 'direct') await this.rotate(undefined);
    },
    async addKeychain(): Promise<void> {
      const master = await keys.opened();
      const meta = described();
      const before = keychainAccount(meta);
      const way = await newKeychainWay(master);
      keepWays(meta, { ...waysOf(meta), keychain: way });
      if (way.form === 'wrapped' && before !== accountOf(way.id)) await forgetAccount(before);
    },
    async removeKeychain(): Promise<void> {
      const master = await keys.opened();
      const meta = described();
      const { keychain: _, ...others } = waysOf(meta);
      const account = keychainAccount(meta);
      keepWays(meta, others);
      await forgetAccount(account);
      keys.hold(master, 'passphrase');
    },
    /** The file is written before the old recovery key ends. Throws what writing throws. */
    async makeRecovery(file: string): Promise<void> {
      const master = await keys.opened();
      const meta = described();
      const { key, way } = recoveryWay(master, clock.now());
      writePrivate(file, printed(key, clock.now()));
      try {
        keepWays(meta, { ...waysOf(meta), recovery: way });
      } catch (error) {
        deleteFile(file);
        throw error;
      }
    },
    async removeRecovery(): Promise<void> {
      await keys.opened();
      const meta = described();
      const { recovery: _, ...others } = waysOf(meta);
      keepWays(meta, others);
    },
    /** The passphrase, where there is one: it seals the new key as it sealed the old one. */
    async rotate(passphrase: string | undefined): Promise<void> {
      await rekey(async (master, meta) => {
        const ways = waysOf(meta);
        if (ways.passphrase !== undefined && passphrase === undefined)
          throw new AppError('passphrase-needed', 'The new key has to be sealed by your passphrase too.', {
            hint: 'Enter it.',
            place: 'passphrase',
          });
        return {
          ...(ways.passphrase === undefined || passphrase === undefined
            ? {}
            : { passphrase: await passphraseWay(passphrase, master, keys.kdf(), clock.now()) }),
          ...(ways.keychain === undefined ? {} : { keychain: await newKeychainWay(master) }),
        };
      });
    },
    /** As asked for by a person: the passphrase must be the one that is set. */
    async rotateChecked(passphrase: string | undefined): Promise<void> {
      const meta = described();
      if (waysOf(meta).passphrase !== undefined && passphrase !== undefined) await openByPassphrase(passphrase, meta);
      await this.rotate(passphrase);
    },
  };
}

const printed = (key: string, at: number): string =>
  [
    'Orrery: recovery key of the vault',
    '',
    `    ${key}`,
    '',
    `Made on ${new Date(at).toISOString().slice(0, 10)}. It opens the vault of this data folder when its keychain and its passphrase are lost:`,
    'Vault, “Use the recovery key”, or on the command line: orrery vault unlock --recovery',
    '',
    'Print this page and keep it where you keep things of worth, then delete this file. Who has it and the data folder can read every',
    'secret. Making a new recovery key, or rotating the vault’s key, makes this one worthless.',
    '',
  ].join('\n');
