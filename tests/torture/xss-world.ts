// A headless host whose data is payloads wherever somebody else's text can come to stand: made through the contract alone, with a real
// tool server, real files, real runs and a model that answers nothing else.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { SecretName, ServerId, WorkflowId } from '../../shared/model/ids.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { workflowDocument } from '../../shared/model/workflow.ts';
import { attach } from '../helpers/demo-host.ts';
import { type HeadlessHost, removeFolder, startHost, temporaryFolder } from '../helpers/headless-host.ts';
import { type OllamaChatRequest, type OllamaReply, startScriptedOllama } from '../helpers/scripted-ollama.ts';

export interface HostileWorld {
  host: HeadlessHost;
  /** A file that a terminal may show. */
  forTerminal: string;
  routes: string[];
  close(): Promise<void>;
}

/** Gives the next payload that fits; each is given once before any comes again. */
export type Take = (most: number) => string;

const server = 'hostile' as ServerId;
const until = async (isSo: () => Promise<boolean>, what: string, ms = 20_000): Promise<void> => {
  for (const end = Date.now() + ms; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 40)))
    if (Date.now() > end) throw new Error(`The hostile host did not come so far: ${what}.`);
};

export async function openHostileWorld(take: Take, say: (line: string) => void): Promise<HostileWorld> {
  const folder = temporaryFolder('xss');
  const home = path.join(folder, 'home');
  const files = path.join(home, 'Files');
  mkdirSync(files, { recursive: true });
  const forTerminal = writeFiles(files, take);
  const ollama = await startScriptedOllama({ replies: (request) => replyTo(request, files, take) });
  const host = await startHost({
    dataFolder: path.join(folder, 'data'),
    env: { HOME: home, PATH: '/usr/local/bin:/usr/bin:/bin', PS1: '$ ', SHELL: '/bin/sh' },
  });
  const attached = await attach(host);
  const { client } = attached;
  try {
    await client.settings.change({
      providers: [{ id: 'ollama', type: 'ollama', title: take(40), baseUrl: ollama.url, enabled: true }],
      defaultModel: 'ollama/scripted:1b',
      folders: [files],
    });
    await client.models.listProviders({ refresh: true });
    const routes = [
      '/history',
      '/history/revisions',
      '/memory',
      '/vault',
      '/grants',
      '/security',
      '/security/connections',
      '/security/log',
      '/security/report',
      '/system',
      '/settings',
      '/settings/models',
      '/agents',
      '/inbox',
      '/jobs',
      '/jobs/next',
      '/runs',
      '/workflows',
      '/tools',
    ];
    routes.push(...(await fillServer(client, take)));
    await fillLists(client, take, files);
    routes.push(...(await fillWorkflows(client, take, files)));
    routes.push(...(await fillChats(client, take)));
    for (const { id } of await client.inbox.list({ status: 'open', limit: 50 })) routes.push(`/inbox/${id}`);
    return {
      host,
      forTerminal,
      routes,
      async close() {
        attached.close();
        await host.kill();
        await ollama.close();
        removeFolder(folder);
      },
    };
  } catch (error) {
    say(host.stderr().slice(-2_000));
    attached.close();
    await host.kill('SIGKILL');
    await ollama.close();
    removeFolder(folder);
    throw error;
  }
}

const forFileName = (text: string): string => Buffer.from(text.replaceAll('/', '∕').replaceAll('\u0000', '')).subarray(0, 200).toString();

function writeFiles(folder: string, take: Take): string {
  for (let count = 0; count < 25; count += 1) {
    try {
      writeFileSync(path.join(folder, `${forFileName(take(100))}.md`), take(2_000));
    } catch {
      // Not a name on this system.
    }
  }
  const file = path.join(folder, 'terminal.txt');
  const title = (text: string): string =>
    `\u001b]0;${text}\u0007\u001b]8;;javascript:hit(1)\u0007${text}\u001b]8;;\u0007\u001b]52;c;aGl0KDEp\u0007`;
  writeFileSync(file, Array.from({ length: 30 }, () => `${take(160)}\n${title(take(100))}`).join('\n'));
  return file;
}

async function fillServer(client: HostClient, take: Take): Promise<string[]> {
  const fixture = path.join(import.meta.dirname, 'xss-server.fixture.mjs');
  await client.tools.addServer({
    config: {
      id: server,
      title: take(80),
      command: process.execPath,
      // A program's arguments have no room for a NUL.
      args: [fixture, ...Array.from({ length: 60 }, () => take(300).replaceAll('\u0000', ''))],
      env: {},
      enabled: true,
    },
  });
  await until(async () => (await client.tools.listTools({ server })).length > 0, 'no tools').catch(async (error: unknown) => {
    const status = (await client.tools.listServers()).find(({ id }) => id === server);
    throw new Error(`${String(error)} ${status?.state} ${JSON.stringify(status?.failure ?? status).slice(0, 1_500)}`);
  });
  for (const tool of ['say_0', 'say_1', 'say_2', 'say_3'])
    await client.tools.call({ server, tool, args: { text: take(200) } }).catch(() => undefined);
  await client.tools.addServer({
    config: {
      id: 'gone' as ServerId,
      title: take(80),
      command: `${take(100)}`,
      args: [take(100)],
      env: { X: { text: take(100) } },
      enabled: true,
    },
  });
  return ['', '/tools', '/resources', '/prompts', '/log', '/permissions', '/connections']
    .map((tab) => `/tools/${server}${tab}`)
    .concat('/tools/gone');
}

async function fillLists(client: HostClient, take: Take, files: string): Promise<void> {
  for (let count = 0; count < 25; count += 1) await client.memory.add({ draft: { text: take(2_000), tags: [take(60), take(40)] } });
  for (let count = 0; count < 4; count += 1) {
    const made = await client.agents.create({
      draft: { name: take(60), character: take(2_000), tools: ['files.*', 'hostile.*'], grant: { tools: [], folders: [] }, maxSteps: 6 },
    });
    await client.agents.update({ id: made.id, draft: { ...made, name: take(60), character: take(2_000) } });
  }
  if ((await client.vault.getStatus()).state === 'absent') await client.vault.setPassphrase({ passphrase: 'a passphrase of the torture' });
  for (const name of ['ONE', 'TWO', 'THREE'])
    await client.vault.set({ name: name as SecretName, value: 'value-of-no-matter', note: take(400) });
  for (const tool of ['write_text', '*'])
    await client.policy
      .putGrant({
        draft: {
          subject: { kind: 'everyone' },
          effect: 'deny',
          kind: 'tool-call',
          server,
          tool: tool === '*' ? take(60) : tool,
          conditions: { args: [{ path: 'text', is: 'equals', value: take(80) }], folders: [path.join(files, forFileName(take(60)))] },
        } as never,
      })
      .catch(() => undefined);
}

const over = (client: HostClient, id: string): Promise<void> =>
  until(async () => {
    const { run } = await client.runs.get({ id: id as never, brief: true });
    return isRunOver(run.status) || run.status === 'waiting';
  }, 'a run did not end');

async function fillWorkflows(client: HostClient, take: Take, files: string): Promise<string[]> {
  const routes: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    const kinds: [string, object][] = [
      ['flow.input', { name: 'text', label: take(80), type: 'text', required: false, default: take(200) }],
      ['note.text', { text: take(2_000) }],
      ['data.template', { text: `${take(500)}\n\n${take(500)}` }],
      [
        'data.code',
        {
          code: `console.log(${JSON.stringify(take(300))}); console.error(${JSON.stringify(take(300))}); return { ${JSON.stringify(take(60))}: ${JSON.stringify(take(300))}, list: [${JSON.stringify(take(200))}] };`,
          seconds: 30,
        },
      ],
      count % 2 === 0
        ? [
            'person.ask',
            {
              question: `${take(300)}\n\n${take(300)}`,
              schema: { type: 'object', title: take(80), properties: { a: { type: 'string', title: take(80), description: take(100) } } },
            },
          ]
        : ['data.read-file', { path: path.join(files, forFileName(take(100))) }],
      ['flow.output', { name: 'out' }],
    ];
    const document = workflowDocument.parse({
      format: 'orrery.workflow',
      formatVersion: 1,
      name: take(110),
      description: take(1_000),
      nodes: kinds.map(([kind, config], index) => ({
        id: `n${index}`,
        kind,
        title: take(110),
        config,
        position: { x: index * 260, y: index === 1 ? 200 : 0 },
      })),
      edges: [0, 2, 3, 4].map((from) => ({
        id: `e${from}`,
        from: { node: `n${from}`, port: 'out' },
        to: { node: `n${from === 0 ? 2 : from + 1}`, port: 'in' },
      })),
    });
    const { id, revision } = await client.workflows.create({ document });
    await client.workflows.save({ id, revision, document: { ...document, name: take(110), description: take(500) } });
    const run = await client.runs.start({ workflow: { id: id as WorkflowId }, inputs: { text: take(300) } });
    await over(client, run.id);
    routes.push(`/workflows/${id}`, `/runs/${run.id}`);
  }
  return routes;
}

async function fillChats(client: HostClient, take: Take): Promise<string[]> {
  const routes: string[] = [];
  const [agent] = await client.agents.list().then((all) => all.filter((each) => each.tools.length > 0).slice(-1));
  for (const what of ['speak', 'read', 'write', 'call']) {
    const { id } = await client.chat.create(agent === undefined ? {} : { agent: agent.id });
    await client.chat.send({ id, text: `${what} ${take(200)}` });
    await until(async () => {
      const open = await client.inbox.list({ status: 'open', limit: 100 });
      return (await client.chat.get({ id })).state === 'idle' || open.some((item) => item.conversation === id);
    }, `the chat “${what}”`);
    routes.push(`/chat/${id}`);
  }
  return routes;
}

/** What the first word asks for; everything else that it says is payloads. */
function replyTo(request: OllamaChatRequest, files: string, take: Take): OllamaReply {
  const asked = request.messages.filter(({ role }) => role === 'user').at(-1)?.content ?? '';
  const isAfterTool = request.messages.at(-1)?.role === 'tool';
  const named = (end: string): string => request.tools?.map((tool) => tool.function.name).find((name) => name.endsWith(end)) ?? end;
  const text = Array.from({ length: 12 }, () => take(2_000)).join('\n\n');
  if (isAfterTool || asked.startsWith('speak')) return { text, thinking: take(500), chunks: 40 };
  if (asked.startsWith('read'))
    return { text: take(300), toolCalls: [{ name: named('list_folder'), arguments: { path: files, [take(60)]: take(100) } }] };
  if (asked.startsWith('write'))
    return {
      text: take(300),
      toolCalls: [
        { name: named('write_text'), arguments: { path: path.join(files, forFileName(take(80))), text: `${take(500)}\n${take(500)}` } },
      ],
    };
  return { text, toolCalls: [{ name: named('say_0'), arguments: { text: take(500), [take(60)]: take(100) } }] };
}
