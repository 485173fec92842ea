import { expect, it, vi } from 'vitest';
import { anchoredVault } from './anchored-vault.ts';

function lab() {
  const said: string[] = [];
  let state = 'locked';
  const status = async () => ({ state });
  const given = {
    getStatus: status,
    unlock: async () => {
      state = 'open';
      return status();
    },
    setPassphrase: async () => {
      state = 'open';
      return status();
    },
    lock: async () => {
      said.push('locked');
      state = 'locked';
      return status();
    },
    keeper: {
      unlockWithRecovery: async () => {
        state = 'open';
        return status();
      },
    },
  };
  return { said, given, state: () => state };
}

it.each([
  ['a passphrase', (vault: ReturnType<typeof anchoredVault>) => vault.unlock('x')],
  ['a new passphrase', (vault: ReturnType<typeof anchoredVault>) => vault.setPassphrase('x')],
  ['the recovery key', (vault: ReturnType<typeof anchoredVault>) => vault.keeper?.unlockWithRecovery('x')],
])('the head is put down when the vault was opened by %s, and before it is locked', async (_by, open) => {
  const { said, given, state } = lab();
  const vault = anchoredVault(given as never, async () => void said.push(`anchored while ${state()}`));
  await open(vault);
  expect(said).toEqual(['anchored while open']);
  await vault.lock();
  expect(said).toEqual(['anchored while open', 'anchored while open', 'locked']);
  // What is locked already is not waited for.
  await vault.lock();
  expect(said).toHaveLength(4);
});

it('locks although the head cannot be put down, or not in time', async () => {
  vi.useFakeTimers();
  try {
    for (const anchor of [() => Promise.reject(new Error('disk full')), () => new Promise<void>(() => undefined)]) {
      const { given, state } = lab();
      await given.unlock();
      const locking = anchoredVault(given as never, anchor).lock();
      await vi.advanceTimersByTimeAsync(1000);
      await locking;
      expect(state()).toBe('locked');
    }
  } finally {
    vi.useRealTimers();
  }
});
