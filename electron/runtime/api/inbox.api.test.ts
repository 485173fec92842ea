// On the desktop a page's "always" is only a proposal: the person sees, outside the page, what it would allow from then on.

import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import type { InboxItem, InboxRequest } from '../../../shared/model/grant.ts';
import type { InboxId, RunId } from '../../../shared/model/ids.ts';
import type { Consent, Proposal } from '../policy/proposals.ts';
import { inboxApi } from './inbox.api.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const request: InboxRequest = {
  kind: 'approval',
  server: 'files' as never,
  tool: 'write_text',
  args: {},
  hash: 'h',
  reason: 'r',
  action: 'Write a.txt',
  always: ['Read, write and remove everything in /home/me'],
  undoable: false,
};
const item: InboxItem = { id: 'i' as InboxId, run: 'r' as RunId, step: 's', title: 't', request, createdAt: 1, status: 'open' };

function open(agrees: boolean) {
  const asked: Proposal[] = [];
  const answers: unknown[] = [];
  const consent: Consent = {
    isChosen: () => false,
    ask: async (proposal) => {
      asked.push(proposal);
      return agrees;
    },
  };
  const inbox = {
    answer: (_id: InboxId, answer: never) => {
      answers.push(answer);
      return { ...item, status: 'answered' as const, answer };
    },
  };
  const api = inboxApi({ ports: { store: { inbox: { get: () => item } } } as never, inbox: inbox as never });
  return { asked, answers, client: createRouterClient({ inbox: api }, { context: { log, client: 'page', consent } }) };
}
const say = (answer: 'once' | 'always') => ({ id: item.id, answer: { kind: 'approval' as const, answer, hash: 'h' } });

test('“always” changes nothing without a yes outside the page', async () => {
  const { asked, answers, client } = open(false);
  await expect(client.inbox.answer(say('always'))).rejects.toMatchObject({ data: { code: 'not-confirmed' } });
  expect(asked).toMatchObject([{ lines: ['Read, write and remove everything in /home/me'] }]);
  expect(answers).toEqual([]);
});

test('with a yes it is given, and “once” needs none', async () => {
  const { asked, answers, client } = open(true);
  await client.inbox.answer(say('once'));
  expect(asked).toEqual([]);
  await client.inbox.answer(say('always'));
  expect(asked).toHaveLength(1);
  expect(answers).toMatchObject([{ answer: 'once' }, { answer: 'always' }]);
});
