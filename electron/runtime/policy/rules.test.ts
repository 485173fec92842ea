// The two rules that no grant lifts, conditions of standing grants, and every kind of action but a tool call.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../shared/model/agent.ts';
import type { JobId, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Action, GrantConditions, StandingGrant, Taint } from '../../../shared/model/policy.ts';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { choicesFor, grantOfChoice } from './choices.ts';
import { exactly, type Facts, matchesText, whyNot } from './conditions.ts';
import { type DecideInput, decide } from './decide.ts';
import { createGrants } from './grants.ts';
import { touchedBy } from './touched.ts';

const agent = {
  id: 'a',
  name: 'Librarian',
  character: '',
  tools: [],
  grant: { tools: [], folders: [] },
  maxSteps: 5,
  createdAt: 0,
  updatedAt: 0,
} as unknown as Agent;
const grant = (over: Partial<StandingGrant> = {}): StandingGrant => ({
  id: 'g1',
  subject: { kind: 'agent', agent: agent.id },
  effect: 'allow',
  kind: 'tool-call',
  server: 'web' as ServerId,
  tool: '*',
  conditions: {},
  createdAt: 0,
  from: 'a test',
  uses: 0,
  ...over,
});
const facts = (over: Partial<Facts> = {}): Facts => ({ now: 1000, minute: 600, used: () => ({ lastHour: 0, tokensToday: 0 }), ...over });
const page: Taint = { label: 'untrusted', from: 'web.fetch_page of a.org', at: 1 };
const note: Taint = { label: 'private', from: 'files.read_text of /notes/a.md', at: 1, path: '/notes/a.md' };
const call = (over: Partial<DecideInput> = {}): DecideInput => ({
  actor: { kind: 'agent', agent },
  tool: tool('web', 'fetch_page', { readOnly: true }),
  builtIn: true,
  args: { url: 'https://evil.example/?q=1' },
  runGrants: [],
  standing: [grant()],
  definition: 'd1',
  allowedInConversation: true,
  facts: facts(),
  ...over,
});

describe('untrusted and private in one context', () => {
  it('asks before anything can leave, whatever was granted, and names both sources', () => {
    expect(decide(call()).outcome).toBe('allow');
    expect(decide(call({ taints: [page] })).outcome).toBe('allow');
    expect(decide(call({ taints: [note] })).outcome).toBe('allow');
    const asked = decide(call({ taints: [page, note] }));
    expect(asked).toMatchObject({ outcome: 'ask', rule: 'untrusted-private-outward', taints: [page, note] });
    expect(asked.reason).toContain('web.fetch_page of a.org');
    expect(asked.reason).toContain('files.read_text of /notes/a.md');
    const theirs = {
      tool: tool('mail', 'search', { readOnly: true }),
      builtIn: false,
      args: {},
      standing: [grant({ server: 'mail' as ServerId })],
    };
    expect(decide(call({ ...theirs, taints: [page] })).outcome).toBe('allow');
    expect(decide(call({ ...theirs, taints: [page, note] })).rule).toBe('untrusted-private-outward');
  });

  it('asks for a model in a job too, although the grant names the host; a graph that names its receiver goes on', () => {
    const job = { kind: 'job', job: 'j' as JobId, title: 'Nightly' } as const;
    const reach = { folders: [], hosts: ['evil.example'] };
    expect(decide(call({ actor: job, reach, taints: [page, note], byModel: true })).rule).toBe('untrusted-private-outward');
    expect(decide(call({ actor: job, reach, taints: [page, note], byModel: false })).outcome).toBe('allow');
    expect(decide(call({ actor: job, reach, taints: [page, note], receiverFromData: true })).rule).toBe('untrusted-private-outward');
    expect(decide(call({ actor: { kind: 'workflow' }, taints: [page, note] })).outcome).toBe('allow');
    expect(decide(call({ actor: { kind: 'workflow' }, taints: [page, note], receiverFromData: true })).outcome).toBe('ask');
  });

  it('a grant that forbids still wins, and what stays on this machine goes on', () => {
    expect(decide(call({ taints: [page, note], standing: [grant(), grant({ id: 'g2', effect: 'deny' })] }))).toMatchObject({
      outcome: 'deny',
      grant: 'g2',
    });
    const write = {
      tool: tool('files', 'write_text'),
      args: { path: '/notes/new.md' },
      standing: [grant({ server: 'files' as ServerId })],
    };
    expect(decide(call({ ...write, taints: [page, note] })).outcome).toBe('allow');
  });

  it('asks before something is destroyed, but not before a file is changed for what it says itself', () => {
    const files = [grant({ server: 'files' as ServerId })];
    const write = { tool: tool('files', 'write_text'), args: { path: '/notes/a.md' }, standing: files };
    const destroys = { what: 'this overwrites /notes/a.md', path: '/notes/a.md' };
    const itself: Taint = { ...note, label: 'untrusted' };
    expect(decide(call({ ...write, destroys })).outcome).toBe('allow');
    expect(decide(call({ ...write, destroys, taints: [itself, note] })).outcome).toBe('allow');
    expect(decide(call({ ...write, destroys, taints: [itself, note, page] })).rule).toBe('untrusted-destroys');
    expect(decide(call({ ...write, destroys, taints: [{ ...itself, path: '/notes/b.md' }] })).rule).toBe('untrusted-destroys');
  });

  it('a tool that is not as a person last saw it asks, whoever calls it', () => {
    expect(decide(call({ hasChanged: true }))).toMatchObject({ outcome: 'ask', rule: 'tool-changed' });
    expect(decide(call({ actor: { kind: 'workflow' }, hasChanged: true })).outcome).toBe('ask');
    expect(decide(call({ actor: { kind: 'person' }, hasChanged: true })).outcome).toBe('allow');
  });

  it('too many calls of a model ask', () => {
    expect(decide(call({ tooMany: 'Librarian called web.fetch_page 60 times within a minute.' }))).toMatchObject({
      outcome: 'ask',
      rule: 'too-many-calls',
    });
  });
});

describe('conditions', () => {
  const holds = (conditions: GrantConditions, over: Partial<Facts> = {}, effect: 'allow' | 'deny' = 'allow') =>
    whyNot(grant({ conditions, effect }), facts(over)) === undefined;

  it('arguments by pattern, folders, hosts, until, hours of the day, uses and tokens', () => {
    expect(holds({ args: { to: '*@example.org' } }, { args: { to: 'ada@example.org' } })).toBe(true);
    expect(holds({ args: { to: '*@example.org' } }, { args: { to: 'ada@example.org.evil.example' } })).toBe(false);
    expect(holds({ args: { to: '*' } }, { args: {} })).toBe(false);
    expect(holds({ folders: ['/notes'] }, { paths: ['/notes/a.md'] })).toBe(true);
    for (const path of ['/notes2/a.md', '/notes/../etc/passwd', 'a.md', '/etc'])
      expect(holds({ folders: ['/notes'] }, { paths: [path] })).toBe(false);
    expect(holds({ folders: ['/notes'] }, { paths: ['/notes/a', '/etc/b'] })).toBe(false);
    expect(holds({ hosts: ['*.example.org'] }, { host: 'api.example.org' })).toBe(true);
    expect(holds({ hosts: ['example.org'] }, { host: 'evil.example' })).toBe(false);
    expect(holds({ hosts: ['example.org'] })).toBe(false);
    expect(holds({ until: 999 })).toBe(false);
    expect(holds({ hours: { from: '08:00', to: '18:00' } })).toBe(true);
    expect(holds({ hours: { from: '08:00', to: '10:00' } })).toBe(false);
    expect(holds({ hours: { from: '22:00', to: '06:00' } }, { minute: 30 })).toBe(true);
    expect(holds({ perHour: 2 }, { used: () => ({ lastHour: 2, tokensToday: 0 }) })).toBe(false);
    expect(holds({ tokensPerDay: 100 }, { tokens: 60, used: () => ({ lastHour: 0, tokensToday: 50 }) })).toBe(false);
  });

  it('one that forbids a folder also holds for a path that is written so that it could lie in it', () => {
    const forbids = (path: string) => holds({ folders: ['/notes/secret'] }, { paths: [path] }, 'deny');
    expect(forbids('/notes/secret/a')).toBe(true);
    expect(forbids('/notes/x/../secret/a')).toBe(true);
    expect(forbids('secret/a')).toBe(true);
    expect(forbids('/notes/a')).toBe(false);
    // Disks that take them for the same, and calls that work on all that lies below.
    expect(forbids('/Notes/SECRET/a')).toBe(true);
    expect(holds({ folders: ['/notes/é'] }, { paths: ['/notes/e\u0301/a'] }, 'deny')).toBe(true);
    expect(forbids('/notes')).toBe(false);
    expect(holds({ folders: ['/notes/secret'] }, { paths: ['/notes'], isDeep: true }, 'deny')).toBe(true);
    expect(holds({ hours: { from: '00:00', to: '00:00' } }, {}, 'deny')).toBe(true);
    expect(holds({ hosts: ['bücher.example'] }, { hosts: ['a.org', 'xn--bcher-kva.example'] }, 'deny')).toBe(true);
  });

  it('every file and address that a call of others’ tools names must fit', () => {
    const theirs = (args: JsonObject) => facts({ args, ...touchedBy(args, { builtIn: false, name: 'any' }) });
    const fits = (conditions: GrantConditions, args: JsonObject) => whyNot(grant({ conditions }), theirs(args)) === undefined;
    const notes = { folders: ['/notes'] };
    expect(fits(notes, { path: '/notes/a', content: '/* a text */', edits: [{ oldText: '/etc', newText: '/x' }] })).toBe(true);
    for (const more of [
      { destination: '/etc/cron.d/x' },
      { paths: ['/notes/b', '/etc/passwd'] },
      { options: { outputFile: 'x' } },
      { x: '../y' },
      { uri: 'file:///etc/passwd' },
      { also: '~/.ssh/id' },
    ] as JsonObject[])
      expect(fits(notes, { path: '/notes/a', ...more })).toBe(false);
    const host = { hosts: ['a.org'] };
    expect(fits(host, { url: 'https://a.org/x', title: 'https://b.org' })).toBe(true);
    for (const more of [
      { callback: 'https://evil.example/' },
      { webhook_url: 'evil.example' },
      { list: ['https://evil.example'] },
    ] as JsonObject[])
      expect(fits(host, { url: 'https://a.org/x', ...more })).toBe(false);
    const forbidden = grant({ conditions: { hosts: ['evil.example'] }, effect: 'deny' });
    expect(whyNot(forbidden, theirs({ endpoint: 'evil.example' }))).toBeUndefined();
  });

  it('what forbids without naming a server holds for every tool; what allows without one holds for none', () => {
    const without = (effect: 'allow' | 'deny') => {
      const { server: _server, tool: _tool, ...rest } = grant({ id: effect, effect, subject: { kind: 'everyone' } });
      const store = { all: () => [rest], revision: () => 1, limitedSince: () => [] } as never;
      return createGrants({ store, clock: { now: () => 0 }, ids: { next: () => 'x' } });
    };
    const subjects = [{ kind: 'everyone' as const }];
    expect(without('deny').forTool(subjects, 'web', 'fetch_page')).toHaveLength(1);
    expect(without('allow').forTool(subjects, 'web', 'fetch_page')).toHaveLength(0);
  });

  it('a pattern made of a text fits that text alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '*', '\\', 'b') }),
        fc.string({ unit: fc.constantFrom('a', '*', '\\', 'b') }),
        (one, other) => {
          expect(matchesText(exactly(one), one)).toBe(true);
          expect(matchesText(exactly(one), other)).toBe(one === other);
        },
      ),
    );
  });

  it('a grant that does not hold is said with its fault', () => {
    const { outcome, reason } = decide(call({ standing: [grant({ conditions: { hosts: ['a.org'] } })], allowedInConversation: false }));
    expect(outcome).toBe('ask');
    expect(reason).toBe(
      'Librarian asks because it sends a request over the network.'.replace(
        'it sends a request over the network',
        'your grant for web.fetch_page does not hold for this: it is for other hosts',
      ),
    );
  });
});

describe('ways to say always', () => {
  const write = { tool: tool('files', 'write_text'), builtIn: true, args: { path: '/notes/a*.md', text: 'x' } };
  it('each choice allows the call it was made from, and the narrow ones nothing else', () => {
    expect(choicesFor(write).map(({ id }) => id)).toEqual(['exact', 'folder', 'tool']);
    for (const { id } of choicesFor(write)) {
      const draft = grantOfChoice(write, id, { kind: 'agent', agent: agent.id });
      if (draft === undefined) throw new Error('no grant');
      const judge = (path: string, text: string, more: JsonObject = {}) =>
        decide({
          ...call({ tool: write.tool, args: { path, text, ...more }, allowedInConversation: false }),
          standing: [grant({ ...draft })],
          facts: facts({ args: { path, text, ...more }, paths: [path] }),
        }).outcome;
      expect(judge('/notes/a*.md', 'x')).toBe('allow');
      expect(judge('/notes/ab.md', 'x')).toBe(id === 'exact' ? 'ask' : 'allow');
      expect(judge('/etc/a', 'x')).toBe(id === 'tool' ? 'allow' : 'ask');
      expect(judge('/notes/a*.md', 'x', { overwrite: true })).toBe(id === 'exact' ? 'ask' : 'allow');
    }
    expect(choicesFor({ ...write, args: { path: '${secret:A}' } })).toEqual([]);
  });
});

describe('every other action', () => {
  const server = { kind: 'server', server: 'mail' as ServerId, title: 'Mail' } as const;
  const sampling: Action = { kind: 'sampling', server: 'mail' as ServerId, tokens: 100, prompt: 'hi' };
  const judge = (over: Partial<Parameters<typeof decide>[0]>) =>
    decide({ actor: server, action: sampling, grants: [], facts: facts({ tokens: 100 }), taints: [], ...over } as Parameters<
      typeof decide
    >[0]);

  it('asks where nothing allows it, goes by grants and by what was set up, and a deny wins', () => {
    expect(judge({}).outcome).toBe('ask');
    expect(judge({ setUp: 'You let Mail use 1000 tokens.' })).toMatchObject({ outcome: 'allow', rule: 'set-up' });
    const budget = grant({ kind: 'sampling', server: 'mail' as ServerId, conditions: { tokensPerDay: 150 } });
    expect(judge({ grants: [budget] })).toMatchObject({ outcome: 'allow', grant: 'g1' });
    expect(judge({ grants: [budget], facts: facts({ tokens: 100, used: () => ({ lastHour: 0, tokensToday: 100 }) }) }).reason).toContain(
      'may use 150',
    );
    expect(
      judge({ grants: [budget, grant({ id: 'no', kind: 'sampling', server: 'mail' as ServerId, effect: 'deny' })], setUp: 'x' }),
    ).toMatchObject({
      outcome: 'deny',
      grant: 'no',
    });
  });

  it('a workflow changes no setting and uses no secret by itself; an agent’s request is held up by what it read', () => {
    const workflow = { kind: 'workflow' } as const;
    expect(judge({ actor: workflow, action: { kind: 'settings-change', setting: 'allowedHosts', before: '', after: '*' } }).outcome).toBe(
      'ask',
    );
    expect(judge({ actor: workflow, action: { kind: 'secret-use', secret: 'A', receiver: 'b' } }).outcome).toBe('ask');
    const network: Action = { kind: 'network', method: 'POST', url: 'https://a.org/', body: 'x' };
    const always = grant({ kind: 'network', conditions: { hosts: ['a.org'] } });
    const by = { actor: { kind: 'agent', agent } as const, action: network, grants: [always], facts: facts({ host: 'a.org' }) };
    expect(judge(by).outcome).toBe('allow');
    expect(judge({ ...by, taints: [page, note] }).rule).toBe('untrusted-private-outward');
  });
});
