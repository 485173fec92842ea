// What the pages of safety show after a few days: standing grants of every kind, questions that wait and were answered, changes that
// can be undone and one that was changed since, secrets of every kind and their uses, other programs, and tries that were refused.
// Made through the contract and over HTTP; nothing of it reaches another machine.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { ApprovalAnswer, ApprovalChoice, InboxItem } from '../../shared/model/grant.ts';
import type { AgentId, ConversationId, RunId, SecretName, ServerId } from '../../shared/model/ids.ts';
import type { GrantDraft } from '../../shared/model/policy.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { workflowDocument } from '../../shared/model/workflow.ts';
import type { OllamaReply } from './scripted-ollama.ts';

export interface DemoSafety {
  /** Asks for a change of a file that is there, with its difference. */
  correct: InboxItem['id'];
  /** Asks before a request leaves, after it read what others wrote and what is the person's own. */
  send: InboxItem['id'];
  /** Another program asks. */
  program: InboxItem['id'];
  /** What that program did since it connected. */
  session: RunId;
  answered: InboxItem['id'];
  /** Of the grants, one with many conditions. */
  grant: string;
  /** A run that made, changed, moved and deleted. */
  tidy: RunId;
  login: SecretName;
}

const day = 86_400_000;

/** What the scripted model does when it is asked about these; undefined for all else. */
export function safetyReply(notes: string, asked: string, done: number, call: Caller): OllamaReply | undefined {
  const plan = path.join(notes, 'plan-q1.md');
  if (/correct the budget/i.test(asked)) {
    if (done === 0) return call('read_text', { path: plan });
    if (done > 1) return { text: 'Done. The plan says 44,300 EUR now.' };
    return {
      ...call('write_text', {
        path: plan,
        text: '# Plan for the first quarter\n\nThe launch moves to March. Two more people are asked for.\nBudget: 44,300 EUR, of which 2,500 EUR are for travel.\n',
      }),
      text: 'The plan still has the old budget. I would change that one line and leave the rest.',
    };
  }
  if (/northwind/i.test(asked)) {
    if (done === 0) return call('fetch_page', { url: 'https://news.northwind.example/offers' });
    if (done === 1) return call('read_text', { path: plan });
    if (done === 2)
      return {
        ...call('fetch_json', { url: 'https://api.northwind.example/v2/offers?quarter=2027-Q1&budget=41800&currency=EUR' }),
        text: 'I have the offers and your plan. To compare them I would ask Northwind for this quarter’s prices.',
      };
    return { text: 'I left it there.' };
  }
  if (/keep the trip/i.test(asked)) {
    if (done === 0) return call('write_text', { path: path.join(notes, 'trip-times.md'), text: '# Trip\n\n8:12, platform 4\n' });
    return { text: 'Kept in `trip-times.md`.' };
  }
  return undefined;
}
type Caller = (name: string, args: Record<string, unknown>) => OllamaReply;

async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`The demo’s ${what} did not come.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const openItem = (client: HostClient, isIt: (item: InboxItem) => boolean, what: string): Promise<InboxItem> =>
  waitFor(what, async () => (await client.inbox.list({ status: 'open', limit: 100 })).find(isIt));

async function ask(client: HostClient, agent: AgentId, text: string): Promise<InboxItem> {
  const { id } = await client.chat.create({ agent });
  await client.chat.send({ id, text });
  return openItem(client, ({ conversation }) => conversation === (id as ConversationId), `question to “${text}”`);
}

async function answer(client: HostClient, item: InboxItem, given: ApprovalAnswer, choice?: ApprovalChoice['id']): Promise<void> {
  if (item.request.kind !== 'approval') throw new Error('This is no approval.');
  const { hash } = item.request;
  await client.inbox.answer({
    id: item.id,
    answer: { kind: 'approval', answer: given, hash, ...(choice === undefined ? {} : { choice }) },
  });
}

function grantsFor(librarian: AgentId, researcher: AgentId, notes: string): GrantDraft[] {
  const all = { kind: 'everyone' } as const;
  return [
    {
      subject: { kind: 'agent', agent: librarian },
      effect: 'allow',
      kind: 'tool-call',
      server: 'files' as ServerId,
      tool: 'create_folder',
      conditions: { folders: [notes], perHour: 20, until: Date.now() + 30 * day, hours: { from: '08:00', to: '18:00' } },
    },
    {
      subject: { kind: 'agent', agent: researcher },
      effect: 'allow',
      kind: 'tool-call',
      server: 'web' as ServerId,
      tool: 'fetch_page',
      conditions: { hosts: ['*.sqlite.org', 'docs.python.org', 'en.wikipedia.org'], perHour: 60 },
    },
    {
      subject: { kind: 'server', server: 'everything' as ServerId },
      effect: 'allow',
      kind: 'sampling',
      conditions: { tokensPerDay: 20_000 },
    },
    { subject: { kind: 'client', client: 'My editor' }, effect: 'allow', kind: 'serve', target: 'search_memory', conditions: {} },
    { subject: all, effect: 'allow', kind: 'secret-use', target: 'GITHUB_TOKEN', conditions: { hosts: ['api.github.com'] } },
    { subject: all, effect: 'deny', kind: 'tool-call', server: 'files' as ServerId, tool: 'delete_file', conditions: {} },
    { subject: all, effect: 'allow', kind: 'tool-call', server: 'notes' as ServerId, tool: '*', conditions: {} },
  ];
}

/** Every kind of entry, one that ended, one that ends soon, one with rules of its own. */
async function fillVault(client: HostClient, agent: AgentId): Promise<SecretName> {
  const login = 'NORTHWIND_LOGIN' as SecretName;
  await client.vault.create({
    name: login,
    kind: 'login',
    values: { username: 'anna@northwind.example', password: 'maple-harbour-quiet-41-lantern', totp: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    note: 'The portal for offers',
    facts: {
      address: 'https://portal.northwind.example',
      expiresAt: Date.now() + 12 * day,
      useExpired: false,
      hosts: ['portal.northwind.example', '*.northwind.example'],
      access: 'listed',
      parties: [{ kind: 'agent', id: agent, title: 'Librarian' }],
    },
  });
  await client.vault.create({
    name: 'DEPLOY_KEY' as SecretName,
    kind: 'key-file',
    values: { content: '-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n' },
    note: 'For the small server',
    facts: { fileName: 'id_ed25519', useExpired: false, hosts: [], access: 'any', parties: [] },
  });
  await client.vault.create({
    name: 'SAFE_CODE' as SecretName,
    kind: 'note',
    values: { text: 'Left 31, right 4, left 27' },
    note: 'In the archive',
  });
  await client.vault.create({
    name: 'OLD_CI_TOKEN' as SecretName,
    kind: 'token',
    values: { value: 'summer2024' },
    note: 'The former build server',
    facts: { expiresAt: Date.now() - 3 * day, useExpired: false, hosts: [], access: 'any', parties: [] },
  });
  return login;
}

/** A run that makes, changes, moves and deletes in a folder; then the person changes one of its files by hand. */
async function tidyNotes(client: HostClient, home: string, notes: string): Promise<RunId> {
  const at = (name: string): string => path.join(notes, name);
  writeFileSync(at('old-draft.md'), '# Draft\n\nNothing of this is needed any more.\n');
  writeFileSync(at('list.md'), '# Shopping\n\n- Bread\n- Coffee\n- Lamp oil\n');
  const calls: [string, string, Record<string, string>][] = [
    ['folder', 'create_folder', { path: at('Archive') }],
    [
      'shopping',
      'write_text',
      { path: at('list.md'), text: '# Shopping\n\n- Bread\n- Coffee, two packs\n- Candles\n\nKept by Tidy the notes.\n' },
    ],
    ['index', 'write_text', { path: at('index.md'), text: '# Notes\n\n- plan-q1.md\n- reading-list.md\n- list.md\n' }],
    ['move', 'move_file', { from: at('meeting-2026-11-17.md'), to: at('Archive/meeting-2026-11-17.md') }],
    ['remove', 'delete_file', { path: at('old-draft.md') }],
  ];
  const document = workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Tidy the notes',
    description: 'Keeps an index, files what is old and throws drafts away.',
    nodes: calls.map(([id, tool, args], index) => ({
      id,
      kind: 'tool.call',
      title: id.charAt(0).toUpperCase() + id.slice(1),
      config: { server: 'files', tool, args },
      position: { x: index * 252, y: 0 },
    })),
    edges: calls.slice(1).map(([id], index) => ({
      id: `e${index}`,
      from: { node: calls[index]?.[0] ?? '', port: 'out' },
      to: { node: id, port: 'in' },
    })),
  });
  const { id: workflow } = await client.workflows.create({ document });
  const { id } = await client.runs.start({ workflow: { id: workflow }, inputs: {}, grant: { tools: [], folders: [notes, home] } });
  await waitFor('tidied notes', async () => {
    const { run } = await client.runs.get({ id, brief: true });
    if (run.status === 'failed') throw new Error(`The demo could not tidy: ${run.error?.message}`);
    for (const item of await client.inbox.list({ status: 'open', limit: 100 })) if (item.run === id) await answer(client, item, 'once');
    return isRunOver(run.status) ? run : undefined;
  });
  writeFileSync(at('index.md'), '# Notes\n\n- plan-q1.md\n- reading-list.md\n- list.md\n- trip.txt, do not lose\n');
  return id;
}

/** Offline, so that nothing leaves: each try is refused and recorded. */
async function refusedTries(client: HostClient): Promise<void> {
  await client.settings.change({ offline: true });
  const tries = ['https://news.northwind.example/offers', 'https://www.sqlite.org/wal.html', 'https://en.wikipedia.org/wiki/Orrery'];
  for (const url of tries) await client.tools.call({ server: 'web' as ServerId, tool: 'fetch_page', args: { url } }).catch(() => undefined);
}

/** Another program over the local socket, whose call waits for an answer. Its session is open until `leave`. */
async function otherProgram(client: HostClient): Promise<{ item: InboxItem; leave(): Promise<void> }> {
  const left = new AbortController();
  const opened = Promise.withResolvers<string>();
  const { token } = await client.clients.add({ name: 'My editor' });
  const origin = { process: 4242, programs: ['/usr/share/code/code', '/usr/bin/bash'] };
  // One that only says its name, and has left.
  const stranger = await client.clients.session({ client: 'Nightly script', origin: { process: 4711, programs: ['/usr/sbin/cron'] } });
  await stranger.next();
  await stranger.return?.(undefined);
  const reading = (async () => {
    for await (const event of await client.clients.session({ token, origin }, { signal: left.signal }))
      if (event.type === 'open') opened.resolve(event.session);
  })().catch((thrown: unknown) => {
    if (!left.signal.aborted) opened.reject(thrown);
  });
  const session = await opened.promise;
  await client.clients.callTool({ session, call: 'c1', name: 'search_memory', args: { query: 'Northwind' } });
  void client.clients
    .callTool({ session, call: 'c2', name: 'remember', args: { text: 'The release notes are written in the editor.', tags: ['work'] } })
    .catch(() => undefined);
  const item = await openItem(client, ({ request }) => request.kind === 'approval' && /My editor/.test(JSON.stringify(request)), 'program');
  return {
    item,
    async leave() {
      left.abort();
      await reading;
      // What tells the host of it goes out after this turn; the socket must still be open then.
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

/** Some who have no key knock at the door. */
export async function knock(origin: string): Promise<void> {
  for (let count = 0; count < 6; count += 1)
    await fetch(`${origin}/wire`, { headers: { origin: 'https://somewhere.example' } }).then((response) => response.body?.cancel());
}

export async function seedSafety(client: HostClient, home: string, notes: string): Promise<{ safety: DemoSafety; leave(): Promise<void> }> {
  const agents = await client.agents.list();
  const agent = (name: string): AgentId => agents.find((each) => each.name === name)?.id ?? ('' as AgentId);
  const [librarian, researcher] = [agent('Librarian'), agent('Researcher')];
  const reader = agents.find(({ id }) => id === researcher);
  if (reader !== undefined)
    await client.agents.update({
      id: researcher,
      draft: { ...reader, tools: ['web.*', 'memory.*', 'files.*'], grant: { tools: [], folders: [notes] } },
    });
  const login = await fillVault(client, librarian);
  const config = (await client.tools.listServers()).find(({ id }) => id === 'notes')?.config;
  // Its start is a use of the secret that its environment names.
  if (config?.command !== undefined)
    await client.tools.updateServer({ config: { ...config, env: { GITHUB_TOKEN: { secret: 'GITHUB_TOKEN' as SecretName } } } });
  const tidy = await tidyNotes(client, home, notes);
  const drafts = grantsFor(librarian, researcher, notes);
  const grants = [];
  for (const draft of drafts) grants.push(await client.policy.putGrant({ draft }));
  const last = grants.at(-1);
  if (last !== undefined) await client.policy.revokeGrant({ id: last.id });

  const correct = await ask(client, librarian, 'Correct the budget in my plan.');
  const trip = await ask(client, librarian, 'Keep the trip’s times.');
  await answer(client, trip, 'always', 'folder');
  await refusedTries(client);
  const send = await askAfterReading(client, researcher);
  await client.settings.change({ offline: false });
  await client.clients.add({ name: 'Notes on the phone' });
  const { item, leave } = await otherProgram(client);
  return {
    safety: {
      correct: correct.id,
      send,
      program: item.id,
      session: item.run as RunId,
      answered: trip.id,
      grant: grants[0]?.id ?? '',
      tidy,
      login,
    },
    leave,
  };
}

/** The page is refused while offline; what it could not read does not keep it from asking. */
async function askAfterReading(client: HostClient, researcher: AgentId): Promise<InboxItem['id']> {
  let item = await ask(client, researcher, 'Compare Northwind’s offers with my plan.');
  while (item.request.kind === 'approval' && item.request.tool === 'fetch_page') {
    await answer(client, item, 'once');
    const { conversation, id } = item;
    item = await openItem(client, (each) => each.conversation === conversation && each.id !== id, 'request that leaves');
  }
  return item.id;
}
