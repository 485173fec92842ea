// Each built-in tool, called by each kind of caller on a whole host: the log says who it was and why it was allowed (or who was asked and
// what they said), and what the call changed is taken back from there. A new tool, a new kind of caller or a new tool for programs
// without a row here fails, but for a tool that only answers and is called with nothing.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedTools } from '../../electron/runtime/serve/tools.ts';
import type { ServerDefinition } from '../../electron/tool-servers/define-server.ts';
import { toolServers } from '../../electron/tool-servers/tool-servers.generated.ts';
import { type AuditEntry, allowedBy, auditActor } from '../../shared/model/audit.ts';
import type { ChangeId } from '../../shared/model/change.ts';
import type { Grant } from '../../shared/model/grant.ts';
import type { AgentId, RunId, ServerId, WorkflowId } from '../../shared/model/ids.ts';
import type { Job } from '../../shared/model/job.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { graph, until } from '../helpers/engine-lab.ts';
import { openWhoLab, type WhoLab } from '../helpers/who-lab.ts';

let lab: WhoLab;
let web: Server;
let agent: AgentId;
/** One whose every change is asked about. */
let asking: AgentId;
let grant: Grant;
let count = 0;
const next = (): number => {
  count += 1;
  return count;
};

const definitions = toolServers as readonly ServerDefinition[];
const ids = definitions.map(({ id }) => id);
const isReading = (name: string): boolean =>
  definitions.some(({ id, tools }) => tools.some((tool) => `${id}.${tool.name}` === name && tool.readOnly));

beforeAll(async () => {
  lab = await openWhoLab();
  web = createServer((_request, response) => response.setHeader('content-type', 'application/json').end('{"a": 1}'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  await lab.page.settings.change({ allowedHosts: ['*', '127.0.0.1'] });
  const allow = (server: string) => ({ server: server as ServerId, tool: '*', effect: 'allow' as const });
  grant = { tools: ids.map(allow), folders: [lab.folder], hosts: ['*', '127.0.0.1'] };
  const tools = ids.map((id) => `${id}.*`);
  const base = { character: 'You do as you are told.', tools, maxSteps: 4 };
  agent = (await lab.page.agents.create({ draft: { ...base, name: 'Allowed', grant } })).id;
  asking = (await lab.page.agents.create({ draft: { ...base, name: 'Asking', grant: { tools: [], folders: [lab.folder] } } })).id;
});
afterAll(async () => {
  await lab?.close();
  web?.close();
});

const there = (text = 'what was there'): string => {
  const file = path.join(lab.folder, `file-${next()}.txt`);
  writeFileSync(file, text);
  return file;
};
const free = (): string => path.join(lab.folder, `new-${next()}`);
const remembered = async (): Promise<string> => (await lab.page.memory.add({ draft: { text: `A fact of number ${next()}`, tags: [] } })).id;
const site = (): string => `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;

/** Arguments with which each does what it is for. */
const rows: Record<string, () => JsonObject | Promise<JsonObject>> = {
  'files.list_folder': () => ({ path: lab.folder }),
  'files.read_text': () => ({ path: there() }),
  'files.write_text': () => ({ path: there(), text: 'what is there now' }),
  'files.search_text': () => ({ path: lab.folder, text: 'what' }),
  'files.file_info': () => ({ path: there() }),
  'files.create_folder': () => ({ path: free() }),
  'files.move_file': () => ({ from: there(), to: free() }),
  'files.delete_file': () => ({ path: there() }),
  'memory.remember': () => ({ text: `Something of number ${next()}` }),
  'memory.recall': () => ({ query: 'something' }),
  'memory.forget': async () => ({ id: await remembered() }),
  'web.fetch_page': () => ({ url: site() }),
  'web.fetch_json': () => ({ url: site() }),
};
// A tool that only answers, and needs nothing for that, needs no row of its own.
for (const { id, tools } of definitions)
  for (const tool of tools) if (tool.readOnly && tool.input.safeParse({}).success) rows[`${id}.${tool.name}`] ??= () => ({});
type Call = { server: ServerId; tool: string; args: JsonObject };
const callOf = async (name: string): Promise<Call> => {
  const [server = '', tool = ''] = name.split('.');
  return { server: server as ServerId, tool, args: (await rows[name]?.()) ?? {} };
};

const asWorkflow = (call: Call, trigger: string, name: string, config: JsonObject = {}) =>
  graph(
    [
      { id: 'start', kind: trigger, config: config as never },
      { id: 'call', kind: 'tool.call', config: call as unknown as JsonObject as never },
    ],
    ['start>call'],
    name,
  );
async function askAgent(who: AgentId, call: Call, onAsked?: () => Promise<void>): Promise<void> {
  const word = `task-${next()}-`;
  lab.onWord(word, { name: call.tool, args: call.args });
  const { id } = await lab.page.chat.create({ agent: who });
  await lab.page.chat.send({ id, text: `Please do ${word}` });
  await onAsked?.();
  const turns = () => lab.host.runtime.services.ports.store.runs.list({ limit: 5, kind: 'turn' });
  await until(() => turns().every((run) => run.endedAt !== undefined), 'the answer');
}
async function allowOnce(): Promise<void> {
  const { inbox } = lab.host.runtime.services.ports.store;
  const open = () => inbox.list({ status: 'open', limit: 10 });
  await until(() => open().length > 0, 'the question');
  for (const { id, request } of open())
    if (request.kind === 'approval') await lab.page.inbox.answer({ id, answer: { kind: 'approval', answer: 'once', hash: request.hash } });
}
/** `work` is done by a program that may use all that Orrery offers. */
async function asProgram(work: (session: string) => Promise<unknown>): Promise<void> {
  const { client, token } = await lab.page.clients.add({ name: `Program ${next()}` });
  const subject = { kind: 'client' as const, client: client.name };
  await lab.page.policy.putGrant({ draft: { subject, effect: 'allow', kind: 'serve', target: '*', conditions: {} } });
  for await (const event of await lab.cli.clients.session({ client: client.name, token })) {
    if (event.type !== 'open') continue;
    await work(event.session);
    break;
  }
}

type Kind = AuditEntry['actor']['kind'];
interface Caller {
  /** As whom the log names it. */
  as: Kind;
  isAsked?: boolean;
  call(call: Call): Promise<unknown>;
}
const callers: Record<string, Caller> = {
  'the person, by hand': { as: 'person', call: (call) => lab.page.tools.call(call) },
  'a workflow that the person starts': {
    as: 'workflow',
    async call(call) {
      const { id } = await lab.page.runs.start({ workflow: { document: asWorkflow(call, 'trigger.manual', 'By hand') }, grant });
      await lab.over(id);
    },
  },
  'a job': {
    as: 'job',
    async call(call) {
      const { id } = await lab.page.workflows.create({ document: asWorkflow(call, 'trigger.schedule', `Nightly ${next()}`) });
      const job = await lab.page.jobs.turnOn({ workflow: id, node: 'start', grant });
      await lab.over((await lab.page.jobs.runNow({ id: job.id })).id);
    },
  },
  'an agent with a grant': { as: 'agent', call: (call) => askAgent(agent, call) },
};
const changing = Object.keys(rows).filter((name) => !isReading(name));
const cases = [
  ...Object.entries(callers).flatMap(([who, caller]) => Object.keys(rows).map((name) => ({ who, name, caller }))),
  ...changing.map((name) => ({
    ...{ who: 'an agent that has to ask', name },
    caller: { as: 'agent' as const, isAsked: true, call: (call: Call) => askAgent(asking, call, allowOnce) },
  })),
];

it('has a row for each built-in tool', () => {
  const names = definitions.flatMap(({ id, tools }) => tools.map(({ name }) => `${id}.${name}`));
  expect(
    names.filter((name) => !(name in rows)),
    'give it arguments in `rows`, so that who called it, why and the way back are looked at',
  ).toEqual([]);
  expect(Object.keys(rows).filter((name) => !names.includes(name))).toEqual([]);
});

it('knows of each kind of caller where it is looked at', () => {
  const looked: Record<Kind, string> = {
    person: 'here',
    workflow: 'here',
    job: 'here',
    agent: 'here',
    client: 'here, below',
    server: 'electron/runtime/tools/server-requests.test.ts: what a tool server asks of us',
    app: 'electron/runtime/retention.test.ts and vault/vault-parts.test.ts: what Orrery does by itself',
  };
  expect(Object.keys(looked).sort()).toEqual([...auditActor.shape.kind.options].sort());
});

describe.each(cases)('$name by $who', ({ name, caller }) => {
  it('is told with who and why, and taken back', async () => {
    const call = await callOf(name);
    const before = await state();
    const last = await lab.last();
    await caller.call(call);
    const entries = await lab.since(last);
    const done = entries.find((entry) => entry.kind === 'call' && entry.what === name);
    expect(done?.outcome, shown(entries)).toBe('done');
    if (done === undefined) return;
    expect(done.actor.kind).toBe(caller.as);
    expect(done.actor.name).not.toBe('');
    whyIsThere(done, entries, caller.isAsked === true);
    await takenBack(entries, caller.as, isReading(name));
    expect(await state()).toEqual(before);
  });
});

describe('by a program that uses Orrery', () => {
  const uses: Record<string, () => Promise<JsonObject>> = {
    list_workflows: async () => ({}),
    run_workflow: async () => ({ workflow: await writes() }),
    get_run: async () => ({}),
    search_memory: async () => ({ query: 'fact' }),
    remember: async () => ({ text: 'A program says so' }),
    list_agents: async () => ({}),
    ask_agent: async () => ({ agent, message: 'Say hello.' }),
  };
  it('has a row for each tool that is offered', () => {
    const offered = servedTools({ ports: { store: {} } } as never).map((tool) => tool.name);
    expect(Object.keys(uses).sort()).toEqual([...offered].sort());
  });

  async function writes(): Promise<WorkflowId> {
    const call = { server: 'files' as ServerId, tool: 'write_text', args: { path: there(), text: 'by a program' } };
    return (await lab.page.workflows.create({ document: asWorkflow(call, 'trigger.manual', `For programs ${next()}`) })).id;
  }

  it.each(Object.keys(uses))('%s is told with who and why, and taken back', async (name) => {
    const given = (await uses[name]?.()) ?? {};
    const before = await state();
    const last = await lab.last();
    await asProgram(async (session) => {
      const call = (tool: string, args: JsonObject, id: string) => lab.cli.clients.callTool({ session, call: id, name: tool, args });
      if (name !== 'get_run') return call(name, given, 'one');
      const made = await call('run_workflow', { workflow: await writes() }, 'first');
      return call('get_run', { run: runIn(made) }, 'one');
    });
    const entries = await lab.since(last);
    const done = entries.find((entry) => entry.kind === 'call' && entry.what === `orrery.${name}`);
    expect(done?.outcome, shown(entries)).toBe('done');
    if (done === undefined) return;
    expect(done.actor.kind).toBe('client');
    whyIsThere(done, entries, false);
    const changes = entries.filter((entry) => entry.kind === 'change' && entry.details?.set !== undefined && entry.actor.kind !== 'person');
    if (name === 'run_workflow' || name === 'remember') expect(changes.length, shown(entries)).toBeGreaterThan(0);
    await takenBack(changes, undefined, changes.length === 0);
    if (name !== 'get_run') expect(await state()).toEqual(before);
  });
});

const triggers: Record<
  string,
  { kind: string; why: string; config(folder: string): JsonObject; fires(job: Job, folder: string): unknown }
> = {
  'its webhook': {
    ...{ kind: 'trigger.webhook', why: 'Its webhook was called', config: () => ({}) },
    async fires(job) {
      const { token } = await lab.page.jobs.getWebhook({ id: job.id });
      return lab.host.hook.call(job.id, token, { method: 'POST', query: {}, headers: {}, body: null });
    },
  },
  'a file': {
    ...{ kind: 'trigger.files', why: 'Something changed in the folder that it watches' },
    config: (folder) => ({ path: folder, settleMs: 100 }),
    fires: (_job, folder) => writeFileSync(path.join(folder, 'new.txt'), 'new'),
  },
};

it.each(Object.keys(triggers))('a run that a job starts by %s says so, and all it did is the job’s', async (by) => {
  const trigger = triggers[by];
  if (trigger === undefined) throw new Error(by);
  const call = { server: 'files' as ServerId, tool: 'write_text', args: { path: there(), text: 'by a trigger' } };
  const folder = free();
  mkdirSync(folder);
  const document = asWorkflow(call, trigger.kind, `Triggered ${next()}`, trigger.config(folder));
  const { id } = await lab.page.workflows.create({ document });
  lab.host.setHookOrigin('http://127.0.0.1:9');
  const before = readFileSync(call.args.path, 'utf8');
  const job = await lab.page.jobs.turnOn({ workflow: id, node: 'start', grant });
  const last = await lab.last();
  await trigger.fires(job, folder);
  const { runs } = lab.host.runtime.services.ports.store;
  await until(() => runs.list({ limit: 5, job: job.id }).some((run) => run.endedAt !== undefined), 'the run of the job');
  const entries = await lab.since(last);
  const started = entries.find((entry) => entry.what.startsWith('run:') && entry.actor.kind === 'job');
  expect(started?.actor, shown(entries)).toMatchObject({ id: job.id });
  expect(started?.reason).toContain(trigger.why);
  const own = entries.filter((entry) => entry.run !== undefined && entry.run === started?.run);
  expect(new Set(own.map(({ actor }) => actor.kind)), shown(own)).toEqual(new Set(['job']));
  await takenBack(own, 'job', false);
  expect(readFileSync(call.args.path, 'utf8')).toBe(before);
});

const runIn = ({ text }: { text: string }): RunId => (JSON.parse(text) as { run: RunId }).run;
const shown = (entries: readonly AuditEntry[]): string =>
  entries.map(({ kind, actor, what, outcome, reason }) => `${kind} ${actor.kind} ${what} ${outcome}: ${reason}`).join('\n');

/** By what it says itself, or by the decision and the answer of the same step. */
function whyIsThere(done: AuditEntry, entries: readonly AuditEntry[], isAsked: boolean): void {
  const same = entries.filter(({ run, step }) => done.run !== undefined && run === done.run && step === done.step);
  if (isAsked) {
    const asked = same.find(({ kind, outcome }) => kind === 'decision' && outcome === 'asked');
    expect(asked?.reason, shown(entries)).toMatch(/.{10}/);
    const answer = same.find(({ kind }) => kind === 'answer');
    expect(answer?.actor.kind, shown(entries)).toBe('person');
    expect(answer?.reason).toMatch(/allowed it once/);
    return;
  }
  const whys = [done, ...same].flatMap((entry) => allowedBy(entry) ?? []);
  expect(whys.length, `why in\n${shown(entries)}`).toBeGreaterThan(0);
  for (const { rule, why } of whys) {
    expect(rule).not.toBe('');
    expect(why).toMatch(/.{8}\.$/);
  }
}

async function takenBack(entries: readonly AuditEntry[], as: Kind | undefined, isReadingOnly: boolean): Promise<void> {
  const changes = entries.filter((entry) => entry.kind === 'change' && typeof entry.details?.change === 'string');
  const own = as === undefined ? changes : changes.filter((entry) => /^(file|memory):/.test(entry.what));
  expect(own.length > 0, shown(entries)).toBe(!isReadingOnly);
  for (const entry of own.toReversed()) {
    if (as !== undefined) expect(entry.actor.kind, shown([entry])).toBe(as);
    const change = entry.details?.change as ChangeId;
    const result = await lab.page.undo.undo({ selection: { change } });
    expect(result, shown([entry])).toMatchObject({ done: 1, failed: [] });
  }
}

/** All that tools can change: files with what is in them, and what is remembered. */
async function state(): Promise<JsonObject> {
  const files = readdirSync(lab.folder, { recursive: true, encoding: 'utf8' }).sort();
  const { items } = await lab.page.memory.list({ limit: 500 });
  return {
    files: files.map((name) => {
      const file = path.join(lab.folder, name);
      return statSync(file).isDirectory() ? name : `${name}: ${readFileSync(file, 'utf8')}`;
    }),
    memory: items.map(({ id, text }) => `${id} ${text}`).sort(),
  };
}
