import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { AgentId, InboxId, RunId, SecretName, ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import type { Banner } from '../../../shared/model/system.ts';
import type { Workflow } from '../../../shared/model/workflow.ts';
import { newRun, withStore } from './test-support.ts';
import type { VaultEntry, VaultMeta } from './vault-store.ts';

const sql = (file: string, text: string): void => {
  const db = new Database(file);
  db.exec(text);
  db.close();
};

const flow = (id: string, more: Partial<Workflow> = {}): Workflow => ({
  id: id as WorkflowId,
  format: 'orrery.workflow',
  formatVersion: 1,
  name: `Flow ${id}`,
  description: '',
  nodes: [],
  edges: [],
  revision: 1,
  createdAt: 1,
  updatedAt: 1,
  ...more,
});

test('workflows: a save counts only on the revision it was made from; the list shows the last run', () =>
  withStore(({ store, info }) => {
    const { workflows } = store;
    workflows.insert(flow('a'));
    workflows.insert(flow('b', { updatedAt: 2, description: '50%_off' }));
    expect(() => workflows.insert(flow('a'))).toThrow(expect.objectContaining({ code: 'workflow-exists' }));
    expect(workflows.update(flow('a', { revision: 2, name: 'New' }), 7)).toBe(false);
    expect(workflows.get('a' as WorkflowId)).toEqual(flow('a'));
    expect(workflows.update(flow('a', { revision: 2, name: 'New' }), 1)).toBe(true);
    store.runs.create(newRun('r1', { workflow: 'a' as WorkflowId, startedAt: 5 }));
    store.runs.create(newRun('r2', { workflow: 'a' as WorkflowId, startedAt: 9 }));
    expect(workflows.list('')).toMatchObject([{ id: 'b' }, { id: 'a', name: 'New', lastRun: { at: 9, status: 'running' } }]);
    expect(workflows.list('%_').map((each) => each.id)).toEqual(['b']);
    sql(info.file, `update workflows set document = '{"format":"x"}' where id = 'b'`);
    expect(() => workflows.get('b' as WorkflowId)).toThrow(expect.objectContaining({ code: 'record-damaged' }));
    workflows.remove('a' as WorkflowId);
    expect(workflows.get('a' as WorkflowId)).toBeUndefined();
  }));

test('inbox: a question is found for its step, answered once, withdrawn with its run', () =>
  withStore(({ store: { inbox } }) => {
    const item = (id: string, step: string): InboxItem => ({
      id: id as InboxId,
      run: 'r' as RunId,
      step,
      title: 'Flow',
      request: { kind: 'question', question: 'Which?' },
      createdAt: 1,
      status: 'open',
    });
    inbox.insert(item('a', 's1'));
    inbox.insert(item('b', 's2'));
    expect(inbox.findForStep('r' as RunId, 's1')).toEqual(item('a', 's1'));
    expect(inbox.openCount()).toBe(2);
    expect(inbox.answer('a' as InboxId, { kind: 'question', value: 'this' }, 7)).toBe(true);
    expect(inbox.answer('a' as InboxId, { kind: 'question', value: 'that' }, 8)).toBe(false);
    expect(inbox.findForStep('r' as RunId, 's1')).toMatchObject({ status: 'answered', answer: { value: 'this' }, answeredAt: 7 });
    inbox.withdrawForRun('r' as RunId);
    expect(inbox.get('b' as InboxId)?.status).toBe('withdrawn');
    expect(inbox.findForStep('r' as RunId, 's2')).toBeUndefined();
    expect(inbox.list({ status: 'open', limit: 5 })).toEqual([]);
    expect(inbox.list({ status: 'answered', limit: 5 }).map((each) => each.id)).toEqual(['a']);
  }));

test("grants: an agent's own come first, then everyone's; another agent's never", () =>
  withStore(({ store: { grants } }) => {
    const [ada, bob] = ['ada', 'bob'] as AgentId[] as [AgentId, AgentId];
    const files = 'files' as ServerId;
    grants.add(ada, { server: files, tool: 'write', effect: 'allow' }, 'h1');
    grants.add(null, { server: files, tool: '*', effect: 'deny' }, 'h2');
    grants.add(ada, { server: files, tool: 'write', effect: 'allow' }, 'h3');
    expect(grants.find(ada, files, 'write')).toMatchObject([
      { tool: 'write', definition: 'h3' },
      { tool: '*', definition: 'h2' },
    ]);
    expect(grants.find(bob, files, 'write')).toMatchObject([{ tool: '*' }]);
    expect(grants.list(ada)).toHaveLength(1);
    expect(grants.list(null)).toHaveLength(1);
  }));

test('servers keep their order', () =>
  withStore(({ store: { servers } }) => {
    const server = (id: string, title: string) => ({ id: id as ServerId, title, command: 'x', args: [], env: {}, enabled: true });
    servers.put(server('b', 'B'));
    servers.put(server('a', 'A'));
    servers.put(server('b', 'B2'));
    expect(servers.list().map((each) => each.title)).toEqual(['B2', 'A']);
    servers.remove('b' as ServerId);
    expect(servers.list()).toHaveLength(1);
  }));

test('settings: defaults are filled in, and a value that cannot be read falls back alone and is named', () =>
  withStore(async ({ store, info }, folder) => {
    expect(store.settings.get()).toEqual(defaultSettings);
    store.settings.put({ ...defaultSettings, theme: 'dark', folders: ['/a'] });
    expect(store.settings.get()).toMatchObject({ theme: 'dark', folders: ['/a'] });
    store.settings.get().folders.push('/b');
    expect(store.settings.get().folders).toEqual(['/a']);
    sql(info.file, `update settings set body = '{"theme":"plaid","folders":["/a"],"gone":1}'`);
    const { openStore } = await import('./open.ts');
    const again = openStore({ folder });
    let banners: Banner[] = [];
    again.store.onBanner((now) => {
      banners = now;
    });
    expect(again.store.settings.get()).toEqual({ ...defaultSettings, folders: ['/a'] });
    await Promise.resolve();
    expect(banners).toMatchObject([{ id: 'settings-reset', message: expect.stringContaining('theme') }]);
    await again.close();
  }));

test('vault: names are taken once, replaced only at the expected version; the key is not changed over entries', () =>
  withStore(({ vault }) => {
    const name = 'key' as SecretName;
    const entry: VaultEntry = {
      name,
      note: 'n',
      envelope: 'e1',
      keyId: 'k1',
      version: 1,
      createdAt: 1,
      updatedAt: 1,
      kind: 'token',
      facts: '',
    };
    const meta: VaultMeta = { protection: 'passphrase', keyId: 'k1', keyCheck: 'c', kdf: { name: 'scrypt', n: 32768 }, createdAt: 1 };
    expect(vault.getMeta()).toBeUndefined();
    expect(vault.setMeta(meta)).toBe(true);
    expect(vault.insert(entry)).toBe(true);
    expect(vault.insert({ ...entry, envelope: 'other' })).toBe(false);
    expect(vault.setMeta({ ...meta, keyId: 'k2' })).toBe(false);
    expect(vault.getMeta()).toEqual(meta);
    expect(vault.replace({ ...entry, envelope: 'e2', version: 2 }, 5)).toBe(false);
    expect(vault.replace({ ...entry, envelope: 'e2', version: 2 }, 1)).toBe(true);
    vault.markUsed(name, 9);
    expect(vault.get(name)).toEqual({ ...entry, envelope: 'e2', version: 2, lastUsedAt: 9 });
    vault.reseal({ ...meta, keyId: 'k2' }, [{ ...entry, envelope: 'e3', keyId: 'k2', version: 3 }]);
    expect([vault.getMeta()?.keyId, vault.count(), vault.list()[0]?.envelope]).toEqual(['k2', 1, 'e3']);
    expect(vault.remove(name)).toBe(true);
    expect(vault.remove(name)).toBe(false);
  }));
