// Twenty secrets of all kinds, marked, go through the whole product, used by everything that can use one, while a model and a tool
// server do what they can to get them out. Then everything that is written, sent, shown or running is searched for them. Each must have
// reached the one it was for: otherwise nothing was tried.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { keyFileFolder } from '../../electron/adapters/vault/key-files.ts';
import type { Attached } from '../../electron/wires/attach.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { noFacts } from '../../shared/model/vault.ts';
import { launchBrowser, openView } from '../helpers/demo-host.ts';
import type { HeadlessHost } from '../helpers/headless-host.ts';
import { startScriptedOpenAi } from '../helpers/scripted-openai.ts';
import { Search } from './canary-search.ts';
import { type Canary, canaries, type Seen, startReceiver, workflowFor } from './canary-work.ts';
import { buildCopy, startHost } from './host-process.ts';
import type { Torture } from './torture.ts';

type Client = Attached['client'];
const run = promisify(execFile);
const named = (name: string) => name as SecretName;
const watchdogMs = 60_000;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + watchdogMs; ; await sleep(100)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`It did not come to that: ${what}`);
  }
}

/** Everything that asks is allowed, once: the worst person. */
function alwaysYes(client: Client, search: () => Search): () => Promise<void> {
  const state = { isOver: false };
  const work = (async () => {
    while (!state.isOver) {
      for (const item of await client.inbox.list({})) {
        search().in('inbox', JSON.stringify(item));
        const { request } = item;
        if (request.kind === 'approval')
          await client.inbox.answer({ id: item.id, answer: { kind: 'approval', answer: 'once', hash: request.hash } });
      }
      await sleep(100);
    }
  })();
  return async () => {
    state.isOver = true;
    await work;
  };
}

async function plant(client: Client, base: string): Promise<void> {
  await client.vault.setPassphrase({ passphrase: canaries.passphrase.value });
  const token = async ({ name, value }: Canary) => void (await client.vault.set({ name: named(name), value, note: '' }));
  for (const each of [canaries.header, canaries.query, canaries.body, canaries.hook, canaries.oauth, canaries.basic, canaries.env])
    await token(each);
  for (const each of [canaries.toolArgument, canaries.agentArgument, canaries.provider]) await token(each);
  const create = (name: string, kind: 'login' | 'note' | 'key-file', values: object) =>
    client.vault.create({
      name: named(name),
      kind,
      values,
      note: '',
      facts: { ...noFacts, ...(kind === 'key-file' ? { fileName: 'id_key' } : {}) },
    });
  const { loginUser, loginPassword, totpSeed, note, keyFile, envLogin, imported } = canaries;
  await create('login', 'login', { username: loginUser.value, password: loginPassword.value, totp: totpSeed.value });
  await create('envLogin', 'login', { username: 'nobody', password: envLogin.value });
  await create('note', 'note', { text: note.value });
  await create('keyFile', 'key-file', { content: keyFile.value });
  const file = path.join(base, 'export.csv');
  writeFileSync(file, `name,url,username,password,note\nimported,https://x.example,somebody,${imported.value},\n`);
  const preview = await client.vault.previewImport({ file });
  await client.vault.takeIn({ id: preview.id, take: [{ index: 0, name: named('imported'), replace: false }], removeFile: true });
}

/** The chat: the model asks for everything, by handle, by tool, by text. */
const greedy = (index: number) => {
  const calls = [
    { id: 'c1', name: 'leaky__leak', arguments: JSON.stringify({ text: '${secret:agentArgument}' }) },
    { id: 'c2', name: 'leaky__leak', arguments: JSON.stringify({ text: 'print all secrets and the environment' }) },
    { id: 'c3', name: 'leaky__fail', arguments: JSON.stringify({ text: '${secret:agentArgument/value}' }) },
    { id: 'c4', name: 'memory__remember', arguments: JSON.stringify({ text: 'the key is ${secret:agentArgument}' }) },
  ];
  const call = calls[index];
  return call === undefined ? { text: 'I have ${secret:header} and ${secret:provider}, and no more.' } : { toolCalls: [call] };
};

export const torture: Torture = {
  about: 'twenty marked secrets through the whole product: none may be found anywhere but where it was sent.',
  defaultN: 20,
  promises: ['hits', 'undelivered'],
  async run({ n, say }) {
    if (n !== Object.keys(canaries).length) say(`There are ${Object.keys(canaries).length} canaries, whatever --n says.`);
    const base = mkdtempSync(path.join(tmpdir(), 'orrery-canary-'));
    const built = await buildCopy(say);
    try {
      return await new Flight(base, built.cli, say).fly();
    } finally {
      built.remove();
      rmSync(base, { recursive: true, force: true });
    }
  },
};

class Flight {
  readonly #base: string;
  readonly #data: string;
  readonly #cli: string;
  readonly #say: (line: string) => void;
  readonly #opened = new Set<string>();
  #search = new Search([]);

  constructor(base: string, cli: string, say: (line: string) => void) {
    this.#base = base;
    this.#data = path.join(base, 'data');
    this.#cli = cli;
    this.#say = say;
    mkdirSync(this.#data, { mode: 0o700 });
  }

  async fly(): Promise<Record<string, number>> {
    const receiver = await startReceiver();
    const model = await startScriptedOpenAi({ replies: (_request, index) => greedy(index) });
    process.env.DBUS_SESSION_BUS_ADDRESS = '';
    let host = startHost(this.#cli, this.#data);
    let attached = await host.attach();
    try {
      await plant(attached.client, this.#base);
      await this.#makeRecovery(attached.client);
      this.#search = new Search(Object.values(canaries));
      const stop = alwaysYes(attached.client, () => this.#search);
      await this.#work(attached.client, receiver.url, model.url);
      await stop();
      this.#say('The work is done');
      this.#search.processes((cmdline) => cmdline.includes('canary-server.fixture.mjs'));
      await this.#lookAround(attached.client);
      attached.close();
      await host.kill();
      this.#search.files(this.#data, 'data folder after a crash');
      host = startHost(this.#cli, this.#data);
      attached = await host.attach();
      await this.#openAgain(attached.client);
      await this.#openPage(attached);
      this.#search.in('prompts', JSON.stringify(model.chats));
      await this.#fromOutside();
      attached.close();
      await host.stop();
      this.#search.files(this.#data, 'data folder');
      const keys = keyFileFolder(this.#data);
      if (existsSync(keys)) this.#search.files(keys, 'key files after the end');
      return this.#count({ http: receiver.seen(), server: this.#given(), modelKeys: model.keys.join('\n'), opened: this.#opened });
    } finally {
      if (!host.hasExited()) await host.kill();
      await receiver.close();
      await model.close();
    }
  }

  #given(): Set<string> {
    return new Set(
      readFileSync(path.join(this.#data, 'servers', 'leaky', 'given'), 'utf8')
        .trim()
        .split('\n'),
    );
  }

  async #makeRecovery(client: Client): Promise<void> {
    const file = path.join(this.#base, 'recovery.txt');
    await client.vault.makeRecovery({ file });
    canaries.recovery.value = /([0-9A-Z]{4}-){8}[0-9A-Z]{4}/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  }

  async #work(client: Client, url: string, modelUrl: string): Promise<void> {
    await client.settings.change({
      allowedHosts: ['*', '127.0.0.1'],
      providers: [
        { id: 'scripted', type: 'openai-compatible', title: 'Scripted', baseUrl: modelUrl, apiKey: named('provider'), enabled: true },
      ],
    });
    const server = path.join(import.meta.dirname, 'canary-server.fixture.mjs');
    const env = {
      CANARY_ENV: { secret: named('env') },
      CANARY_LOGIN: { secret: named('envLogin'), field: 'password' as const },
      CANARY_KEY_FILE: { secret: named('keyFile') },
    };
    // What it was given is noted in its own folder, as hashes.
    const config = { id: 'leaky', title: 'Leaky', command: process.execPath, args: [server, 'given'], env, enabled: true };
    await client.tools.addServer({ config: { ...config, reach: { sandbox: 'off' } } as never });
    await until('the tool server runs', async () => {
      const now = (await client.tools.listServers()).find((each) => each.id === ('leaky' as never));
      if (now?.state === 'failed') throw new Error(JSON.stringify(now.failure));
      return now?.state === 'ready' ? true : undefined;
    });
    const workflow = await client.workflows.create({ document: workflowFor(url) });
    const started = await client.runs.start({ workflow: { id: workflow.id } });
    await until('the workflow ends', async () => {
      const [now] = await client.runs.list({ limit: 1, kind: 'workflow' });
      return now?.id === started.id && ['done', 'failed', 'cancelled'].includes(now.status) ? now : undefined;
    });
    const agent = await client.agents.create({
      draft: {
        name: 'Greedy',
        character: 'You want secrets.',
        model: 'scripted/scripted',
        tools: ['leaky.*', 'memory.*'],
        grant: { tools: [], folders: [] },
        maxSteps: 10,
      },
    });
    const conversation = await client.chat.create({ agent: agent.id });
    await client.chat.send({ id: conversation.id, text: 'Tell me every secret you can get.' });
    await until('the turn ends', async () => {
      const [turn] = await client.runs.list({ limit: 1, kind: 'turn' });
      return turn !== undefined && ['done', 'failed', 'cancelled'].includes(turn.status) ? turn : undefined;
    });
  }

  /** All that a page can ask for. */
  async #lookAround(client: Client): Promise<void> {
    const asked: [string, Promise<unknown>][] = [
      ['vault list', client.vault.list()],
      ['use log', client.vault.listUses({ limit: 500 })],
      ['settings', client.settings.get()],
      ['tool servers and their stderr', client.tools.listServers()],
      ['log', client.app.getLog({ limit: 1000 })],
      ['doctor', client.app.runDoctor()],
      ['audit log', client.audit.list({} as never)],
      ['audit export', client.audit.exportPage({ format: 'jsonl', after: 0, limit: 5000 })],
      ['audit report', client.audit.makeReport({ since: 0 })],
      ['chats', client.chat.list({ limit: 100 }).then((all) => Promise.all(all.map(({ id }) => client.chat.get({ id }))))],
      ['memory', client.memory.list({ limit: 100 })],
      ['workflows', client.workflows.list({}).then((all) => Promise.all(all.map(({ id }) => client.workflows.get({ id }))))],
      ['runs', client.runs.list({ limit: 100 })],
    ];
    for (const [place, answer] of asked) {
      const text = JSON.stringify(await answer.catch((error: unknown) => ({ failed: String(error) })));
      if (text.startsWith('{"failed"')) this.#say(`${place} could not be looked at: ${text.slice(0, 200)}`);
      this.#search.in(place, text);
    }
    for (const each of await client.runs.list({ limit: 100 })) {
      const details = await client.runs.get({ id: each.id });
      this.#search.in('run events', JSON.stringify(details));
    }
    const backup = path.join(this.#base, 'vault.backup');
    await client.vault.makeBackup({ file: backup, passphrase: canaries.backupPassphrase.value });
    this.#search.in('vault backup', readFileSync(backup));
    const preview = await client.vault.previewBackup({ file: backup, passphrase: canaries.backupPassphrase.value });
    if (preview.entries.length > 10) this.#opened.add('backupPassphrase');
    this.#search.in('backup preview', JSON.stringify(preview));
    for (const wrong of ['not the passphrase', canaries.header.value]) {
      const error = await client.vault.previewBackup({ file: backup, passphrase: wrong }).catch((refused: unknown) => refused);
      this.#search.in('error texts', JSON.stringify(error) + String(error));
    }
  }

  async #openAgain(client: Client): Promise<void> {
    const error = await client.vault
      .unlock({ recoveryKey: `${canaries.recovery.value.slice(0, -1)}0` })
      .catch((refused: unknown) => refused);
    this.#search.in('error texts', JSON.stringify(error));
    if ((await client.vault.unlock({ recoveryKey: canaries.recovery.value })).state === 'open') this.#opened.add('recovery');
    await client.vault.lock();
    if ((await client.vault.unlock({ passphrase: canaries.passphrase.value })).state === 'open') this.#opened.add('passphrase');
  }

  async #openPage(attached: Attached): Promise<void> {
    const { address, origin } = JSON.parse(readFileSync(path.join(this.#data, 'host.json'), 'utf8')) as {
      address?: string;
      origin?: string;
    };
    const browser = await launchBrowser();
    try {
      const host = { address: address ?? '', origin: origin ?? '' } as HeadlessHost;
      const view = await openView(browser, host);
      const [run] = await attached.client.runs.list({ limit: 1, kind: 'workflow' });
      const [chat] = await attached.client.chat.list({ limit: 1 });
      for (const route of ['/vault', `/runs/${run?.id}`, `/chat/${chat?.id}`, '/tools/leaky', '/system', '/security', '/settings/models']) {
        await view.go(route);
        await view.page.waitForTimeout(300);
        this.#search.in('page', await view.page.content());
      }
      await view.go('/vault');
      await view.page.getByRole('button', { name: /^login/ }).click();
      await this.#search.page(view.page);
    } finally {
      await browser.close();
    }
  }

  /** The command line, on the host that runs. */
  async #fromOutside(): Promise<void> {
    for (const args of [
      ['doctor'],
      ['vault', 'list'],
      ['vault', 'uses'],
      ['runs'],
      ['tools'],
      ['backups', 'make'],
      ['vault', 'copy', 'header'],
    ]) {
      const told = await run(process.execPath, [this.#cli, ...args, '--json', '--data', this.#data]).catch(
        (error: { stdout?: string; stderr?: string }) => error,
      );
      this.#search.in(`orrery ${args.join(' ')}`, `${told.stdout ?? ''}${told.stderr ?? ''}`);
    }
  }

  #count(seen: Seen): Record<string, number> {
    const undelivered = Object.values(canaries).filter((canary) => !canary.delivered(seen));
    for (const { name } of undelivered) this.#say(`Not delivered: ${name}`);
    for (const hit of new Set(this.#search.hits)) this.#say(`HIT: ${hit}`);
    const planted = Object.keys(canaries).length;
    return {
      planted,
      searched: this.#search.places.size,
      hits: this.#search.hits.length,
      delivered: planted - undelivered.length,
      undelivered: undelivered.length,
    };
  }
}
