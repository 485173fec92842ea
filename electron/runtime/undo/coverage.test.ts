// Every method of the store and of Files that writes is either recorded or listed here with the reason why it is nothing that a person
// would undo. A new one fails this test until it is one or the other.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AgentId, JobId, MemoryId, ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';

const reads =
  /^(list|get|find|search|count|counts|tags|all|read|exists|info|content|is|nextExpiry|open|startedBetween|forgotten|lastSeen|revision|since|limitedSince|has|home)/;

const at = { createdAt: 1, updatedAt: 1 };
const document = {
  format: 'orrery.workflow' as const,
  formatVersion: 1 as const,
  name: 'W',
  description: '',
  nodes: [],
  edges: [],
  settings: {},
};
const workflow = { ...document, id: 'w1' as WorkflowId, revision: 0, ...at } as never;
const agent = { id: 'a1' as AgentId, name: 'A', character: '', tools: [], grant: { tools: [], folders: [] }, maxSteps: 5, ...at };
const memory = { id: 'm1' as MemoryId, text: 'x', tags: [], source: { kind: 'person' as const }, ...at };
const job = {
  id: 'j1' as JobId,
  workflow: 'w1' as WorkflowId,
  node: 'n',
  kind: 'trigger.schedule',
  isOn: true,
  grant: { tools: [], folders: [] },
  inputs: {},
  ...at,
  state: {},
};
const server = { id: 's1' as ServerId, title: 'S', command: 'x', args: [], env: {}, enabled: false };
const standing = {
  id: 'g1',
  subject: { kind: 'everyone' as const },
  effect: 'allow' as const,
  kind: 'tool-call' as const,
  server: 's1' as ServerId,
  tool: 't',
  conditions: {},
  createdAt: 1,
  from: 'a test',
  uses: 0,
};

/** Each makes a change, after which one more is recorded than before. In order: some need what the others made. */
const recorded: Record<string, (lab: UndoLab, folder: string) => unknown> = {
  'workflows.insert': ({ store }) => store.workflows.insert(workflow),
  'workflows.update': ({ store }) => store.workflows.update({ ...(workflow as object), name: 'W2', revision: 1 } as never, 0),
  'agents.put': ({ store }) => store.agents.put(agent),
  'agents.remove': ({ store }) => store.agents.remove(agent.id),
  'memory.put': ({ store }) => store.memory.put(memory),
  'memory.forget': ({ store }) => store.memory.forget(memory.id),
  'jobs.put': ({ store }) => store.jobs.put(job),
  'jobs.putDue': ({ store }) => store.jobs.putDue([], { ...job, isOn: false }),
  'jobs.remove': ({ store }) => store.jobs.remove(job.id),
  'workflows.remove': ({ store }) => store.workflows.remove('w1' as WorkflowId),
  'servers.put': ({ store }) => store.servers.put(server),
  'servers.remove': ({ store }) => store.servers.remove(server.id),
  'settings.put': ({ store }) => store.settings.put({ ...store.settings.get(), folders: ['/tmp'] }),
  'grants.put': ({ store }) => store.grants.put(standing),
  'grants.add': ({ store }) => store.grants.add(agent.id, { server: server.id, tool: 'u', effect: 'allow' }, 'hash'),
  'clients.put': ({ store }) => store.clients.put('Editor', 'token', 'hash', 1),
  'clients.revoke': ({ store }) => store.clients.revoke('Editor', 2),
  'files.writeText': ({ files, undo }, folder) => files.writeText(join(folder, 'a'), 'x', [folder], { changes: undo.recorder(who) }),
  'files.writeBytes': ({ files, undo }, folder) =>
    files.writeBytes(join(folder, 'a'), Buffer.from('y'), [folder], { changes: undo.recorder(who) }),
  'files.move': ({ files, undo }, folder) => files.move(join(folder, 'a'), join(folder, 'b'), [folder], { changes: undo.recorder(who) }),
  'files.remove': ({ files, undo }, folder) => files.remove(join(folder, 'b'), [folder], { changes: undo.recorder(who) }),
  'files.createFolder': ({ files, undo }, folder) => files.createFolder(join(folder, 'c'), [folder], { changes: undo.recorder(who) }),
};
const who = { actor: { kind: 'agent' as const, name: 'A' } };

/** By area or method: why it is no change that a person would take back. */
const notChanges: Record<string, string> = {
  runs: 'What happened is a record, not something to undo; removing it is asked about.',
  chats: 'What was said is a record; a conversation is removed by the person, who is asked.',
  attachments: 'Of messages that are not sent yet; the person takes them away.',
  inbox: 'Questions and their answers are a record.',
  priorities: 'Gone with the run.',
  changes: 'The record of changes itself.',
  audit: 'The record of what was done; nothing may be taken out of it.',
  'clients.seen': 'When it was last there.',
  'clients.forget': 'Programs of no known name make room for newer ones, as if they had never come.',
  onBanner: 'Tells of the disk.',
  folderMoved: 'Looks where a folder leads.',
  stillGranted: 'Looks at who was granted what.',
  'jobs.noteSeen': 'When a host was last there.',
  'grants.noteUses': 'Counts uses.',
  'grants.noteLimited': 'Counts uses.',
};

it('covers every method that writes', () => {
  const lab = undoLab();
  try {
    const methods: string[] = Object.entries(lab.store).flatMap(([area, part]) =>
      typeof part === 'object' && part !== null ? Object.keys(part).map((method) => `${area}.${method}`) : [area],
    );
    methods.push(...Object.keys(lab.files).map((method) => `files.${method}`));
    const forgotten = methods.filter((name) => {
      const [area = '', method = ''] = name.split('.');
      return !(name in recorded) && !(name in notChanges) && !(area in notChanges) && !reads.test(method);
    });
    expect(forgotten, 'record it in recorded-store.ts, or say in notChanges why it is no change').toEqual([]);
    expect(
      Object.keys(recorded).filter((name) => !methods.includes(name)),
      'not there any more',
    ).toEqual([]);
  } finally {
    void lab.close();
  }
});

it('records each, with what was there before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-cover-'));
  const lab = undoLab();
  try {
    for (const [name, make] of Object.entries(recorded)) {
      const before = lab.undo.list({ limit: 1000 }).length;
      await make(lab, folder);
      const [newest] = lab.undo.list({ limit: 1000 });
      expect(lab.undo.list({ limit: 1000 }).length, `${name} was not recorded`).toBeGreaterThan(before);
      expect(newest?.state, name).toBe('done');
    }
    const count = lab.undo.list({ limit: 1000 }).length;
    expect(await lab.undo.undo({ since: 0, actor: { kind: 'agent' } }, {})).toMatchObject({ failed: [] });
    expect(lab.undo.list({ limit: 1000 }).length).toBeGreaterThan(count);
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('records nothing that changes by itself: what a trigger remembers, a save that lost, the same again', () => {
  const lab = undoLab();
  try {
    lab.store.jobs.put(job);
    lab.store.workflows.insert(workflow);
    const count = lab.undo.list({ limit: 100 }).length;
    lab.store.jobs.put({ ...job, state: { last: 1 }, updatedAt: 5 });
    expect(lab.store.workflows.update({ ...(workflow as object), name: 'lost', revision: 8 } as never, 7)).toBe(false);
    lab.store.settings.put(lab.store.settings.get());
    expect(lab.undo.list({ limit: 100 }).length).toBe(count);
  } finally {
    void lab.close();
  }
});

/** The callers, by their text: a file power or a tool that forgets the recorder is found here. */
it.each([
  ['electron/tool-servers/files.server.ts', /use\.files\.(writeText|createFolder|move|remove|writeBytes)\(/g],
  ['electron/runtime/engine/files-power.ts', /files\.(writeText|createFolder|move|remove|writeBytes)\(/g],
])('%s hands on the recorder wherever it writes', (file, pattern) => {
  const text = readFileSync(file, 'utf8');
  const calls = [...text.matchAll(pattern)];
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls) expect(text.slice(call.index, (call.index ?? 0) + 200)).toContain('changes');
});

it('lets a program in no more when letting it in is undone, and gives back no token that was taken away', async () => {
  const lab = undoLab();
  try {
    const { clients } = lab.store;
    clients.put('Shell', 'local', undefined, 1);
    expect(lab.undo.list({ limit: 10 }), 'it came by itself').toEqual([]);
    clients.revoke('Shell', 2);
    expect(await lab.undo.undo({ change: lab.undo.list({ limit: 1 })[0]?.id as never }, {})).toMatchObject({ done: 1 });
    expect(clients.get('Shell')?.revokedAt).toBeUndefined();

    clients.put('Editor', 'token', 'hash', 3);
    const letIn = lab.undo.list({ limit: 1 })[0];
    expect(await lab.undo.undo({ change: letIn?.id as never }, {})).toMatchObject({ done: 1 });
    expect(clients.findByToken('hash')).toBeUndefined();
    const [revoked] = await lab.undo.plan({ change: lab.undo.list({ limit: 1 })[0]?.id as never });
    expect(revoked).toMatchObject({ state: 'cannot', words: expect.stringContaining('not given back') });
  } finally {
    await lab.close();
  }
});
