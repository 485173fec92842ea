// Grants for what a call does (writing, requests) hold for tools and for powers of nodes alike; grants that forbid it hold for everyone.

import { expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { GrantDraft, StandingGrant } from '../../../shared/model/policy.ts';
import { decide } from './decide.ts';
import { effectsOf } from './effects.ts';

const facts = { now: 1, minute: 600, used: () => ({ lastHour: 0, tokensToday: 0 }) };
const grant = (more: Partial<GrantDraft>, id = 'g1'): StandingGrant => ({
  ...{ id, subject: { kind: 'everyone' }, effect: 'allow', kind: 'file-write', conditions: {} },
  ...{ createdAt: 1, from: 'a test', uses: 0 },
  ...more,
});
const agent = { kind: 'agent' as const, agent: { id: 'a1', name: 'Ann', grant: { tools: [], folders: [] } } as never };
const job = { kind: 'job' as const, job: 'j1' as never, title: 'Nightly' };

function say(
  server: string,
  name: string,
  args: JsonObject,
  grants: StandingGrant[],
  actor: Parameters<typeof decide>[0]['actor'] = agent,
) {
  const tool = {
    ...{ server: server as ServerId, name, title: '', description: '', inputSchema: {} },
    ...{ readOnly: false, idempotent: false, destructive: false },
  };
  const actions = effectsOf(tool, true, args);
  return decide({
    ...{
      actor: actor as never,
      tool,
      builtIn: true,
      args,
      runGrants: [],
      standing: [],
      definition: '',
      allowedInConversation: false,
      facts,
    },
    effects: actions.map((action) => ({ action, grants: grants.filter((each) => each.kind === action.kind) })),
  });
}
const write = { path: '/home/me/notes/a.md', text: 'x' };

it('forbids writing and requests to whomever they are forbidden, whatever else allows them', () => {
  const noWriting = [grant({ effect: 'deny', conditions: { folders: ['/home/me/notes'] } })];
  for (const actor of [agent, job, { kind: 'workflow' as const }]) {
    expect(say('files', 'write_text', write, noWriting, actor)).toMatchObject({ outcome: 'deny', grant: 'g1' });
    expect(say('files', 'move_file', { from: '/tmp/a', to: '/home/me/notes/b' }, noWriting, actor).outcome).toBe('deny');
    expect(say('files', 'delete_file', { path: '~/notes/../notes/a.md' }, noWriting, actor).outcome, 'a path that is not plain').toBe(
      'deny',
    );
  }
  expect(say('files', 'write_text', { path: '/home/me/other/a.md' }, noWriting).outcome).toBe('ask');
  expect(say('files', 'read_text', write, noWriting).outcome).not.toBe('deny');
  const noPosts = [grant({ kind: 'network', effect: 'deny', conditions: { args: { method: 'POST' } } })];
  const url = 'https://a.example/x';
  expect(say('web', 'http_request', { url, method: 'post' }, noPosts, { kind: 'workflow' }).outcome).toBe('deny');
  expect(say('web', 'http_request', { url, method: 'GET' }, noPosts, { kind: 'workflow' }).outcome).toBe('allow');
});

it('allows what a grant names, all of it, and in a job only what is the job’s', () => {
  const notes = [grant({ conditions: { folders: ['/home/me/notes'] } })];
  expect(say('files', 'write_text', write, notes)).toMatchObject({ outcome: 'allow', rule: 'standing-grant', grant: 'g1' });
  expect(say('files', 'move_file', { from: '/home/me/notes/a', to: '/etc/a' }, notes).outcome).toBe('ask');
  expect(say('files', 'write_text', { path: '~/notes/a.md' }, notes).outcome).toBe('ask');
  expect(say('files', 'write_text', write, notes, job).outcome).toBe('ask');
  expect(say('files', 'write_text', write, [grant({ subject: { kind: 'job', job: 'j1' as never } })], job).outcome).toBe('allow');
  const secret = { path: '/home/me/notes/a.md', text: '${secret:github}' };
  expect(say('files', 'write_text', secret, notes), 'a secret asks every time').toMatchObject({ outcome: 'ask', rule: 'secret' });
});

it('says nothing of tools that others wrote', () => {
  expect(effectsOf({ server: 'files', name: 'write_text' }, false, write)).toEqual([]);
});
