// The vault as the place of the audit log's anchor: the head is put down when the vault has just been opened, so that its key chains
// from then on, and once more before it is locked. A vault that is being locked does not wait long for that, and is locked whatever comes.

import type { Vault, VaultKeeper } from '../ports.ts';

/** Milliseconds that locking may wait. */
const mostMs = 1000;

export function anchoredVault(given: Vault, anchor: () => Promise<void>): Vault {
  const { keeper } = given;
  const opened = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    // Nobody waits for it; it tells by itself when it fails.
    void anchor();
    return done;
  };
  const kept: VaultKeeper | undefined =
    keeper === undefined
      ? undefined
      : {
          ...keeper,
          unlockWithRecovery: (key) => opened(keeper.unlockWithRecovery(key)),
          addKeychain: () => opened(keeper.addKeychain()),
        };
  return {
    ...given,
    ...(kept === undefined ? {} : { keeper: kept }),
    unlock: (passphrase) => opened(given.unlock(passphrase)),
    setPassphrase: (passphrase) => opened(given.setPassphrase(passphrase)),
    async lock() {
      if ((await given.getStatus()).state === 'open') {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, mostMs);
        });
        await Promise.race([anchor().catch(() => undefined), late]);
        clearTimeout(timer);
      }
      return given.lock();
    },
  };
}
