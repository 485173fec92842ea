// What a call changes is tied to who made it: by the recorder for our own tools, by comparing for servers of others.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConversationId, JobId, RunId, ServerId } from '../../../shared/model/ids.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import { connectionBy, withChanges } from './call-changes.ts';
import { describeUndo } from './describe.ts';

let folder: string;
let lab: UndoLab;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-calls-'));
  lab = undoLab();
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const tool = (server: string, name: string, readOnly = false): ToolInfo => ({
  ...{ server: server as ServerId, name, title: '', description: '', inputSchema: {}, readOnly, idempotent: false, destructive: false },
});
const request = {
  actor: { kind: 'agent' as const, agent: { id: 'a1', name: 'Librarian' } as never },
  run: { id: 'r1' as RunId, title: 'Tidy', grant: { tools: [], folders: [] } },
  step: 's1',
  source: { kind: 'person' as const },
};
const { signal } = new AbortController();

it('records what a server of others does in the folders it may write, also when its call fails', async () => {
  const reach = { sandbox: 'on' as const, folders: [{ path: folder, write: true }], hosts: [], roots: [], samplingTokens: 0 };
  lab.store.servers.put({ id: 'git' as ServerId, title: 'Git', command: 'git', args: [], env: {}, enabled: true, reach });
  writeFileSync(join(folder, 'a'), 'before');
  const call = withChanges(lab.undo, lab.store, { request, tool: tool('git', 'commit'), builtIn: false, signal }, async () => {
    writeFileSync(join(folder, 'a'), 'after');
    throw new Error('it failed half-way');
  });
  await expect(call).rejects.toThrow('half-way');
  expect(lab.undo.getSet('r1' as never)).toMatchObject({ count: 1, actor: { kind: 'agent', name: 'Librarian' } });
  await lab.undo.undo({ run: 'r1' as RunId, step: 's1' }, {});
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('before');
});

it('gives our own tools a recorder that knows who and which step', async () => {
  await withChanges(lab.undo, lab.store, { request, tool: tool('files', 'write_text'), builtIn: true, signal }, (changes) =>
    lab.files.writeText(join(folder, 'a'), 'x', [folder], { changes }),
  );
  expect(lab.undo.changesOf('r1' as never)).toMatchObject([{ step: 's1', actor: { id: 'a1' }, runTitle: 'Tidy' }]);
  expect(lab.told).toEqual(['change Made the file a']);
});

it('says before a call whether it can be undone', async () => {
  const say = (info: ToolInfo, builtIn: boolean, args = {}, folders: string[] = []) =>
    describeUndo({ files: lab.files }, { tool: info, builtIn, args, folders });
  writeFileSync(join(folder, 'big'), Buffer.alloc(65 * 1024 * 1024));
  expect(await say(tool('files', 'write_text'), true, { path: join(folder, 'new') }, [folder])).toEqual({
    undoable: true,
    words: 'Can be undone.',
  });
  expect(await say(tool('files', 'delete_file'), true, { path: join(folder, 'big') }, [folder])).toMatchObject({ undoable: false });
  expect(await say(tool('web', 'http_request'), true, { method: 'POST' })).toMatchObject({ undoable: false });
  expect((await say(tool('git', 'push'), false)).words).toContain('not Orrery’s own');
  expect((await say(tool('git', 'commit'), false, {}, [folder])).words).toContain(folder);
});

it('says before a call, and after it, that a folder is too large to be compared', async () => {
  const folders = [folder, '/other'];
  const snapshots = { isTooLarge: async (each: string) => each === folder };
  const said = await describeUndo({ files: lab.files, snapshots }, { tool: tool('git', 'add'), builtIn: false, args: {}, folders });
  expect(said).toEqual({ undoable: false, words: expect.stringContaining(`“${folder}” has more than 20,000 files: what it adds there`) });
  const unknown = { isTooLarge: () => Promise.reject(new Error('gone')) };
  expect(
    (await describeUndo({ files: lab.files, snapshots: unknown }, { tool: tool('git', 'add'), builtIn: false, args: {}, folders })).words,
  ).toContain('2 folders');
  const reach = { sandbox: 'on' as const, folders: [{ path: folder, write: true }], hosts: [], roots: [], samplingTokens: 0 };
  lab.store.servers.put({ id: 'git' as ServerId, title: 'Git', command: 'git', args: [], env: {}, enabled: true, reach });
  const told: string[][] = [];
  const call = { request, tool: tool('git', 'add'), builtIn: false, signal, onNotCompared: (notes: string[]) => void told.push(notes) };
  const undo = { recorder: lab.undo.recorder, compare: async () => async () => ['Not compared'] };
  expect(await withChanges(undo, lab.store, call, async () => 7)).toBe(7);
  expect(told).toEqual([['Not compared']]);
});

it('says of a connection whose it is: the agent by its name, not the chat; of a run with nobody there its job', () => {
  const chat = { ...request, actor: { ...request.actor, conversation: 'c1' as ConversationId } };
  expect(connectionBy(chat, undefined)).toEqual({
    ...{ actor: { kind: 'agent', id: 'a1', name: 'Librarian' }, run: 'r1', step: 's1', conversation: 'c1' },
  });
  const drawn = { ...request, actor: { kind: 'workflow' as const } };
  expect(connectionBy(drawn, undefined).actor).toEqual({ kind: 'workflow', name: 'Tidy' });
  expect(connectionBy(drawn, { job: 'j1' as JobId, title: 'Nightly' }).actor).toEqual({ kind: 'job', id: 'j1', name: 'Nightly' });
});
