// What the audit log is told of a secret that a workflow sends and of an answer: who, why, and the grant that came of it.

import { expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ApprovalAnswer, InboxRequest } from '../../../shared/model/grant.ts';
import type { JobId, RunId, SecretName, ServerId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { sha256 } from '../../adapters/hash.ts';
import { withStore } from '../../adapters/sqlite/test-support.ts';
import { createPolicy } from './create-policy.ts';
import { answerWords, auditActorOf } from './decision-record.ts';
import { createSecretUse } from './secret-use.ts';

function world(given: ApprovalAnswer) {
  const told: NewAuditEntry[] = [];
  const standing: StandingGrant[] = [];
  const send = createSecretUse({
    ports: { hash: (text: string) => text, vault: { list: () => [{ name: 'TOKEN' }] } } as never,
    inbox: {
      ask: async ({ request }: { request: InboxRequest }) => ({
        kind: 'approval',
        answer: given,
        hash: request.kind === 'approval' ? request.hash : '',
      }),
    } as never,
    grants: {
      forKind: () => standing,
      noteUse: () => undefined,
      put(draft: object, about: object) {
        const grant = { ...draft, ...about, id: `g-${standing.length + 1}` } as StandingGrant;
        standing.push(grant);
        return grant;
      },
    } as never,
    audit: (entry) => told.push(entry),
  });
  const use = (run: string) =>
    send({
      secrets: ['TOKEN' as SecretName],
      receiver: { name: 'https://api.example', server: 'web' as ServerId, tool: 'http_request', identity: 'x' },
      args: {},
      run: { id: run as RunId, title: 'Nightly report' },
      step: 'send',
      context: {} as never,
    });
  return { told, use };
}

it('tells who asked to send a secret, what was answered, and from then on which grant allowed it', async () => {
  const { told, use } = world('always');
  await use('r-1');
  await use('r-2');
  const what = 'send the secret TOKEN to https://api.example';
  expect(told).toMatchObject([
    { kind: 'decision', outcome: 'asked', what, actor: { kind: 'workflow', name: 'Nightly report' }, run: 'r-1', step: 'send' },
    { kind: 'answer', outcome: 'allowed', what, actor: { kind: 'person' }, details: { answer: 'always', grant: 'g-1' } },
    { kind: 'decision', outcome: 'allowed', what, run: 'r-2', details: { rule: 'standing-grant', grant: 'g-1' } },
  ]);
});

it('tells that it was not allowed', async () => {
  const { told, use } = world('deny');
  await expect(use('r-1')).rejects.toMatchObject({ code: 'denied' });
  expect(told.at(-1)).toMatchObject({ kind: 'answer', outcome: 'denied', reason: 'Nightly report asked, and you did not allow it.' });
});

it('names a graph’s deeds by the job that started it, else by its run', () => {
  const actor = { kind: 'workflow' } as const;
  expect(auditActorOf(actor, { title: 'Tidy' })).toEqual({ kind: 'workflow', name: 'Tidy' });
  expect(auditActorOf(actor, { title: 'Tidy' }, { job: 'j-1' as JobId, title: 'Tidy' })).toEqual({ kind: 'job', id: 'j-1', name: 'Tidy' });
  expect(auditActorOf(actor)).toEqual({ kind: 'workflow', name: 'Workflow' });
  expect(answerWords('Librarian', 'once')).toBe('Librarian asked, and you allowed it once.');
});

it('names a graph in the list of decisions by its run', () =>
  withStore(async ({ store }) => {
    const clock = { now: () => 1_800_000_000_000 } as never;
    const vault = { redact: (text: string) => text } as never;
    const ports = { store, tools: { servers: () => [], tools: () => [] } as never, hash: sha256, clock, vault };
    const policy = createPolicy({ ports, inbox: { ask: () => Promise.reject(new Error('asked')) } });
    const request = { tool: tool('files', 'read_text'), args: {}, run: { id: 'r-1' as RunId, title: 'Tidy' } } as never as object;
    const decision = { outcome: 'allow', reason: 'It only reads.', rule: 'only-reads' } as never;
    policy.decided({ ...request, actor: { kind: 'workflow' } } as never, decision);
    policy.decided({ ...request, actor: { kind: 'person' } } as never, decision);
    expect(policy.recent(2).map(({ who }) => who)).toEqual(['You', 'Tidy']);
  }));
