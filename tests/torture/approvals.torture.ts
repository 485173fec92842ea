// Approvals of runs with nobody there, over kills of the host: none may be lost, none may be taken as given, each answer counts once, for
// exactly what was shown. A careless person answers; a ledger outside the host tells what was done.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunId, WorkflowId } from '../../shared/model/ids.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { Person } from './approvals-person.ts';
import { effectStep, fileWorkflow, ledgerWorkflow, outside } from './approvals-work.ts';
import { buildCopy, type HostProcess, startHost } from './host-process.ts';
import { addLedger } from './ledger.ts';
import type { Torture, TortureOptions } from './torture.ts';

/** Approvals for each kill. */
const perKill = 4;
/** After the last restart everything has this long to be answered and to end, in milliseconds. */
const endWatchdogMs = 120_000;
const promises = ['lost', 'autoApproved', 'answeredTwice', 'mismatched'] as const;

export const torture: Torture = {
  about: 'approvals over kills of the host: none lost, none taken as given, each answer counts once, for exactly what was shown.',
  defaultN: 200,
  promises,
  async run(options) {
    const built = await buildCopy(options.say);
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-approvals-'));
    const world = new World(folder, built.cli, options);
    try {
      return await world.run();
    } finally {
      await world.host?.kill();
      built.remove();
      if (world.isBroken) options.say(`The data folder is kept for a look: ${folder}`);
      else rmSync(folder, { recursive: true, force: true });
    }
  },
};

class World {
  host: HostProcess | undefined;
  isBroken = true;
  readonly #data: string;
  readonly #ledger: string;
  readonly #work: string;
  readonly #cli: string;
  readonly #options: TortureOptions;
  readonly #random: Random;
  readonly #person: Person;
  readonly #nameOf = new Map<RunId, string>();
  #workflows: WorkflowId[] = [];
  #started = 0;
  /** Those whose start was acknowledged. */
  #begun = 0;
  /** Questions whether something happened: a kill between an approval and its result. */
  readonly #unknown = new Set<string>();

  constructor(folder: string, cli: string, options: TortureOptions) {
    this.#data = path.join(folder, 'data');
    this.#ledger = path.join(folder, 'ledger.txt');
    this.#work = path.join(folder, 'work');
    this.#cli = cli;
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#person = new Person(this.#random, (item) => this.#count(this.#nameOf.get(item.run) ?? '') > 0);
    mkdirSync(this.#work);
    writeFileSync(this.#ledger, '');
  }

  async run(): Promise<Record<string, number>> {
    const { n, say } = this.#options;
    await this.#setUp();
    const kills = Math.max(1, Math.round(n / perKill));
    for (let life = 1; life <= kills; life += 1) {
      await this.#oneLife(Math.ceil((1.5 * n) / kills));
      if (life % 10 === 0) say(`${life} of ${kills} kills, ${this.#started} runs, ${this.#person.seen.size} approvals seen`);
    }
    return { pending: 0, kills, ...(await this.#lastLife()) };
  }

  async #setUp(): Promise<void> {
    this.host = startHost(this.#cli, this.#data);
    const { client, close } = await this.host.attach();
    await addLedger(client, this.#ledger);
    for (const document of [ledgerWorkflow, fileWorkflow(this.#work)])
      this.#workflows.push((await client.workflows.create({ document })).id);
    close();
    await this.host.stop();
  }

  #count(name: string): number {
    return outside(this.#ledger, this.#work)(name);
  }

  /** Starts a host, lets runs ask, answers some, and kills it: while it starts, while runs begin, or while an answer is on its way. */
  async #oneLife(toStart: number): Promise<void> {
    const host = startHost(this.#cli, this.#data);
    this.host = host;
    if (this.#random() < 0.1) {
      await sleep(this.#random() * 500);
      return host.kill();
    }
    const { client, close } = await host.attach();
    const work = (async () => {
      for (let i = 0; i < toStart && this.#begun < this.#options.n; i += 1) await this.#startOne(client);
      await this.#answerSome(client, 1 + Math.floor(this.#random() * 2 * perKill));
    })();
    // Each call ends with the connection: that is how this torture ends everything.
    const settled = work.catch(() => undefined);
    if (this.#random() < 0.4) await sleep(this.#random() * 400);
    else await Promise.race([settled, sleep(4000)]);
    await sleep(this.#random() < 0.5 ? this.#random() * 20 : this.#random() * 200);
    if (host.hasExited()) throw new Error('The host ended by itself.');
    await host.kill();
    await settled;
    close();
  }

  async #startOne(client: HostClient): Promise<void> {
    this.#started += 1;
    const name = `p${this.#started}`;
    const workflow = this.#workflows[this.#random() < 0.7 ? 0 : 1] as WorkflowId;
    const job = await client.jobs.turnOn({ workflow, node: 'start', grant: { tools: [], folders: [] }, inputs: { name } });
    await client.jobs.runNow({ id: job.id });
    this.#begun += 1;
  }

  async #answerSome(client: HostClient, howMany: number): Promise<void> {
    const open = await this.#look(client);
    for (let i = 0; i < howMany && open.length > 0; i += 1) {
      const [item] = open.splice(Math.floor(this.#random() * open.length), 1);
      if (item === undefined) return;
      const answered = this.#person.answer(client, item);
      if (this.#random() < 0.3) return; // and the host is killed while it is on its way
      await answered;
    }
  }

  async #look(client: HostClient): Promise<InboxItem[]> {
    const open = await client.inbox.list({ status: 'open', limit: 500 });
    for (const { id, run, request } of open) {
      if (request.kind === 'unknown-outcome') this.#unknown.add(id);
      if (!this.#nameOf.has(run)) await this.#learnName(client, run);
    }
    this.#person.look(open);
    return [...open];
  }

  async #learnName(client: HostClient, id: RunId): Promise<void> {
    const { events } = await client.runs.get({ id });
    const start = events[0]?.event;
    if (start?.type === 'run-start') this.#nameOf.set(id, String(start.inputs.name));
  }

  /** One more start, without a kill: everything is answered, and must come to its end. */
  async #lastLife(): Promise<Record<string, number>> {
    this.host = startHost(this.#cli, this.#data);
    const { client, close } = await this.host.attach();
    while (this.#begun < this.#options.n) await this.#startOne(client);
    const runs = async () => client.runs.list({ limit: 500, query: '', origin: ['job'] });
    for (const deadline = Date.now() + endWatchdogMs; Date.now() < deadline; await sleep(30)) {
      for (const item of await this.#look(client)) await this.#person.answer(client, item);
      if ((await runs()).every((run) => isRunOver(run.status))) break;
    }
    const counters = await this.#judge(client, await runs());
    close();
    await this.host.stop();
    this.isBroken = promises.some((name) => counters[name] !== 0);
    return counters;
  }

  async #judge(client: HostClient, runs: Awaited<ReturnType<HostClient['runs']['list']>>): Promise<Record<string, number>> {
    const { seen, answeredTwice, mismatched, refused } = this.#person;
    const counters = {
      pending: seen.size,
      lost: 0,
      autoApproved: 0,
      answeredTwice,
      mismatched,
      refused,
      unknown: this.#unknown.size,
      executed: 0,
      denied: 0,
    };
    const complain = (line: string): void => this.#options.say(line);
    const approved = new Map<RunId, number>();
    for (const { item, hash, tried, acknowledged } of seen.values()) {
      const now = await client.inbox.get({ id: item.id }).catch(() => undefined);
      if (now?.request.kind !== 'approval' || now.status !== 'answered' || now.answer?.kind !== 'approval') {
        counters.lost += 1;
        complain(`${item.id} of ${item.run} is ${now?.status ?? 'gone'}`);
        continue;
      }
      const { answer } = now.answer;
      const name = this.#nameOf.get(item.run) ?? '';
      if (now.request.hash !== hash || now.answer.hash !== hash || !JSON.stringify(now.request.args).includes(name))
        counters.mismatched += 1;
      if (acknowledged !== undefined && answer !== acknowledged) counters.answeredTwice += 1;
      else if (!tried.has(answer as 'once')) counters[answer === 'deny' ? 'lost' : 'autoApproved'] += 1;
      if (item.step !== effectStep) counters.mismatched += 1;
      if (answer === 'once') approved.set(item.run, (approved.get(item.run) ?? 0) + 1);
      else counters.denied += 1;
    }
    const happened = outside(this.#ledger, this.#work);
    for (const run of runs) {
      if (!this.#nameOf.has(run.id)) await this.#learnName(client, run.id);
      const times = happened(this.#nameOf.get(run.id) ?? '');
      const allowed = approved.get(run.id) ?? 0;
      counters.executed += times;
      if (times > 0 && allowed === 0) counters.autoApproved += 1;
      else if (times > allowed) counters.mismatched += 1;
      const isRight = run.status === 'done' ? times > 0 : run.status === 'failed' && run.error?.code === 'denied';
      if (isRight) continue;
      counters.lost += 1;
      complain(`Run ${run.number} is ${run.status} ${JSON.stringify(run.error ?? '')}: approved ${allowed}, happened ${times}`);
    }
    return { ...counters, runs: runs.length };
  }
}
