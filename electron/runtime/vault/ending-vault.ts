// The vault, where a secret that is deleted is taken from those that run with it too, whoever deletes it: a page, the command line, a
// backup that is restored over everything, an undo.

import type { SecretName } from '../../../shared/model/ids.ts';
import type { Vault, VaultKeeper } from '../ports.ts';

/** `gone` is told of each name that is no longer there, after the work; it must not throw. */
export function endingVault(given: Vault, gone: (name: SecretName) => Promise<void>): Vault {
  const { keeper } = given;
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    const before = given.list().map(({ name }) => name);
    try {
      return await work();
    } finally {
      // A part of them may be gone although the rest failed.
      const left = new Set(given.list().map(({ name }) => name));
      for (const name of before) if (!left.has(name)) await gone(name);
    }
  }
  const removing: Vault = { ...given, remove: (name) => watched(() => given.remove(name)) };
  if (keeper === undefined) return removing;
  const { images } = keeper;
  const kept: VaultKeeper = { ...keeper, takeIn: (request) => watched(() => keeper.takeIn(request)) };
  if (images !== undefined) kept.images = { ...images, restore: (name, image) => watched(() => images.restore(name, image)) };
  return { ...removing, keeper: kept };
}
