// The vault with every change of an entry written down first, as its sealed row, whoever makes it: no value is seen here. What changes the
// keys (rotation, ways in) changes no entry; what was kept before a rotation can no longer be opened, and says so.

import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { Vault, VaultKeeper } from '../ports.ts';
import { type By, type RecordDeps, recorderFor, setOf } from '../undo/recorder.ts';

export interface SecretChangeDeps extends RecordDeps {
  /** Who acts now. */
  by(): By;
}

export function recordedVault(given: Vault, deps: SecretChangeDeps): Vault {
  const { keeper } = given;
  const images = keeper?.images;
  if (keeper === undefined || images === undefined) return given;

  /** `names`: all that the work may change. What it did not change is not kept. */
  async function recorded<T>(names: readonly SecretName[], work: () => Promise<T>): Promise<T> {
    const who = deps.by();
    const by = { ...who, set: setOf(who, () => deps.ids.next()) };
    const recorder = recorderFor(deps, by);
    const begun: { name: SecretName; before: string | null; done: Awaited<ReturnType<typeof recorder.before>> }[] = [];
    for (const name of new Set(names)) {
      const before = read(name);
      begun.push({ name, before, done: await recorder.before({ kind: 'secret', target: name, title: name, before }) });
    }
    try {
      return await work();
    } finally {
      for (const { name, before, done } of begun) {
        const after = read(name);
        if (after === before) done.failed?.();
        else await done(after);
      }
    }
  }
  const read = (name: SecretName): string | null => images.read(name);
  /** A name that will not do is the vault's to refuse. */
  const one = <T>(name: SecretName, work: () => Promise<T>): Promise<T> => recorded([name], work);

  const kept: VaultKeeper = {
    ...keeper,
    images: { ...images, restore: (name, image) => one(name, () => images.restore(name, image)) },
    create: (secret) => one(secret.name, () => keeper.create(secret)),
    change: (name, change) => one(name, () => keeper.change(name, change)),
    takeIn(request) {
      const taken = request.take.map(({ name }) => name);
      const others = request.removeOthers ? given.list().map(({ name }) => name) : [];
      return recorded([...taken, ...others], () => keeper.takeIn(request));
    },
  };
  return {
    ...given,
    keeper: kept,
    set: (name, value, note) => one(name, () => given.set(name, value, note)),
    replace: (name, value, note) => one(name, () => given.replace(name, value, note)),
    remove: (name) => one(name, () => given.remove(name)),
  };
}

/** What of a sealed row is shown: never the sealed value itself. */
export function shownSecret(image: string): string {
  const { kind, note, facts, version } = JSON.parse(image) as { kind: string; note: string; facts: string; version: number };
  const { facts: rules = {}, fields = ['value'] } = (facts === '' ? {} : JSON.parse(facts)) as { facts?: object; fields?: string[] };
  return JSON.stringify({ kind, note, holds: fields, ...rules, value: `sealed, not shown (state ${version})` }, null, 2);
}

export const keyOfImage = (image: string): string => {
  const { keyId } = JSON.parse(image) as { keyId?: unknown };
  if (typeof keyId !== 'string') throw new AppError('image-damaged', 'What was kept of this secret cannot be read.');
  return keyId;
};
