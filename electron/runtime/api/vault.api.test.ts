// What a page may not have written by itself, although it may use the folder.

import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
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
  const ports = { vault, store: {} as never, tools: {} as never, clock: { now: () => 0 } as never };
  const api = { vault: vaultApi({ ports, settings: {} as never, undo: {} as never }) };
  const client = createRouterClient(api, { context: { log: log as never, client: 'page', consent } });
  await expect(client.vault.makeBackup({ file: '/notes/all', passphrase: 'a page’s own passphrase' })).rejects.toThrow();
  await expect(client.vault.makeRecovery({ file: '/notes/key' })).rejects.toThrow();
  expect(asked.map(({ lines }) => lines)).toEqual([['/notes/all'], ['/notes/key']]);
  expect(written).toEqual([]);
});

it('a file that was dropped comes in parts, is asked about by nobody, and is forgotten once it was read', async () => {
  const read: unknown[] = [];
  const keeper = {
    previewImport: async (from: unknown, password: string | undefined) => {
      if (password === undefined) throw new AppError('password-needed', 'It is encrypted.');
      read.push(from);
      return { id: 'p', format: 'Bitwarden', entries: [], skipped: [] };
    },
  };
  const consent = { isChosen: () => false, ask: async () => false };
  const ports = { vault: { keeper } as never, store: {} as never, tools: {} as never, clock: { now: () => 0 } as never };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = { vault: vaultApi({ ports, settings: {} as never, undo: {} as never }) };
  const client = createRouterClient(api, { context: { log: log as never, client: 'page', consent } });
  const upload = crypto.randomUUID();
  await client.vault.putImportPart({ upload, index: 0, text: '{"encrypted":' });
  await client.vault.putImportPart({ upload, index: 1, text: 'true}' });
  await expect(client.vault.previewImport({ upload })).rejects.toMatchObject({ data: { code: 'password-needed' } });
  await client.vault.previewImport({ upload, password: 'right' });
  expect(read).toEqual([{ text: '{"encrypted":true}' }]);
  await expect(client.vault.previewImport({ upload, password: 'right' })).rejects.toMatchObject({ data: { code: 'import-parts-missing' } });
  // A file by its path is still asked about.
  await expect(client.vault.previewImport({ file: '/home/ada/passwords.csv', password: 'right' })).rejects.toMatchObject({
    data: { code: 'not-confirmed' },
  });
});
