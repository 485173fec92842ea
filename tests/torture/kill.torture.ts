// kill -9 of a host that runs several workflows at once, again and again over one data folder, and an outside witness that knows
// what the host had promised each time: no completed step may be lost or done again, no effect may happen twice, every run ends.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { InboxAnswer, InboxItem } from '../../shared/model/grant.ts';
import type { JobId, RunId } from '../../shared/model/ids.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { buildCopy, type HostProcess, startHost } from './host-process.ts';
import { mixedAnswer } from './kill-mixed.ts';
import { choosePoint, type KillPoint, watchFor } from './kill-points.ts';
import { judgeTicks, tickLineOf, turnTicksOn } from './kill-ticks.ts';
import { Witness } from './kill-witness.ts';
import { digestJob, ledgerJob, mixedJob } from './kill-work.ts';
import { addLedger } from './ledger.ts';
import type { Torture, TortureOptions } from './torture.ts';

/** Runs under way at once, and how many of them the host lets go at a time: the others wait for their turn. */
const width = 8;
const places = 5;
/** A point that does not come within this is taken as come, in milliseconds. */
const pointWatchdogMs = 1500;
/** After the last restart every run has this long to end, in milliseconds. */
const endWatchdogMs = 60_000;

/** A list that was on its way while its first item was answered still has it. */
function unlessAnswered(error: unknown): void {
  const { code } = ((error as { data?: unknown }).data ?? {}) as { code?: unknown };
  if (code !== 'already-answered') throw error;
}

/** `needless`: a person was asked whether a step happened that has no effect, or one that may be repeated. */
const promises = ['lost', 'redone', 'duplicated', 'stuck', 'needless'] as const;

export const torture: Torture = {
  about: 'kill -9 of the host at named and random points: no completed step lost or done again, every run ends.',
  defaultN: 100,
  promises,
  async run(options) {
    const built = await buildCopy(options.say);
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-kill-'));
    const world = new World(folder, built.cli, options);
    try {
      return await world.run();
    } finally {
      await world.host?.kill();
      built.remove();
      if (!world.isBroken) rmSync(folder, { recursive: true, force: true });
      else options.say(`The data folder is kept for a look: ${folder}`);
    }
  },
};

class World {
  host: HostProcess | undefined;
  isBroken = true;
  readonly #data: string;
  readonly #folder: string;
  readonly #ledger: string;
  readonly #cli: string;
  readonly #options: TortureOptions;
  readonly #random: Random;
  readonly #runs = new Map<RunId, Witness>();
  readonly #recoveries: number[] = [];
  readonly #needless = new Set<string>();
  #jobs = 0;
  #ticks: JobId | undefined;
  #points: Record<string, number> = {};

  constructor(folder: string, cli: string, options: TortureOptions) {
    this.#folder = folder;
    this.#data = path.join(folder, 'data');
    this.#ledger = path.join(folder, 'ledger.txt');
    this.#cli = cli;
    this.#options = options;
    this.#random = seeded(options.seed);
    mkdirSync(path.join(folder, 'work'));
    writeFileSync(this.#ledger, '');
  }

  async run(): Promise<Record<string, number>> {
    const { n, say } = this.#options;
    await this.#setUp();
    for (let kills = 1; kills <= n; kills += 1) {
      await this.#oneLife(choosePoint(this.#random));
      if (kills % 25 === 0) say(`${kills} of ${n} kills, ${this.#runs.size} runs, ${this.#open().length} of them under way`);
    }
    const stuck = await this.#lastLife();
    return { kills: n, ...stuck };
  }

  async #setUp(): Promise<void> {
    this.host = startHost(this.#cli, this.#data);
    const { client, close } = await this.host.attach();
    await addLedger(client, this.#ledger);
    await client.settings.change({ maxParallelRuns: places });
    this.#ticks = await turnTicksOn(client);
    close();
    await this.host.stop();
  }

  readonly #open = (): RunId[] => [...this.#runs].filter(([, witness]) => !witness.isOver).map(([id]) => id);

  /** Starts a host, lets it work, and kills it at the point. */
  async #oneLife(point: KillPoint): Promise<void> {
    this.#points[point.name] = (this.#points[point.name] ?? 0) + 1;
    const host = startHost(this.#cli, this.#data);
    this.host = host;
    if (point.name === 'while-starting') {
      await sleep(point.ms);
      await host.kill();
      return;
    }
    const client = await this.#attach(host);
    const isTime = watchFor(point);
    const time = Promise.withResolvers<void>();
    const work = this.#watchAll(client, (item) => {
      if (isTime(item)) time.resolve();
    });
    await Promise.race([time.promise, sleep('ms' in point ? point.ms : pointWatchdogMs), host.exited]);
    if (host.hasExited()) throw new Error('The host ended by itself.');
    await host.kill();
    await work;
  }

  async #attach(host: HostProcess): Promise<HostClient> {
    const began = performance.now();
    const { client } = await host.attach();
    // Attached is not enough: it must answer, with its runs taken up.
    await client.runs.list({ limit: 1, query: '' });
    this.#recoveries.push(performance.now() - began);
    return client;
  }

  /** Follows the runs under way and fills up with new ones until the host goes away; what a dying host still says is heard. */
  async #watchAll(client: HostClient, hear: (item: Parameters<Witness['hear']>[0]) => void): Promise<void> {
    const follow = async (id: RunId): Promise<void> => {
      const witness = this.#runs.get(id);
      if (witness === undefined) return;
      for await (const batch of await client.runs.watch({ id, after: witness.lastSeq }))
        for (const item of batch) {
          witness.hear(item);
          hear(item);
        }
    };
    const keepFull = async (): Promise<void> => {
      const id = await this.#startOne(client);
      await follow(id);
      await keepFull();
    };
    const known = this.#open();
    const all = [
      ...known.map((id) => follow(id).then(keepFull)),
      ...Array.from({ length: Math.max(0, width - known.length) }, keepFull),
      this.#answerQuestions(client),
    ];
    // Each ends with the connection: that is how this torture ends everything.
    await Promise.allSettled(all);
  }

  async #startOne(client: HostClient): Promise<RunId> {
    this.#jobs += 1;
    const name = `job${this.#jobs}`;
    const which = this.#random();
    const job =
      which < 0.4 ? digestJob(path.join(this.#folder, 'work', name), this.#random) : which < 0.6 ? ledgerJob(name) : mixedJob(name);
    const run = await client.runs.start({ workflow: { document: job.document }, inputs: job.inputs });
    this.#runs.set(run.id, new Witness(job));
    return run.id;
  }

  /** A person who knows the truth: asked whether an effect happened, it looks into the ledger. */
  async #answerQuestions(client: HostClient): Promise<void> {
    for await (const items of await client.inbox.watch()) {
      for (const item of items) await this.#answerOne(client, item).catch(unlessAnswered);
    }
  }

  async #answerOne(client: HostClient, { id, run, step, request }: InboxItem): Promise<void> {
    if (request.kind === 'approval') this.#needless.add(id);
    else if (request.kind === 'question') await this.#say(client, id, { kind: 'question', value: mixedAnswer });
    else {
      const key = await this.#keyOf(client, run, step.replace(/~\d+$/, ''));
      if (key === undefined) this.#needless.add(id);
      const happened = key !== undefined && this.#ledgerLines().includes(key);
      await this.#say(client, id, { kind: 'unknown-outcome', answer: happened ? 'done' : 'redo' });
    }
  }

  /** The line that the step writes. A host that was killed as it started a run may have kept it without having told of it. */
  async #keyOf(client: HostClient, id: RunId, step: string): Promise<string | undefined> {
    const known = this.#runs.get(id)?.job;
    if (known !== undefined) return known.keyOf(step);
    const { run, events } = await client.runs.get({ id });
    const [first] = events;
    const name = first?.event.type === 'run-start' ? String(first.event.inputs.name) : '';
    const job = [ledgerJob(name), mixedJob(name)].find(({ document }) => document.name === run.title);
    return job === undefined ? tickLineOf(run) : job.keyOf(step);
  }

  /** What is listed may be answered already: the list is of a moment ago. */
  async #say(client: HostClient, id: InboxItem['id'], answer: InboxAnswer): Promise<void> {
    await client.inbox.answer({ id, answer }).catch((error: unknown) => {
      if (!['already-answered', 'inbox-withdrawn'].includes(fromWireError(error).code)) throw error;
    });
  }

  readonly #ledgerLines = (): string[] =>
    readFileSync(this.#ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  /** One more start, without a kill: everything must end, and everything that was promised must be there. */
  async #lastLife(): Promise<Record<string, number>> {
    this.host = startHost(this.#cli, this.#data);
    const client = await this.#attach(this.host);
    let isOver = false;
    const answering = this.#answerQuestions(client).catch((error: unknown) => {
      if (!isOver) this.#complain(`The person answers no more: ${String(error)}`);
    });
    const deadline = Date.now() + endWatchdogMs;
    for (const id of this.#runs.keys()) {
      while (Date.now() < deadline) {
        const { run } = await client.runs.get({ id });
        if (isRunOver(run.status)) break;
        await sleep(20);
      }
    }
    const counters = await this.#judge(client);
    const ticks = this.#ticks && (await judgeTicks(client, this.#ticks, this.#ledgerLines, deadline, (line) => this.#complain(line)));
    for (const [name, count] of Object.entries(ticks ?? {})) counters[name] = (counters[name] ?? 0) + count;
    isOver = true;
    await this.host.stop();
    await answering;
    this.#options.say(
      `Killed at: ${Object.entries(this.#points)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    );
    this.isBroken = promises.some((name) => counters[name] !== 0);
    return counters;
  }

  async #judge(client: HostClient): Promise<Record<string, number>> {
    const counters = { acknowledged: 0, lost: 0, redone: 0, duplicated: 0, stuck: 0, runs: this.#runs.size, events: 0, effects: 0 };
    const ledger = this.#ledgerLines();
    counters.effects = ledger.length;
    for (const [id, witness] of this.#runs) {
      counters.acknowledged += witness.done.size;
      counters.events += witness.told.size;
      const kept = await client.runs.get({ id }).catch(() => undefined);
      if (kept === undefined) {
        counters.lost += 1;
        continue;
      }
      if (kept.run.status !== 'done') this.#complain(`${id} is ${kept.run.status} ${JSON.stringify(kept.run.error ?? '')}`);
      if (kept.run.status !== 'done') counters.stuck += 1;
      const { lost, redone } = witness.compare(kept.events);
      const { missing, twice } = witness.job.checkOutside(ledger);
      if (lost + redone + missing.length + twice.length > 0)
        this.#complain(`${id}: lost ${lost}, redone ${redone}, missing ${missing.join(' ')}, twice ${twice.join(' ')}`);
      counters.lost += lost + (kept.run.status === 'done' ? missing.length : 0);
      counters.redone += redone;
      counters.duplicated += twice.length;
    }
    return { ...counters, needless: this.#needless.size, ...recoveryOf(this.#recoveries) };
  }

  #complain(line: string): void {
    this.#options.say(line);
  }
}

function recoveryOf(times: readonly number[]): { recoveryMsMedian: number; recoveryMsMax: number } {
  const sorted = times.toSorted((a, b) => a - b).map(Math.round);
  return { recoveryMsMedian: sorted[sorted.length >> 1] ?? 0, recoveryMsMax: sorted.at(-1) ?? 0 };
}
