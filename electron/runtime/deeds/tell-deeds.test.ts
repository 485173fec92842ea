// What of a person's call reaches the audit log, through real handlers: by which way they came, what was refused, what failed late.

import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { CallContext } from '../api/base.ts';
import { modelsApi } from '../api/models.api.ts';
import { queueApi } from '../api/queue.api.ts';
import { vaultApi } from '../api/vault.api.ts';
import { createDeeds } from './tell-deeds.ts';

function lab(vault: object = {}, pull?: () => AsyncGenerator<{ status: string; done: boolean }>) {
  const told: NewAuditEntry[] = [];
  const faults: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void faults.push(message), recent: () => [] } as never;
  const runs = { get: (id: string) => (id === 'r1' ? { number: 12, title: 'Digest' } : undefined) };
  const deeds = createDeeds({ store: { runs } as never, audit: { record: (entry) => void told.push(entry) }, log });
  const provider = { id: 'p', type: 'ollama', title: 'P', baseUrl: 'http://localhost', enabled: true };
  const router = {
    vault: vaultApi({
      ports: {
        vault: vault as never,
        store: { servers: { list: () => [] } } as never,
        tools: { servers: () => [] } as never,
        clock: {} as never,
      },
      settings: {} as never,
      undo: {} as never,
    }),
    queue: queueApi({
      queue: { setPriority: () => undefined, view: () => ({ isPaused: false, limit: 1, entries: [], total: 0 }) } as never,
    }),
    models: modelsApi({
      ports: { models: { ollama: { pull } } } as never,
      models: {} as never,
      settings: { get: () => ({ providers: [provider] }) } as never,
    }),
  };
  const as = (context: Partial<CallContext>) => createRouterClient(router, { context: { log, client: 'page', deeds, ...context } });
  return { told, faults, as };
}

it('says who, from where, of what by its name, and the way back', async () => {
  const { told, as } = lab();
  await as({ client: 'cli' }).queue.setPriority({ id: 'r1', priority: 5 });
  await as({}).queue.setPriority({ id: 'gone', priority: -5 });
  expect(told).toMatchObject([
    {
      ...{ kind: 'change', actor: { kind: 'person', name: 'You' }, what: 'run:r1', run: 'r1', outcome: 'done' },
      reason: 'You gave run 12 of Digest the priority 5.',
      details: { call: 'queue.setPriority', by: 'the command line', wayBack: expect.stringMatching(/\.$/) },
    },
    { reason: 'You gave it the priority -5.', details: { by: 'a page' } },
  ]);
});

it('tells of what was tried and failed, and of a no outside the page; nothing of what fits no schema', async () => {
  const wrong = new AppError('passphrase-wrong', 'That passphrase does not open the vault.');
  const { told, as } = lab({ unlock: () => Promise.reject(wrong), keeper: {}, remove: () => undefined });
  const input = { passphrase: 'a wrong one' };
  await expect(as({}).vault.unlock(input)).rejects.toThrow();
  const consent = { isChosen: () => false, ask: async () => false };
  // The change itself is told by the store; that the person did not agree, by nobody else.
  await expect(as({ consent }).vault.remove({ name: 'TOKEN' as SecretName, forGood: true })).rejects.toThrow();
  await expect(as({}).queue.setPriority({ id: 'r1', priority: 'high' as never })).rejects.toThrow();
  await expect(as({}).queue.setPriority(null as never)).rejects.toThrow();
  expect(told).toMatchObject([
    {
      what: 'vault:unlock',
      outcome: 'failed',
      reason: 'Not done: That passphrase does not open the vault.',
      details: { with: 'passphrase' },
    },
    { kind: 'answer', what: 'vault.remove', outcome: 'denied' },
  ]);
  expect(JSON.stringify(told)).not.toContain('a wrong one');
});

it('tells of a stream when it begins, and once more when it fails later', async () => {
  const { told, as } = lab({}, async function* () {
    yield { status: 'begun', done: false };
    throw new AppError('net-unreachable', 'Nothing answers.');
  });
  const read = async (): Promise<void> => {
    for await (const _progress of await as({}).models.pull({ provider: 'p', model: 'new:1b' }));
  };
  await expect(read()).rejects.toThrow();
  expect(told.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
    'done: You began to download the model new:1b.',
    'failed: Not done: Nothing answers.',
  ]);
});

it('fails no call because its entry cannot be made', async () => {
  const { told, faults, as } = lab({ keeper: { makeBackup: async () => undefined } });
  // What the handler gave is no result: the answer is refused by its schema, and no entry is made of it.
  await expect(as({}).vault.makeBackup({ file: '/notes/all', passphrase: 'a long passphrase' })).rejects.toThrow();
  await as({}).queue.setPriority({ id: 'r1', priority: 1 });
  expect(told.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  expect(faults.every((fault) => !fault.includes('queue.setPriority'))).toBe(true);
});
