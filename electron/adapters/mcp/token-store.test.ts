import { expect, it } from 'vitest';
import type { SecretName, ServerId } from '../../../shared/model/ids.ts';
import type { Keychain } from '../vault/keychain.ts';
import { memoryRows } from '../vault/memory-rows.fixture.ts';
import { createVault } from '../vault/vault.ts';
import { TokenStore } from './token-store.ts';

const name = 'oauth.notes' as SecretName;
const items = new Map<string, string>();
const keychain: Keychain = {
  read: async (account) => {
    const value = items.get(account);
    return value === undefined ? { state: 'missing' } : { state: 'found', value };
  },
  write: async (account, value) => void items.set(account, value),
  remove: async (account) => void items.delete(account),
  unlock: async () => undefined,
};
const notes = { id: 'notes' as ServerId, title: 'Notes', url: 'https://notes.example/mcp' };
const make = () => createVault({ rows: memoryRows(), keychain, clock: { now: () => 1000 } });
const tokens = (access: string) => ({ access_token: access, refresh_token: 'again-1', token_type: 'Bearer' });

it('what a sign-in gave is sealed in the vault, for that server alone', async () => {
  const vault = make();
  await new TokenStore(notes, vault).put({ tokens: tokens('access-1') });
  const later = new TokenStore(notes, vault);
  expect((await later.get()).tokens?.access_token).toBe('access-1');
  await later.put({ tokens: tokens('access-2') });
  expect(vault.list().map((each) => each.name)).toEqual([name]);
  expect(JSON.stringify(vault.list())).not.toContain('access-2');
  // Another server that stands under the same name later.
  expect((await new TokenStore({ ...notes, url: 'https://evil.example/mcp' }, vault).get()).tokens).toBeUndefined();
  for (const use of [
    undefined,
    { receiver: { kind: 'server' as const, id: 'other', title: 'Other' } },
    {
      asker: { kind: 'agent' as const, id: 'a', title: 'Agent' },
      receiver: { kind: 'host' as const, id: 'evil.example', title: 'evil.example' },
    },
  ])
    await expect(vault.reveal(name, use)).rejects.toMatchObject({ code: 'secret-not-for' });
  await later.remove();
  expect(vault.list()).toEqual([]);
  expect((await new TokenStore(notes, vault).get()).tokens).toBeUndefined();
});

it('what is too long for an entry leaves out what can be found again', async () => {
  const vault = make();
  const store = new TokenStore(notes, vault);
  const discovery = {
    authorizationServerUrl: 'https://auth.example',
    authorizationServerMetadata: { issuer: 'x'.repeat(100_000) } as never,
  };
  await store.put({ tokens: tokens('access-3'), discovery });
  const again = await new TokenStore(notes, vault).get();
  expect(again.tokens?.access_token).toBe('access-3');
  expect(again.discovery).toBeUndefined();
});
