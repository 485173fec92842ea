// The vault: secrets sealed in the store, one master key that the keychain, a passphrase or a recovery key opens. It never keeps
// plaintext, never makes a new key while entries exist, and tells locked, missing, wrong and absent apart. `reveal` and
// `forProcess` give a value, and only the tool boundary calls them.

import type { SecretName } from '../../../shared/model/ids.ts';
import type { SecretUse, VaultStatus } from '../../../shared/model/vault.ts';
import type { Vault } from '../../runtime/ports.ts';
import type { SecretUseBy, VaultKeeper } from '../../runtime/vault-ports.ts';
import { type ClipboardHand, copySecret } from './copy-secret.ts';
import { entryImages } from './entry-images.ts';
import { infoOf } from './entry-seal.ts';
import { keyChanges } from './key-changes.ts';
import type { KeyFiles } from './key-files.ts';
import { waysOf } from './key-ways.ts';
import { ownValues } from './own-values.ts';
import { createRedactor } from './redactor.ts';
import { createTransfer } from './transfer.ts';
import { vaultEntries } from './vault-entries.ts';
import { type KeyDeps, VaultKeys } from './vault-keys.ts';
import { vaultReading } from './vault-reading.ts';

export interface VaultDeps extends KeyDeps {
  keyFiles?: KeyFiles;
  /** Puts text into the system's clipboard, where this host can. */
  clipboard?: ClipboardHand | undefined;
}

export function createVault(deps: VaultDeps): Vault & { keeper: VaultKeeper } {
  const { rows } = deps;
  const redactor = createRedactor();
  const keys = new VaultKeys(deps);
  const changes = keyChanges(keys);
  const listeners = new Set<(use: SecretUse, by: SecretUseBy) => void>();
  const entries = vaultEntries(keys, redactor);
  const note = (use: Omit<SecretUse, 'seq'>, by: SecretUseBy = {}): void => {
    const kept = rows.addUse(use);
    for (const listener of listeners) listener(kept, by);
  };
  const reading = vaultReading({ keys, redactor, note, keyFiles: deps.keyFiles });
  const own = ownValues(keys);
  const transfer = createTransfer(keys, entries);

  const status = async (): Promise<VaultStatus> => {
    const entryCount = rows.count();
    const found = await keys.find();
    const meta = rows.getMeta();
    const ways = meta === undefined ? undefined : waysOf(meta);
    const recovery = ways?.recovery?.form === 'wrapped' ? ways.recovery.madeAt : undefined;
    const about = {
      entryCount,
      canCopy: deps.clipboard !== undefined,
      ...(meta === undefined ? {} : { keyMadeAt: meta.createdAt }),
      ...(ways === undefined
        ? {}
        : {
            ways: {
              keychain: ways.keychain !== undefined,
              passphrase: ways.passphrase !== undefined,
              ...(recovery === undefined ? {} : { recoveryMadeAt: recovery }),
            },
          }),
    };
    if ('status' in found) return { ...found.status, ...about };
    const protection = meta?.protection ?? 'none';
    const message = protection === 'passphrase' ? 'Unlocked by its passphrase.' : 'Protected by this system’s keychain.';
    return {
      state: 'open',
      protection,
      message: keys.openedBy === 'recovery' ? 'Opened by the recovery key.' : message,
      ...(keys.openedBy === undefined ? {} : { openedBy: keys.openedBy }),
      ...about,
    };
  };
  /** Changes of keys come one after the other, and end in how the vault is then. */
  const changing = (work: () => Promise<void>): Promise<VaultStatus> =>
    keys.alone(async () => {
      await work();
      return status();
    });

  const keeper: VaultKeeper = {
    images: entryImages(keys, redactor),
    create: entries.create,
    change: entries.change,
    uses: (filter) => rows.uses(filter),
    onUse(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lastActiveAt: () => keys.lastActiveAt,
    forProcess: reading.forProcess,
    copy: (name, field) => copySecret({ reading, note, clipboard: deps.clipboard, now: deps.clock.now }, name, field),
    unlockWithRecovery: (key) => changing(async () => keys.unlockByRecovery(key)),
    changePassphrase: (old, next) => changing(() => changes.changePassphrase(old, next)),
    removePassphrase: () => changing(() => changes.removePassphrase()),
    addKeychain: () => changing(() => changes.addKeychain()),
    removeKeychain: () => changing(() => changes.removeKeychain()),
    makeRecovery: (file) => changing(() => changes.makeRecovery(file)),
    removeRecovery: () => changing(() => changes.removeRecovery()),
    rotate: (passphrase) => changing(() => changes.rotateChecked(passphrase)),
    ...transfer,
  };

  return {
    keeper,
    getStatus: status,
    list: () => rows.list().map(infoOf),
    set: entries.set,
    replace: entries.replace,
    async remove(name: SecretName) {
      entries.known(name);
      rows.remove(name);
    },
    setPassphrase: (passphrase) => changing(() => changes.setPassphrase(passphrase)),
    unlock: (passphrase) =>
      changing(async () => {
        const meta = rows.getMeta();
        const isByPassphrase = meta !== undefined && waysOf(meta).keychain === undefined;
        if (isByPassphrase || (passphrase !== undefined && meta !== undefined)) await keys.unlockByPassphrase(passphrase ?? '');
        else await keys.unlockByKeychain();
      }),
    lock: () => changing(async () => keys.drop()),
    reveal: (name, use) => reading.reveal(name, use),
    redact: (text) => redactor.redact(text),
    readOwn: own.readOwn,
    writeOwn: own.writeOwn,
  };
}
