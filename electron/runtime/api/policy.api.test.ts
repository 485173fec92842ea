// Grants over the contract: on the desktop a page alone neither allows anything nor lifts what is forbidden.

import { createRouterClient } from '@orpc/server';
import { afterEach, expect, it } from 'vitest';
import type { Agent } from '../../../shared/model/agent.ts';
import type { ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import type { GrantDraft } from '../../../shared/model/policy.ts';
import { type AgentWorld, openAgentWorld, tool } from '../../../tests/helpers/agent-world.ts';
import { graph } from '../../../tests/helpers/engine-lab.ts';
import { builtInNodes } from '../nodes/nodes.generated.ts';
import { createRegistry } from '../nodes/registry.ts';
import { createPolicy } from '../policy/create-policy.ts';
import type { Proposal } from '../policy/proposals.ts';
import { policyApi } from './policy.api.ts';

let world: AgentWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function open(agrees: boolean) {
  world = await openAgentWorld({
    tools: [
      { info: tool('files', 'write_text'), run: () => 'ok' },
      { info: tool('mail', 'send'), run: () => 'ok' },
    ],
    replies: () => ({ text: '' }),
  });
  const { store, tools, hash, clock, vault, ids, files, settings, inbox, log } = world.now;
  const registry = createRegistry({ nodes: builtInNodes, toolHost: tools });
  const policy = createPolicy({ ports: { store, tools, hash, clock, vault, ids }, inbox, registry });
  const asked: Proposal[] = [];
  const consent = {
    isChosen: () => false,
    ask: async (proposal: Proposal) => {
      asked.push(proposal);
      return agrees;
    },
  };
  const api = { policy: policyApi({ ports: { store, tools, hash, files, clock, vault }, registry, policy, settings }) };
  const client = createRouterClient(api, { context: { log, client: 'page', consent } });
  const [agent] = store.agents.list();
  if (agent === undefined) throw new Error('no agent');
  return { client: client.policy, asked, agent, store, policy, toolInfos: world.now.toolInfos };
}
/** Its page gives it the tool. */
const give = (agent: Agent): void => world?.now.store.agents.put({ ...agent, tools: ['mail.*'] });
const draft = (over: Partial<GrantDraft> = {}): GrantDraft => ({
  subject: { kind: 'everyone' },
  effect: 'allow',
  kind: 'tool-call',
  server: 'mail' as ServerId,
  tool: 'send',
  conditions: {},
  ...over,
});

it('without a yes outside the page nothing is allowed, and nothing forbidden is lifted', async () => {
  const { client, asked } = await open(false);
  await expect(client.putGrant({ draft: draft() })).rejects.toMatchObject({ data: { code: 'not-confirmed' } });
  const deny = await client.putGrant({ draft: draft({ effect: 'deny' }) });
  expect(asked).toHaveLength(1);
  await expect(client.revokeGrant({ id: deny.id })).rejects.toMatchObject({ data: { code: 'not-confirmed' } });
  expect(asked[1]?.lines).toEqual(['No longer forbidden: Call mail.send']);
  expect(await client.listGrants({})).toMatchObject([{ effect: 'deny', state: 'active', who: 'Every agent' }]);
});

it('a grant is listed in words, decides, is counted, taken back and given again', async () => {
  const { client, agent, toolInfos } = await open(true);
  give(agent);
  const call = { agent: agent.id, server: 'mail' as ServerId, tool: 'send', args: { to: 'ada@example.org' } };
  expect((await client.dryRun(call)).decision.outcome).toBe('ask');
  const subject = { kind: 'agent' as const, agent: agent.id };
  const grant = await client.putGrant({ draft: draft({ subject, conditions: { args: { to: '*@example.org' }, perHour: 2 } }) });
  expect(grant).toMatchObject({ who: agent.name, words: ['Call mail.send', 'only when to is *@example.org', 'at most 2 times an hour'] });
  expect((await client.dryRun(call)).decision).toMatchObject({ outcome: 'allow', grant: grant.id });
  const other = await client.dryRun({ ...call, args: { to: 'eve@evil.example' } });
  expect(other.decision.outcome).toBe('ask');
  expect(other.approval?.choices?.map(({ id }) => id)).toEqual(['exact', 'tool']);
  const info = toolInfos.find((each) => each.info.name === 'send');
  if (info !== undefined) info.info = { ...info.info, description: 'Sends, and more.' };
  expect(await client.listGrants({ query: 'send' })).toMatchObject([{ state: 'changed' }]);
  expect((await client.dryRun(call)).decision).toMatchObject({ outcome: 'ask', rule: 'tool-changed' });
  expect(await client.revokeGrant({ id: grant.id })).toMatchObject({ state: 'revoked' });
  expect((await client.dryRun(call)).decision.rule).toBe('nothing-allows');
  expect(await client.restoreGrant({ id: grant.id })).toMatchObject({ state: 'changed' });
});

it('refuses what is incomplete, with its place', async () => {
  const { client } = await open(true);
  const { server: _server, ...bare } = draft();
  await expect(client.putGrant({ draft: bare })).rejects.toMatchObject({ data: { code: 'grant-invalid', place: 'draft.server' } });
  await expect(client.putGrant({ draft: draft({ tool: 'absent' }) })).rejects.toMatchObject({ data: { code: 'tool-not-found' } });
  await expect(client.revokeGrant({ id: 'nothing' })).rejects.toMatchObject({ data: { code: 'grant-not-found' } });
});

it('a program’s grant for one workflow is said by its name, and is for it as it is: changed, it asks, and shows so', async () => {
  const { client, asked, store, policy } = await open(true);
  const write = (path: string) => ({
    ...graph([{ id: 'w', kind: 'data.write-file', config: { path, text: 'x' } }], [], 'Daily'),
    ...{ id: 'w1' as WorkflowId, createdAt: 1, updatedAt: 1 },
  });
  store.workflows.insert({ ...write('/out/a.txt'), revision: 0 });
  const subject = { kind: 'client' as const, client: 'Editor' };
  const made = await client.putGrant({
    draft: { subject, effect: 'allow', kind: 'serve', target: 'run_workflow', conditions: { args: { workflow: 'w1' }, perHour: 9 } },
  });
  expect(asked[0]?.lines).toEqual(['Run the workflow “Daily”', 'only as it was when you allowed it', 'at most 9 times an hour']);
  expect(made).toMatchObject({ words: asked[0]?.lines, state: 'active' });
  expect(made).not.toHaveProperty('agreed');
  const action = { kind: 'serve' as const, client: 'Editor', tool: 'run_workflow', args: { workflow: 'w1' } };
  expect(policy.explain({ actor: subject, action }).outcome).toBe('allow');
  store.workflows.update({ ...write('/etc/passwd'), revision: 1 }, 0);
  // Saving its form once more agrees to nothing new.
  const { subject: who, effect, kind, target, conditions } = made;
  await client.putGrant({ id: made.id, draft: { subject: who, effect, kind, target, conditions } });
  expect(policy.explain({ actor: subject, action })).toMatchObject({
    outcome: 'ask',
    rule: 'agreed-changed',
    changes: ['It now: writes the file /etc/passwd (before: writes the file /out/a.txt)'],
  });
  expect(await client.listGrants({ query: 'daily' })).toMatchObject([{ state: 'changed' }]);
  // One for any is for any.
  const any = await client.putGrant({ draft: { subject, effect: 'allow', kind: 'serve', target: 'run_workflow', conditions: {} } });
  expect(any.words).toEqual(['Run any workflow']);
  expect(policy.explain({ actor: subject, action }).outcome).toBe('allow');
});

it('a dry run says what would end the call before anybody decides about it; what a grant forbids is said first', async () => {
  const { client, agent, toolInfos } = await open(true);
  const call = { agent: agent.id, server: 'mail' as ServerId, tool: 'send', args: {} };
  expect((await client.dryRun(call)).decision).toMatchObject({ outcome: 'deny', rule: 'not-its-tool' });
  give(agent);
  const info = toolInfos.find((each) => each.info.name === 'send');
  if (info !== undefined)
    info.info = { ...info.info, inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] } };
  const unfit = await client.dryRun(call);
  expect(unfit).toMatchObject({ decision: { outcome: 'deny', rule: 'unfit-arguments', reason: expect.stringContaining('to') } });
  expect(unfit.approval).toBeUndefined();
  expect((await client.dryRun({ ...call, args: { to: 'ada@example.org' } })).decision.outcome).toBe('ask');
  await client.putGrant({ draft: draft({ effect: 'deny' }) });
  expect((await client.dryRun(call)).decision.rule).toBe('grant-forbids');
});
