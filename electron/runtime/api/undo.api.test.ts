// Undo over the contract: on the desktop a page alone gives no powers back, also with a plan that was made before things changed.

import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentId } from '../../../shared/model/ids.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import type { Proposal } from '../policy/proposals.ts';
import { undoApi } from './undo.api.ts';

let lab: UndoLab;
let asked: Proposal[];
/** While the person looks at the dialog. */
let meanwhile: () => void;
beforeEach(() => {
  lab = undoLab();
  asked = [];
  meanwhile = () => undefined;
});
afterEach(() => lab.close());

const agentWith = (folders: string[]) => ({
  ...{ id: 'a1' as AgentId, name: 'Ada', character: '', tools: [], grant: { tools: [], folders }, maxSteps: 5, createdAt: 1, updatedAt: 1 },
});
const foldersNow = () => lab.store.agents.get('a1' as AgentId)?.grant.folders;

function page(agrees: boolean) {
  const consent = {
    isChosen: () => false,
    async ask(proposal: Proposal) {
      asked.push(proposal);
      meanwhile();
      return agrees;
    },
  };
  const hash = { hash: (text: string) => text };
  const api = { undo: undoApi({ undo: lab.undo, ports: hash, store: lab.store } as never) };
  return createRouterClient(api, { context: { log: {}, client: 'page', consent } as never }).undo;
}

async function planned(client: ReturnType<typeof page>, change: string) {
  for await (const events of await client.prepare({ selection: { change: change as never } }))
    for (const event of events) if (event.kind === 'plan') return event.plan;
  throw new Error('no plan came');
}
async function carriedOut(client: ReturnType<typeof page>, plan: { id: never; hash: string }): Promise<void> {
  for await (const _ of await client.carryOut({ plan: plan.id, hash: plan.hash })) void _;
}

it('asks before a plan gives powers back, and a no leaves them away', async () => {
  lab.store.agents.put(agentWith(['/work']));
  lab.store.agents.put(agentWith([]));
  const [away] = lab.undo.list({ limit: 1 });
  const client = page(false);
  const plan = await planned(client, away?.id ?? '');
  await expect(carriedOut(client, plan as never)).rejects.toMatchObject({ data: { code: 'not-confirmed' } });
  expect(asked).toHaveLength(1);
  expect(foldersNow()).toEqual([]);
});

it('a plan that was made while the powers were there gives none back after they were taken away', async () => {
  lab.store.agents.put(agentWith(['/work']));
  lab.store.agents.put(agentWith([]));
  const [away] = lab.undo.list({ limit: 1 });
  // Given again by the person: taking back that they were taken away changes nothing now.
  lab.store.agents.put(agentWith(['/work']));
  const client = page(false);
  const plan = await planned(client, away?.id ?? '');
  expect(plan.counts).toMatchObject({ already: 1, ready: 0 });
  lab.store.agents.put(agentWith([]));
  await carriedOut(client, plan as never);
  expect(asked).toEqual([]);
  expect(foldersNow()).toEqual([]);
});

it('what was shown as changed since, and kept, is kept also where it comes to be as the change left it', async () => {
  lab.store.agents.put(agentWith(['/work']));
  lab.store.agents.put(agentWith([]));
  const [away] = lab.undo.list({ limit: 1 });
  lab.store.agents.put(agentWith(['/other']));
  const client = page(false);
  const plan = await planned(client, away?.id ?? '');
  expect(plan.counts).toMatchObject({ conflict: 1, ready: 0 });
  lab.store.agents.put(agentWith([]));
  await carriedOut(client, plan as never);
  expect(foldersNow()).toEqual([]);
});

it('what came to be meant while the dialog was open was not agreed to', async () => {
  lab.store.agents.put(agentWith([]));
  lab.store.agents.put(agentWith(['/one']));
  const client = page(true);
  meanwhile = () => lab.store.agents.put(agentWith(['/one', '/two']));
  await expect(client.undo({ selection: { since: 0, actor: { kind: 'person' } } })).rejects.toMatchObject({
    data: { code: 'undo-changed' },
  });
  expect(foldersNow()).toEqual(['/one', '/two']);
});
