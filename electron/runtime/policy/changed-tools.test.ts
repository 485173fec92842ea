// A tool whose definition a person has not accepted asks, whoever calls and whatever was granted.

import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../shared/model/agent.ts';
import type { ToolGrant } from '../../../shared/model/grant.ts';
import type { JobId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { definitionHash } from './approvals.ts';
import { type DecideInput, decide } from './decide.ts';

const all = { server: 'notes', tool: '*', effect: 'allow' } as ToolGrant;
const agent = (tools: ToolGrant[]): Agent => ({
  id: 'a' as Agent['id'],
  name: 'Librarian',
  character: '',
  tools: [],
  grant: { tools, folders: [] },
  maxSteps: 5,
  createdAt: 0,
  updatedAt: 0,
});
const standing = (name: string): StandingGrant => ({
  id: 'g',
  subject: { kind: 'everyone' },
  effect: 'allow',
  kind: 'tool-call',
  server: 'notes' as ToolInfo['server'],
  tool: name,
  conditions: {},
  definition: 'now',
  createdAt: 0,
  from: 'a test',
  uses: 0,
});
/** Everything that could allow a call. */
const allowing: [string, Partial<DecideInput>][] = [
  ["an agent's grant of all tools", { actor: { kind: 'agent', agent: agent([all]) } }],
  [
    "an agent's grant pinned to what it is now",
    { actor: { kind: 'agent', agent: agent([{ ...all, tool: 'read', pins: { read: 'now' } }]) } },
  ],
  ['a grant of the run', { actor: { kind: 'agent', agent: agent([]) }, runGrants: [all] }],
  ['an answer for the whole chat', { actor: { kind: 'agent', agent: agent([]) }, allowedInConversation: true }],
  ['a standing grant of the tool', { actor: { kind: 'agent', agent: agent([]) }, standing: [standing('read')] }],
  ['a standing grant of the server', { actor: { kind: 'agent', agent: agent([]) }, standing: [standing('*')], serverDefinition: 'now' }],
  ["a job's grant", { actor: { kind: 'job', job: 'j' as JobId, title: 'Nightly' }, runGrants: [all], reach: { folders: [] } }],
  ['a graph that the person started', { actor: { kind: 'workflow' } }],
];
const input = (over: Partial<DecideInput>, unaccepted?: ToolInfo['unaccepted']): DecideInput => ({
  actor: { kind: 'workflow' },
  tool: tool('notes', 'read', unaccepted === undefined ? {} : { unaccepted }),
  builtIn: false,
  args: {},
  runGrants: [],
  standing: [],
  definition: 'now',
  allowedInConversation: false,
  ...over,
});
const before = { title: '', description: '', inputSchema: {} };

describe('a tool that changed', () => {
  it.each(allowing)('is allowed by %s when it has not', (_name, over) => {
    expect(decide(input(over)).outcome).toBe('allow');
  });

  it.each(allowing)('asks in spite of %s', (_name, over) => {
    expect(decide(input(over, { kind: 'changed', before }))).toMatchObject({
      outcome: 'ask',
      rule: 'tool-changed',
      reason: expect.stringMatching(/has changed/),
    });
    expect(decide(input(over, { kind: 'added' }))).toMatchObject({
      outcome: 'ask',
      rule: 'tool-changed',
      reason: expect.stringMatching(/is new/),
    });
  });

  it('stays forbidden where it is, and is called by the person themselves', () => {
    expect(decide(input({ runGrants: [{ ...all, effect: 'deny' }] }, { kind: 'changed', before })).outcome).toBe('deny');
    expect(decide(input({ actor: { kind: 'person' } }, { kind: 'changed', before })).outcome).toBe('allow');
  });

  it('is the same tool once it is accepted: what was pinned to it still holds', () => {
    const hash = (text: string) => text;
    expect(definitionHash(hash, tool('notes', 'read', { unaccepted: { kind: 'changed', before } }))).toBe(
      definitionHash(hash, tool('notes', 'read')),
    );
  });
});
