// What a page may not have written by itself, although it may use the folder.

import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import type { Proposal } from '../policy/proposals.ts';
import { vaultApi } from './vault.api.ts';

it('a page writes no backup and no recovery key into a folder that was chosen for files without a yes to that very file', async () => {
  const written: string[] = [];
  const asked: Proposal[] = [];
  const write = async (file: string) => {
    written.push(file);
    return { file, entries: 0 };
  };
  const vault = { keeper: { makeBackup: write, makeRecovery: write } } as never;
  const consent = {
    isChosen: () => true,
    ask: async (proposal: Proposal) => {
      asked.push(proposal);
      return false;
    },
  };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = { vault: vaultApi({ ports: { vault, store: {} as never, tools: {} as never }, settings: {} as never, undo: {} as never }) };
  const client = createRouterClient(api, { context: { log: log as never, client: 'page', consent } });
  await expect(client.vault.makeBackup({ file: '/notes/all', passphrase: 'a page’s own passphrase' })).rejects.toThrow();
  await expect(client.vault.makeRecovery({ file: '/notes/key' })).rejects.toThrow();
  expect(asked.map(({ lines }) => lines)).toEqual([['/notes/all'], ['/notes/key']]);
  expect(written).toEqual([]);
});
