// Finds the master key or says exactly why there is none, and keeps it in memory while the vault is open. Never makes a key while
// entries exist. Everything that changes keys goes one after the other (`alone`).

import { AppError } from '../../../shared/errors.ts';
import type { VaultStatus } from '../../../shared/model/vault.ts';
import type { Clock } from '../../runtime/ports.ts';
import type { VaultMeta, VaultStore } from '../sqlite/vault-store.ts';
import { seal, type VaultKey } from './envelope.ts';
import {
  accountOf,
  checkPlace,
  checkText,
  keychainAccount,
  keyForKeychain,
  keyFromKeychain,
  newKey,
  openByPassphrase,
  openByRecovery,
  passphraseWay,
  unwrap,
  waysOf,
  wrap,
} from './key-ways.ts';
import type { Keychain } from './keychain.ts';
import { type KdfParams, newKdfParams } from './passphrase.ts';

type Closed = Pick<VaultStatus, 'state' | 'protection' | 'message' | 'hint'>;
export type KeyState = { key: VaultKey } | { status: Closed };
export type OpenedBy = NonNullable<VaultStatus['openedBy']>;

export interface KeyDeps {
  rows: VaultStore;
  keychain: Keychain;
  clock: Pick<Clock, 'now'>;
  /** For new passphrases; tests take cheaper ones. */
  kdf?: () => KdfParams;
}

export class VaultKeys {
  readonly deps: KeyDeps;
  openedBy: OpenedBy | undefined;
  lastActiveAt: number | undefined;
  #key: VaultKey | undefined;
  /** It was locked: stays so until a person unlocks it. */
  #heldShut = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: KeyDeps) {
    this.deps = deps;
  }

  /** One after the other: two first secrets at once must not make two keys. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  touch(): void {
    if (this.#key !== undefined) this.lastActiveAt = this.deps.clock.now();
  }

  /** Takes it as the open vault's key. */
  hold(key: VaultKey, by: OpenedBy): VaultKey {
    if (this.#key !== key) wipeSoon(this.#key);
    this.#key = key;
    this.openedBy = by;
    this.#heldShut = false;
    this.touch();
    return key;
  }

  drop(): void {
    wipeSoon(this.#key);
    this.#key = undefined;
    this.openedBy = undefined;
    this.lastActiveAt = undefined;
    this.#heldShut = this.deps.rows.getMeta() !== undefined;
  }

  /** The key, or why there is none. Never makes one. */
  async find(): Promise<KeyState> {
    if (this.#key !== undefined) return { key: this.#key };
    const meta = this.deps.rows.getMeta();
    if (meta === undefined) return this.#withoutMeta();
    const ways = waysOf(meta);
    if (ways.keychain === undefined)
      return says('locked', 'passphrase', 'The vault is locked by its passphrase.', 'Enter the passphrase to unlock it.');
    const otherwise = [ways.passphrase && 'your passphrase', ways.recovery && 'the recovery key'].filter(Boolean).join(' or ');
    const or = otherwise === '' ? '' : ` Or open it with ${otherwise}.`;
    if (this.#heldShut) return says('locked', 'keychain', 'The vault was locked.', `Unlock it to use its secrets.${or}`);
    return this.#fromKeychain(meta, or);
  }

  async #fromKeychain(meta: VaultMeta, or: string): Promise<KeyState> {
    const way = waysOf(meta).keychain;
    const answer = await this.deps.keychain.read(keychainAccount(meta) ?? '');
    // Locked, or opened in another way, while the keychain was asked.
    if (this.#key !== undefined) return { key: this.#key };
    if (this.#heldShut) return says('locked', 'keychain', 'The vault was locked.', `Unlock it to use its secrets.${or}`);
    switch (answer.state) {
      case 'found': {
        const kept = keyFromKeychain(answer.value);
        const isMine = kept !== undefined && way !== undefined && kept.id === (way.form === 'direct' ? meta.keyId : way.id);
        const master = isMine ? unwrap('keychain', way, kept.bytes, meta) : undefined;
        if (master !== undefined) return { key: this.hold(master, 'keychain') };
        return says(
          'wrong',
          'keychain',
          'The key in this system’s keychain does not open this vault.',
          `Restore the keychain entry “Orrery / vault-key-…” from a backup. The secrets are still there, sealed.${or}`,
        );
      }
      case 'missing':
        return says(
          'missing',
          'keychain',
          'The vault’s key is no longer in this system’s keychain.',
          `Restore the keychain entry “Orrery / vault-key-…”. No new key is made while secrets are stored.${or}`,
        );
      case 'locked':
        return says('locked', 'keychain', 'This system’s keychain is locked.', `Unlock the keychain, then try again.${or}`);
      default:
        return says(
          'absent',
          'keychain',
          `The keychain that holds the vault’s key cannot be reached: ${answer.reason}.`,
          `Start Orrery in the desktop session in which the vault was made.${or}`,
        );
    }
  }

  async #withoutMeta(): Promise<KeyState> {
    if (this.deps.rows.count() > 0)
      return says(
        'missing',
        'none',
        'The vault holds secrets but its description is gone.',
        'Restore the database from a backup. No new key is made while secrets are stored.',
      );
    const answer = await this.deps.keychain.read(accountOf('none'));
    if (answer.state === 'absent')
      return says(
        'absent',
        'none',
        `No keychain here: ${answer.reason}.`,
        'Set a passphrase to protect the vault instead: on the Vault page, or with `orrery vault passphrase`.',
      );
    if (answer.state === 'locked')
      return says('locked', 'none', 'This system’s keychain is locked.', 'Unlock the keychain, then try again.');
    return says('empty', 'none', 'Nothing is stored yet. The first secret makes a key in this system’s keychain.');
  }

  /** The key of the open vault. Throws `vault-locked` and the like. */
  async opened(): Promise<VaultKey> {
    const found = await this.find();
    if ('status' in found) throw closed(found.status);
    return found.key;
  }

  /**
   * Calls `work` with the key of the open vault, while nothing can put another in its place: what is sealed with a key that was
   * rotated away a moment ago could never be opened. Throws `vault-locked` and the like.
   */
  async use<T>(work: (key: VaultKey) => T): Promise<T> {
    for (;;) {
      const key = await this.opened();
      if (key === this.#key) return work(key);
    }
  }

  /** The same; makes the first key when nothing was ever stored. */
  async withNewKey<T>(work: (key: VaultKey) => T): Promise<T> {
    await this.#need();
    return this.use(work);
  }

  #need(): Promise<VaultKey> {
    return this.alone(async () => {
      const found = await this.find();
      if ('key' in found) return found.key;
      if (found.status.state !== 'empty') throw closed(found.status);
      const { clock, keychain } = this.deps;
      const master = newKey();
      const wrapper = newKey();
      await keepInKeychain(keychain, wrapper);
      this.#describe(master, 'keychain', { keychain: wrap('keychain', wrapper, master, clock.now()) });
      return this.hold(master, 'keychain');
    });
  }

  /** An unused vault, protected by a passphrase alone. */
  async startWithPassphrase(passphrase: string): Promise<void> {
    const master = newKey();
    const way = await passphraseWay(passphrase, master, this.kdf(), this.deps.clock.now());
    this.#describe(master, 'passphrase', { passphrase: way });
    this.hold(master, 'passphrase');
  }

  kdf(): KdfParams {
    return this.deps.kdf?.() ?? newKdfParams();
  }

  #describe(master: VaultKey, protection: VaultMeta['protection'], ways: VaultMeta['ways']): void {
    const keyCheck = seal(master, checkText, checkPlace);
    // The store refuses while entries exist: they were sealed by the key that is described now.
    if (!this.deps.rows.setMeta({ protection, keyId: master.id, keyCheck, createdAt: this.deps.clock.now(), ways }))
      throw new AppError('vault-in-use', 'The vault already holds secrets.', { hint: 'No new key is made while secrets are stored.' });
  }

  async unlockByPassphrase(passphrase: string): Promise<void> {
    const meta = this.deps.rows.getMeta();
    if (meta === undefined) return;
    this.hold(await openByPassphrase(passphrase, meta), 'passphrase');
  }

  unlockByRecovery(text: string): void {
    const meta = this.deps.rows.getMeta();
    if (meta === undefined)
      throw new AppError('no-recovery-key', 'There is no vault here that a recovery key could open.', {
        hint: 'Restore a backup of the database.',
      });
    this.hold(openByRecovery(text, meta), 'recovery');
  }

  /** Asks the keychain again, and the system to unlock it. */
  async unlockByKeychain(): Promise<void> {
    this.#heldShut = false;
    const meta = this.deps.rows.getMeta();
    const account = (meta === undefined ? undefined : keychainAccount(meta)) ?? accountOf('none');
    if ((await this.deps.keychain.read(account)).state === 'locked') await this.deps.keychain.unlock();
  }
}

/** Not at once: what runs in this turn of the event loop may still hold it. */
const wipeSoon = (key: VaultKey | undefined): void => {
  if (key !== undefined) setImmediate(() => key.bytes.fill(0));
};

const says = (state: VaultStatus['state'], protection: VaultStatus['protection'], message: string, hint?: string): KeyState => ({
  status: { state, protection, message, ...(hint === undefined ? {} : { hint }) },
});

export const closed = (state: Closed): AppError =>
  new AppError(`vault-${state.state}`, state.message, { hint: state.hint ?? 'Open the Vault page.', retryable: state.state === 'locked' });

/** Throws `keychain-failed`. */
export async function keepInKeychain(keychain: Keychain, key: VaultKey): Promise<void> {
  try {
    await keychain.write(accountOf(key.id), keyForKeychain(key));
  } catch (error) {
    throw new AppError('keychain-failed', `The keychain did not store the vault’s key: ${(error as Error).message}`, {
      hint: 'Unlock the keychain, or set a passphrase on the Vault page.',
      cause: error,
    });
  }
}
