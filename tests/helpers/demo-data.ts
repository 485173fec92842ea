// A data folder as someone has it after a few days: made through the contract alone, with real runs over a real folder, real
// tool servers and a chat against the scripted Ollama. For screenshots and page tests.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { AgentId, ConversationId, SecretName, ServerId } from '../../shared/model/ids.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import { parseWorkflowText } from '../../shared/model/workflow.ts';
import { type DemoJobs, seedJobs } from './demo-jobs.ts';
import { type DemoPast, seedPast } from './demo-past.ts';
import { type DemoSafety, safetyReply } from './demo-safety.ts';
import { projectRoot } from './headless-host.ts';
import { type OllamaChatRequest, type OllamaReply, type ScriptedOllama, startScriptedOllama } from './scripted-ollama.ts';

const moduleFile = (name: string): string => createRequire(import.meta.url).resolve(name);
const sampleFile = (name: string): string => path.join(projectRoot, 'resources/sample-workflows', name);

/** A folder of notes such as people have. */
export const demoPassphrase = 'a passphrase for the demo';

export function writeNotes(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const files: Record<string, string> = {
    'plan-q1.md': '# Plan for the first quarter\n\nThe launch moves to March. Two more people are asked for.\nBudget: 41,800 EUR.\n',
    'meeting-2026-11-17.md':
      '# Monday\n\n- Northwind wants the offer by Friday\n- Anna takes the release notes\n- Printer is broken again\n',
    'reading-list.md': '# To read\n\n1. The Mechanism, chapter 4\n2. Notes on local models\n3. SQLite and fsync\n',
    'invoices.csv': 'date,vendor,amount\n2026-03-02,Northwind,418.00\n2026-04-11,Stadtwerke,96.40\n2026-05-20,Papierhaus,23.15\n',
    'config.json': '{\n  "language": "en",\n  "units": "metric"\n}\n',
    'trip.txt': 'Train at 8:12 from platform 4. Hotel near the harbour, two nights.\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, 'harbour.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1]));
}

const lastText = (request: OllamaChatRequest): string =>
  request.messages.filter((message) => message.role === 'user').at(-1)?.content ?? '';
const toolResults = (request: OllamaChatRequest): number => {
  const lastUser = request.messages.map((message) => message.role).lastIndexOf('user');
  return request.messages.slice(lastUser).filter((message) => message.role === 'tool').length;
};

/** What the scripted model answers in the demo: it calls real tools and then writes a few sentences. */
function reply(folder: string) {
  return (request: OllamaChatRequest): OllamaReply => {
    const asked = lastText(request);
    const done = toolResults(request);
    const call = (name: string, args: Record<string, unknown>): OllamaReply => {
      const known = request.tools?.map((tool) => tool.function.name) ?? [];
      const full = known.find((one) => one.endsWith(name)) ?? name;
      return { toolCalls: [{ name: full, arguments: args }] };
    };
    const ofSafety = safetyReply(folder, asked, done, call);
    if (ofSafety !== undefined) return ofSafety;
    if (/overview/i.test(asked)) {
      if (done === 0) return call('list_folder', { path: folder });
      if (done === 1) return call('read_text', { path: path.join(folder, 'plan-q1.md') });
      if (done === 2)
        return {
          text: 'I read the plan. The launch moves to **March**, and it asks for two more people within a budget of 41,800 EUR. I can keep that as a short overview beside your notes.',
          toolCalls: [
            {
              name: request.tools?.map((tool) => tool.function.name).find((one) => one.endsWith('write_text')) ?? 'write_text',
              arguments: {
                path: path.join(folder, 'overview.md'),
                text: '# Overview\n\n- Launch: March\n- People: two more\n- Budget: 41,800 EUR\n',
              },
            },
          ],
        };
      return { text: 'Done. The overview is in `overview.md`.' };
    }
    if (/fsync/i.test(asked))
      return {
        text: 'With `synchronous=FULL`, SQLite waits for the disk at every commit, so a committed row survives a power cut.\n\n| Setting | Waits for the disk | After a power cut |\n|---|---|---|\n| `NORMAL` | at checkpoints | newest commits may be gone |\n| `FULL` | at every commit | nothing committed is lost |\n\n```sql\npragma journal_mode = wal;\npragma synchronous = full;\n```\n\nIt costs about 0.2 ms a commit here; committing many steps together pays for it.',
        chunks: 12,
      };
    if (/trip/i.test(asked)) {
      if (done === 0) return call('read_text', { path: path.join(folder, 'trip.txt') });
      return { text: 'Your train leaves at **8:12** from platform 4. The hotel is near the harbour, for two nights.' };
    }
    return { text: 'I can read your notes, search memory and call your tools. What would you like to do?' };
  };
}

export interface Demo {
  ollama: ScriptedOllama;
  notes: string;
  workflows: Record<string, string>;
  runs: { digest: string; failed: string };
  inbox: { question: string /** Did it happen? Only with safety. */; unknown?: string };
  conversations: { waiting: string; table: string };
  jobs: DemoJobs;
  past: DemoPast;
  /** Only where it was asked for. */
  safety?: DemoSafety;
}

async function chat(client: HostClient, agent: AgentId, text: string): Promise<ConversationId> {
  const { id } = await client.chat.create({ agent });
  await client.chat.send({ id, text });
  for (;;) {
    const { state } = await client.chat.get({ id });
    const open = await client.inbox.list({ status: 'open', limit: 100 });
    if (state === 'idle' || open.some((item) => item.conversation === id)) return id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function run(
  client: HostClient,
  document: WorkflowDocument,
  workflow: string | undefined,
  inputs: Record<string, string>,
): Promise<string> {
  const started = await client.runs.start({ workflow: workflow === undefined ? { document } : { id: workflow as never }, inputs });
  for (;;) {
    const found = (await client.runs.list({ limit: 50, query: '' })).find((one) => one.id === started.id);
    if (found !== undefined && found.status !== 'running') return started.id;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A tool server whose program is not there: for the pictures of what is then said. */
export const addBrokenServer = (client: HostClient): Promise<unknown> =>
  client.tools.addServer({
    config: { id: 'calendar' as ServerId, title: 'Calendar', command: 'calendar-mcp', args: [], env: {}, enabled: true },
  });

export async function seedDemo(client: HostClient, folder: string): Promise<Demo> {
  const notes = path.join(folder, 'Documents/Notes');
  writeNotes(notes);
  const ollama = await startScriptedOllama({
    models: [
      {
        name: 'qwen3:8b',
        size: 5_200_000_000,
        family: 'qwen3',
        parameters: '8.2B',
        capabilities: ['completion', 'tools', 'thinking'],
        contextLength: 40_960,
      },
      {
        name: 'gemma3:4b',
        size: 3_300_000_000,
        family: 'gemma3',
        parameters: '4.3B',
        capabilities: ['completion'],
        contextLength: 131_072,
      },
    ],
    replies: reply(notes),
  });
  await client.settings.change({
    providers: [{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: ollama.url, enabled: true }],
    defaultModel: 'ollama/qwen3:8b',
    folders: [notes],
  });
  await client.models.listProviders({ refresh: true });
  await client.tools.addServer({
    config: {
      id: 'everything' as ServerId,
      title: 'Everything',
      command: process.execPath,
      args: [moduleFile('@modelcontextprotocol/server-everything/dist/index.js')],
      env: {},
      enabled: true,
    },
  });
  await client.tools.addServer({
    config: {
      id: 'notes' as ServerId,
      title: 'Notes folder',
      command: process.execPath,
      args: [moduleFile('@modelcontextprotocol/server-filesystem/dist/index.js'), notes],
      env: {},
      enabled: true,
    },
  });

  const workflows: Record<string, string> = {};
  for (const { file } of await client.workflows.listSamples())
    workflows[file.replace(/\.json$/, '')] = (await client.workflows.openSample({ file })).id;
  const read = (name: string): WorkflowDocument => parseWorkflowText(readFileSync(sampleFile(`${name}.json`), 'utf8'));
  await run(client, read('folder-digest'), workflows['folder-digest'], { folder: notes });
  await run(client, read('sort-by-kind'), workflows['sort-by-kind'], { folder: notes });
  // Its file is not there, so it fails at its first real step.
  const failed = await run(client, read('summarise-with-a-model'), undefined, { file: path.join(notes, 'gone.md') });
  const digest = await run(client, read('folder-digest'), workflows['folder-digest'], { folder: notes });
  const asking = await run(client, read('ask-before-saving'), workflows['ask-before-saving'], {
    folder: notes,
    note: 'Ask Northwind for the revised offer.',
  });

  const question = (await client.inbox.list({ status: 'open', limit: 20 })).find((item) => item.run === asking)?.id ?? '';

  const remembered: [string, string[]][] = [
    ['You use ISO dates in file names.', ['preference']],
    ['Keep installers for 30 days.', ['preference', 'downloads']],
    ['Northwind’s contact is Anna Berger; she prefers e-mail.', ['people']],
    ['The launch moved from January to March 2027.', ['plan']],
    ['Invoices are named date, vendor, amount.', ['preference', 'invoices']],
  ];
  for (const [text, tags] of remembered) await client.memory.add({ draft: { text, tags } });

  const librarian = await client.agents.create({
    draft: {
      name: 'Librarian',
      character: 'You keep the notes in order. You answer briefly, name your sources, and never write without saying where.',
      tools: ['files.*', 'memory.*'],
      grant: { tools: [], folders: [notes] },
      maxSteps: 20,
    },
  });
  await client.agents.create({
    draft: {
      name: 'Researcher',
      character: 'You find out and compare. You say what you are not sure of.',
      tools: ['web.*', 'memory.*'],
      grant: { tools: [], folders: [] },
      maxSteps: 30,
    },
  });
  await chat(client, librarian.id, 'When does my trip start?');
  const table = await chat(client, librarian.id, 'What does fsync have to do with SQLite?');
  const waiting = await chat(client, librarian.id, 'Write an overview of my plan.');

  const vault = await client.vault.getStatus();
  if (vault.state === 'absent') await client.vault.setPassphrase({ passphrase: demoPassphrase });
  for (const [name, note] of [
    ['GITHUB_TOKEN', 'Read-only, for issues'],
    ['MAIL_PASSWORD', ''],
    ['NORTHWIND_API', 'Offers and invoices'],
  ] as const)
    await client.vault.set({ name: name as SecretName, value: `demo-${name.toLowerCase()}-value`, note });
  const jobs = await seedJobs(client, folder, notes);
  const past = await seedPast(client, folder);
  return { ollama, notes, workflows, runs: { digest, failed }, inbox: { question }, conversations: { waiting, table }, jobs, past };
}
