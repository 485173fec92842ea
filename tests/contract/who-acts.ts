// For each call of the contract that does something: how a person does it here. What must come of it is checked by who-did-it.test.ts from
// the call's row in electron/runtime/deeds/deeds.ts.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { AuditEntry, AuditKind } from '../../shared/model/audit.ts';
import type { DueId, RunId, SecretName, ServerId } from '../../shared/model/ids.ts';
import type { DueRun } from '../../shared/model/job.ts';
import { noFacts } from '../../shared/model/vault.ts';
import { startAuthLab } from '../helpers/auth-server.ts';
import { graph, until } from '../helpers/engine-lab.ts';
import { passphrase, type WhoLab } from '../helpers/who-lab.ts';

export interface Act {
  do(lab: WhoLab): Promise<unknown>;
  /** Makes what it is done to; its entries do not count. */
  before?(lab: WhoLab): Promise<unknown>;
  /** It may be refused here, for this reason: then that is what must be told. */
  mayFail?: string;
  /** Kinds of entries one of which must be there, where the row of the call says that somebody else writes them. */
  leaves?: readonly AuditKind[];
  /** Done as such: by whom the entries are then, where it is not the person. */
  by?: AuditEntry['actor']['kind'];
  /** It cannot be done without the network or a desktop; where it is tested. */
  elsewhere?: string;
}

let made = 0;
const next = (): number => {
  made += 1;
  return made;
};
const name = (word: string): string => `${word} ${next()}`;
const secret = (): SecretName => `SECRET_${next()}` as SecretName;
const quick = () => graph([{ id: 'a', kind: 'data.template', config: { text: 'x' } }], [], name('Quick'));
const slow = () => graph([{ id: 'a', kind: 'flow.delay', config: { seconds: 600 } }], [], name('Slow'));
const timed = () => graph([{ id: 't', kind: 'trigger.schedule' }], [], name('Timed'));
const hooked = () => graph([{ id: 't', kind: 'trigger.webhook' }], [], name('Hooked'));
const child = (id: string, enabled = false) => ({
  ...{ id: id as ServerId, title: `Server ${id}`, command: process.execPath, env: {}, enabled },
  args: [path.resolve('electron/adapters/mcp/hostile-server.fixture.mjs'), 'good'],
  reach: { sandbox: 'off' as const, folders: [], hosts: [], roots: [], samplingTokens: 0 },
});
const server = async ({ page }: WhoLab, enabled = false) => (await page.tools.addServer({ config: child(`s${next()}`, enabled) })).id;

const running = (lab: WhoLab) => server(lab, true);
/** One that has prompts and resources, for all that ask for them. */
const everything = (() => {
  const id = 'everything' as ServerId;
  let started: Promise<ServerId> | undefined;
  const add = async ({ page }: WhoLab): Promise<ServerId> => {
    const args = [path.resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js')];
    await page.tools.addServer({ config: { ...child(id, true), args } });
    return id;
  };
  return (lab: WhoLab): Promise<ServerId> => {
    started ??= add(lab);
    return started;
  };
})();
const aResource = 'demo://resource/dynamic/text/1';

/** What one step made for the next of the same row. */
const kept = new Map<string, never>();
const keep = <T>(key: string, value: T): T => {
  kept.set(key, value as never);
  return value;
};
const get = <T>(key: string): T => kept.get(key) as T;
/** First makes a thing, then does something to it. */
const to = <T>(make: (lab: WhoLab) => Promise<T>, act: (thing: T, lab: WhoLab) => Promise<unknown>, more: Partial<Act> = {}): Act => {
  const key = `${next()}`;
  return { before: async (lab) => keep(key, await make(lab)), do: (lab) => act(get<T>(key), lab), ...more };
};
const drain = async (stream: Promise<AsyncIterable<unknown>>): Promise<void> => {
  for await (const _each of await stream);
};
const by = (lab: WhoLab): HostClient => lab.page;

const workflow = (lab: WhoLab, document = quick()) => by(lab).workflows.create({ document });
const ended = async (lab: WhoLab): Promise<RunId> => {
  const { id } = await by(lab).runs.start({ workflow: { document: quick() } });
  await lab.over(id);
  return id;
};
const going = async (lab: WhoLab): Promise<RunId> => (await by(lab).runs.start({ workflow: { document: slow() } })).id;
const stop = (lab: WhoLab, id: RunId) => by(lab).runs.cancel({ id });
const job = async (lab: WhoLab, document = timed()) => {
  const { id } = await workflow(lab, document);
  return by(lab).jobs.turnOn({ workflow: id, node: 't', grant: { tools: [], folders: [] } });
};
const agent = (lab: WhoLab) =>
  by(lab).agents.create({ draft: { name: name('Agent'), character: '', tools: [], grant: { tools: [], folders: [] }, maxSteps: 3 } });
const chat = (lab: WhoLab) => by(lab).chat.create({});
const idle = (lab: WhoLab, id: Awaited<ReturnType<typeof chat>>['id']) =>
  until(
    () => lab.host.runtime.services.ports.store.runs.list({ limit: 50, kind: 'turn' }).every((run) => run.endedAt !== undefined),
    `${id} is idle`,
  );
const talked = async (lab: WhoLab) => {
  const { id } = await chat(lab);
  const { message } = await by(lab).chat.send({ id, text: 'Hello' });
  await idle(lab, id);
  return { id, message };
};
const grant = (lab: WhoLab) =>
  by(lab).policy.putGrant({
    draft: {
      subject: { kind: 'everyone' },
      effect: 'deny',
      kind: 'tool-call',
      server: 'files' as ServerId,
      tool: name('none'),
      conditions: {},
    },
  });
const memory = (lab: WhoLab) => by(lab).memory.add({ draft: { text: name('A fact'), tags: [] } });
const noteIn = (lab: WhoLab) => by(lab).vault.set({ name: secret(), value: 'a value that nobody sees' });
const file = (lab: WhoLab, ending: string): string => path.join(lab.folder, `${name('file')}.${ending}`);
const provider = (lab: WhoLab, id = `p${next()}`) => ({
  config: { id, type: 'ollama' as const, title: 'Another', baseUrl: lab.ollama.url, enabled: true },
});
const n8n = () => JSON.stringify({ name: name('From n8n'), nodes: [], connections: {} });
const newest = async (lab: WhoLab) => {
  await memory(lab);
  const [set] = await by(lab).undo.listSets({ limit: 1 });
  if (set === undefined) throw new Error('There is no change set.');
  return set;
};

export const acts: Record<string, Act> = {
  'workflows.create': { do: (lab) => workflow(lab) },
  'workflows.save': to(workflow, ({ id, revision }, { page }) => page.workflows.save({ id, revision, document: quick() })),
  'workflows.remove': to(workflow, ({ id }, { page }) => page.workflows.remove({ id })),
  'workflows.duplicate': to(workflow, ({ id }, { page }) => page.workflows.duplicate({ id })),
  'workflows.importText': { do: ({ page }) => page.workflows.importText({ text: JSON.stringify(quick()) }) },
  'workflows.importForeign': { do: ({ page }) => page.workflows.importForeign({ text: n8n() }) },
  'workflows.readImportParts': to(
    ({ page }) => page.workflows.putImportPart({ upload: 'upload-of-a-test', index: 0, text: n8n() }),
    (_none, { page }) => page.workflows.readImportParts({ upload: 'upload-of-a-test', store: true }),
  ),
  'workflows.openSample': { do: ({ page }) => page.workflows.openSample({ file: 'daily-note.json' }) },

  'runs.start': { do: ended },
  'runs.cancel': to(going, (id, { page }) => page.runs.cancel({ id })),
  'runs.remove': to(ended, (id, { page }) => page.runs.remove({ id })),
  'runs.pause': to(going, async (id, lab) => {
    await lab.page.runs.pause({ id });
    await stop(lab, id);
  }),
  'runs.resume': to(
    async (lab) => {
      const id = await going(lab);
      await lab.page.runs.pause({ id });
      return id;
    },
    async (id, lab) => {
      await lab.page.runs.resume({ id });
      await stop(lab, id);
    },
  ),
  'runs.stepOnce': to(
    async ({ page }) => (await page.runs.start({ workflow: { document: quick() }, stepThrough: true })).id,
    (id, { page }) => page.runs.stepOnce({ id }),
  ),
  'runs.fork': to(ended, (id, { page }) => page.runs.fork({ id })),
  'runs.replay': to(ended, (id, { page }) => page.runs.replay({ id })),

  'queue.setPaused': {
    do: async ({ page }) => {
      await page.queue.setPaused({ isPaused: true });
      await page.queue.setPaused({ isPaused: false });
    },
  },
  'queue.setPriority': to(going, async (id, lab) => {
    await lab.page.queue.setPriority({ id, priority: 3 });
    await stop(lab, id);
  }),

  'jobs.turnOn': to(
    (lab) => workflow(lab, timed()),
    ({ id }, { page }) => page.jobs.turnOn({ workflow: id, node: 't', grant: { tools: [], folders: [] } }),
  ),
  'jobs.turnOff': to(job, ({ id }, { page }) => page.jobs.turnOff({ id })),
  'jobs.remove': to(job, ({ id }, { page }) => page.jobs.remove({ id })),
  'jobs.runNow': to(job, ({ id }, { page }) => page.jobs.runNow({ id })),
  'jobs.runMissed': to(
    async (lab) => {
      const { id } = await job(lab);
      const due: DueRun = { id: `due-${id}` as DueId, job: id, title: 'Timed', dueAt: 1, state: 'missed', reason: 'A test said so' };
      lab.host.runtime.services.ports.store.jobs.putDue([due]);
      return due.id;
    },
    (id, { page }) => page.jobs.runMissed({ id }),
  ),
  'jobs.renewWebhook': to(
    async (lab) => {
      const found = await job(lab, hooked());
      return found.id;
    },
    (id, { page }) => page.jobs.renewWebhook({ id }),
    { mayFail: 'Nothing listens for webhooks in this host.' },
  ),

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

  'chat.create': { do: chat },
  'chat.rename': to(chat, ({ id }, { page }) => page.chat.rename({ id, title: 'Another title' })),
  'chat.setAgent': to(
    async (lab) => ({ id: (await chat(lab)).id, agent: (await agent(lab)).id }),
    (both, { page }) => page.chat.setAgent(both),
  ),
  'chat.remove': to(chat, ({ id }, { page }) => page.chat.remove({ id })),
  'chat.attach': to(everything, (at, { page }) => page.chat.attach({ server: at, source: { kind: 'prompt', name: 'simple-prompt' } }), {
    leaves: ['call'],
  }),
  'chat.send': { do: talked },
  'chat.stop': to(chat, ({ id }, { page }) => page.chat.stop({ id })),
  'chat.retry': to(talked, async ({ id }, lab) => {
    await lab.page.chat.retry({ id });
    await idle(lab, id);
  }),
  'chat.editAndResend': to(talked, async ({ id, message }, lab) => {
    await lab.page.chat.editAndResend({ id, message, text: 'Hello again' });
    await idle(lab, id);
  }),

  'agents.create': { do: agent },
  'agents.update': to(agent, ({ id, createdAt: _c, updatedAt: _u, ...draft }, { page }) =>
    page.agents.update({ id, draft: { ...draft, character: 'Calm.' } }),
  ),
  'agents.remove': to(agent, ({ id }, { page }) => page.agents.remove({ id })),

  'models.testProvider': { do: (lab) => lab.page.models.testProvider(provider(lab)), leaves: ['connection'], by: 'app' },
  'models.saveProvider': { do: (lab) => lab.page.models.saveProvider(provider(lab)) },
  'models.removeProvider': to(
    async (lab) => {
      const given = provider(lab);
      await lab.page.models.saveProvider(given);
      return given.config.id;
    },
    (id, { page }) => page.models.removeProvider({ id }),
  ),
  'models.pull': { do: ({ page }) => drain(page.models.pull({ provider: 'ollama', model: 'new:1b' })) },
  'models.removeModel': { do: ({ page }) => page.models.removeModel({ provider: 'ollama', model: 'old:1b' }) },

  'tools.addServer': { do: (lab) => server(lab) },
  'tools.updateServer': to(server, (id, { page }) => page.tools.updateServer({ config: { ...child(id), title: 'Renamed' } })),
  'tools.removeServer': to(server, (id, { page }) => page.tools.removeServer({ id })),
  'tools.startServer': to(server, (id, { page }) => page.tools.startServer({ id })),
  'tools.stopServer': to(running, (id, { page }) => page.tools.stopServer({ id })),
  'tools.call': {
    do: (lab) =>
      lab.page.tools.call({ server: 'files' as ServerId, tool: 'write_text', args: { path: file(lab, 'txt'), text: 'by hand' } }),
    leaves: ['call'],
  },
  'tools.readResource': to(everything, (at, { page }) => page.tools.readResource({ server: at, uri: aResource }), { leaves: ['call'] }),
  'tools.watchResource': to(
    everything,
    async (at, { page }) => {
      for await (const _first of await page.tools.watchResource({ server: at, uri: aResource })) break;
    },
    { leaves: ['call'] },
  ),
  'tools.getPrompt': to(everything, (at, { page }) => page.tools.getPrompt({ server: at, name: 'simple-prompt' }), { leaves: ['call'] }),
  'tools.acceptChanges': to(running, (id, { page }) => page.tools.acceptChanges({ id })),
  'tools.releaseServer': to(running, (id, { page }) => page.tools.releaseServer({ id })),
  'tools.signIn': to(
    async ({ page }) => {
      const auth = await startAuthLab();
      const id = `s${next()}` as ServerId;
      await page.tools.addServer({
        config: { id, title: 'Signs in', command: '', args: [], env: {}, transport: 'http', url: auth.url, enabled: false },
      });
      return { auth, id };
    },
    async ({ auth, id }, { page }) => {
      await page.tools.signIn({ id }).finally(() => auth.close());
    },
  ),
  'tools.signOut': to(server, (id, { page }) => page.tools.signOut({ id })),

  'servers.apply': to(
    ({ page }) => page.servers.preview({ kind: 'text', text: `${process.execPath} electron/adapters/mcp/hostile-server.fixture.mjs good` }),
    ({ token, servers }, { page }) => {
      const [first] = servers;
      if (token === undefined || first === undefined) throw new Error('Nothing was planned.');
      return page.servers.apply({
        token,
        servers: [{ key: first.key, id: `s${next()}` as ServerId, title: 'Taken over', enabled: false }],
      });
    },
  ),
  'servers.fetchNode': { do: ({ page }) => page.servers.fetchNode({ version: '1.2.3' }), mayFail: 'No such Node is offered.' },
  'servers.stopNode': { do: ({ page }) => page.servers.stopNode() },
  'servers.removeNode': { do: ({ page }) => page.servers.removeNode({ version: '1.2.3' }), mayFail: 'No such Node is kept.' },
  'servers.checkPackage': { do: async () => undefined, elsewhere: 'electron/runtime/servers/package-updates.test.ts' },
  'servers.updatePackage': { do: async () => undefined, elsewhere: 'electron/runtime/servers/package-updates.test.ts' },

  'memory.add': { do: memory },
  'memory.edit': to(memory, ({ id }, { page }) => page.memory.edit({ id, draft: { text: 'Another fact', tags: [] } })),
  'memory.forget': to(memory, ({ id }, { page }) => page.memory.forget({ id })),

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

  'vault.set': { do: noteIn },
  'vault.replace': to(noteIn, (info, { page }) => page.vault.replace({ name: info.name, value: 'another value' })),
  'vault.remove': to(noteIn, (info, { page }) => page.vault.remove({ name: info.name })),
  'vault.create': { do: ({ page }) => page.vault.create({ name: secret(), kind: 'note', values: { text: 'kept' } }) },
  'vault.change': to(noteIn, (info, { page }) => page.vault.change({ name: info.name, facts: { ...noFacts, hosts: ['a.example'] } })),
  'vault.copy': to(noteIn, (info, { page }) => page.vault.copy({ name: info.name }), {
    elsewhere: 'electron/runtime/vault/record-uses.test.ts',
  }),
  'vault.setPassphrase': { do: ({ page }) => page.vault.setPassphrase({ passphrase }), mayFail: 'It has one.' },
  'vault.changePassphrase': { do: ({ page }) => page.vault.changePassphrase({ old: passphrase, passphrase }) },
  'vault.removePassphrase': { do: ({ page }) => page.vault.removePassphrase(), mayFail: 'It is the only way in.' },
  'vault.addKeychain': { do: ({ page }) => page.vault.addKeychain(), mayFail: 'There is no keychain here.' },
  'vault.removeKeychain': { do: ({ page }) => page.vault.removeKeychain(), mayFail: 'There is no keychain here.' },
  'vault.unlock': to(
    ({ page }) => page.vault.lock(),
    (_none, { page }) => page.vault.unlock({ passphrase }),
  ),
  'vault.lock': {
    do: async ({ page }) => {
      await page.vault.lock();
      await page.vault.unlock({ passphrase });
    },
  },
  'vault.makeRecovery': { do: (lab) => lab.page.vault.makeRecovery({ file: file(lab, 'key') }) },
  'vault.removeRecovery': to(
    (lab) => lab.page.vault.makeRecovery({ file: file(lab, 'key') }),
    (_none, { page }) => page.vault.removeRecovery(),
  ),
  'vault.rotate': { do: ({ page }) => page.vault.rotate({ passphrase }) },
  'vault.takeIn': to(
    async (lab) => {
      const from = file(lab, 'csv');
      writeFileSync(from, 'name,url,username,password\nA site,https://a.example,anna,maple-harbour-41\n');
      return lab.page.vault.previewImport({ file: from });
    },
    ({ id }, { page }) => page.vault.takeIn({ id, take: [{ index: 0, name: secret(), replace: false }] }),
  ),
  'vault.makeBackup': { do: (lab) => lab.page.vault.makeBackup({ file: file(lab, 'backup'), passphrase: 'another long one' }) },

  'settings.change': { do: ({ page }) => page.settings.change({ theme: 'dark', keepRunsDays: 77 }) },
  'audit.dismissAnomaly': { do: ({ page }) => page.audit.dismissAnomaly({ id: 'of a test' }) },
  'audit.writeKeys': { do: (lab) => lab.cli.audit.writeKeys({ path: file(lab, 'json') }), leaves: ['secret'] },
  'shell.openLink': { do: ({ page }) => page.shell.openLink({ url: 'https://a.example/page' }), mayFail: 'There is no desktop.' },
  'shell.openTerminal': {
    do: async ({ page }) => {
      const { id } = await page.shell.openTerminal({ cols: 80, rows: 24 });
      await page.shell.closeTerminal({ id });
    },
    mayFail: 'No terminal can be opened here.',
  },
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
