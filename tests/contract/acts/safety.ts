// Calls about programs, questions, grants and the way back: how a person does each here.

import { graph, until } from '../../helpers/engine-lab.ts';
import type { WhoLab } from '../../helpers/who-lab.ts';
import { type Act, drain, file, grant, name, newest, quick, to, workflow } from './kit.ts';

export const safetyActs: Record<string, Act> = {
  'clients.add': { do: ({ page }) => page.clients.add({ name: name('Program') }) },
  'clients.revoke': to(
    ({ page }) => page.clients.add({ name: name('Program') }),
    ({ client }, { page }) => page.clients.revoke({ name: client.name }),
  ),
  'clients.letIn': to(
    async (lab) => {
      for await (const event of await lab.cli.clients.session({ client: name('Local') })) if (event.type === 'open') break;
      const known =
        (await lab.page.clients.list()).find(({ comes, revokedAt }) => comes === 'local' && revokedAt === undefined)?.name ?? '';
      await lab.page.clients.revoke({ name: known });
      return known;
    },
    (known, { page }) => page.clients.letIn({ name: known }),
  ),
  'clients.session': { do: (lab) => session(lab, async () => undefined), leaves: ['access'], by: 'client' },
  'clients.callTool': {
    do: (lab) => session(lab, (at) => lab.cli.clients.callTool({ session: at, call: 'c1', name: 'list_workflows' })),
    leaves: ['call'],
    by: 'client',
  },
  'clients.readResource': {
    do: (lab) =>
      session(lab, async (at) => {
        const [first] = await lab.cli.clients.listResources({ session: at });
        if (first === undefined) throw new Error('There is no resource.');
        await lab.cli.clients.readResource({ session: at, uri: first.uri });
      }),
    leaves: ['call'],
    by: 'client',
  },
  'clients.getPrompt': {
    do: (lab) =>
      session(lab, async (at) => {
        const [first] = await lab.cli.clients.listPrompts({ session: at });
        if (first === undefined) throw new Error('There is no prompt.');
        await lab.cli.clients.getPrompt({ session: at, name: first.name, args: { task: 'Sort these letters.' } });
      }),
    leaves: ['call'],
    by: 'client',
  },

  'inbox.answer': to(
    async (lab) => {
      const document = graph([{ id: 'a', kind: 'person.ask', config: { question: 'Well?' } }], [], name('Asks'));
      const { id } = await lab.page.runs.start({ workflow: { document } });
      const { inbox } = lab.host.runtime.services.ports.store;
      const open = () => inbox.list({ status: 'open', limit: 50 }).find((item) => item.run === id);
      await until(() => open() !== undefined, 'the question');
      return open()?.id as never;
    },
    (id, { page }) => page.inbox.answer({ id, answer: { kind: 'question', value: 'Yes' } }),
  ),

  'policy.putGrant': { do: grant },
  'policy.revokeGrant': to(grant, ({ id }, { page }) => page.policy.revokeGrant({ id })),
  'policy.restoreGrant': to(
    async (lab) => lab.page.policy.revokeGrant({ id: (await grant(lab)).id }),
    ({ id }, { page }) => page.policy.restoreGrant({ id }),
  ),

  'undo.undo': to(newest, ({ id }, { page }) => page.undo.undo({ selection: { set: id } }), { leaves: ['undo'] }),
  'undo.carryOut': to(
    async (lab) => {
      const { id } = await newest(lab);
      for await (const events of await lab.page.undo.prepare({ selection: { set: id } }))
        for (const event of events) if (event.kind === 'plan') return event.plan;
      throw new Error('There was no plan.');
    },
    ({ id, hash }, { page }) => drain(page.undo.carryOut({ plan: id, hash })),
    { leaves: ['undo'] },
  ),
  'undo.rollback': to(
    async (lab) => {
      const { id, revision } = await workflow(lab);
      await lab.page.workflows.save({ id, revision, document: quick() });
      const revisions = await lab.page.undo.listRevisions({ kind: 'workflow', target: id });
      const first = revisions.at(-1);
      if (first === undefined) throw new Error('There is no revision.');
      return first.id;
    },
    (id, { page }) => page.undo.rollback({ id }),
    { leaves: ['change'] },
  ),

  'audit.dismissAnomaly': { do: ({ page }) => page.audit.dismissAnomaly({ id: 'of a test' }) },
  'audit.writeKeys': { do: (lab) => lab.cli.audit.writeKeys({ path: file(lab, 'json') }), leaves: ['secret'] },
};

/** As `orrery mcp` does for a program that has a token and may do all. */
async function session({ page, cli }: WhoLab, work: (session: string) => Promise<unknown>): Promise<void> {
  const { client, token } = await page.clients.add({ name: name('Program') });
  await page.policy.putGrant({
    draft: { subject: { kind: 'client', client: client.name }, effect: 'allow', kind: 'serve', target: '*', conditions: {} },
  });
  const end = new AbortController();
  for await (const event of await cli.clients.session({ client: client.name, token }, { signal: end.signal })) {
    if (event.type !== 'open') continue;
    await work(event.session);
    break;
  }
  end.abort();
}
