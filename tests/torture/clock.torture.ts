// The clock is set, the computer sleeps, the host is closed or killed, over and over, with jobs of every missed rule in many zones.
// What the real jobs service did, on a real database, is held against an oracle of its own. Runs are stored and not worked off: when
// something starts is what is asked here. Now and then the disk refuses the mark of a run that was just started, and the host is
// killed before it can be made up for.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from '../../electron/adapters/hash.ts';
import { timeSortedIds } from '../../electron/adapters/ids.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import { builtInNodes } from '../../electron/runtime/nodes/nodes.generated.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import type { JobStore, Ports } from '../../electron/runtime/ports.ts';
import type { Jobs, StartRun } from '../../electron/runtime/services.ts';
import { createJobs } from '../../electron/runtime/triggers/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobId, RunId, WorkflowId } from '../../shared/model/ids.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { parseWorkflowDocument } from '../../shared/model/workflow.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { changes, type TorturedJob, torturedJobs } from './clock-jobs.ts';
import { JobOracle } from './clock-oracle.ts';
import { FakeClock, settle } from './fake-clock.ts';
import type { Torture, TortureOptions } from './torture.ts';

const second = 1000;
const hour = 3_600_000;
const year = 365 * 24 * hour;
const from = Date.UTC(2024, 0, 1);
const to = Date.UTC(2029, 0, 1);

export const torture: Torture = {
  about: 'the clock is set, the computer sleeps, the host ends: every due run starts once, or is missed by its rule with the reason.',
  defaultN: 500,
  promises: ['lost', 'doubled', 'unexplained'],
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-clock-'));
    const opened = openStore({ folder });
    try {
      return await new ClockTorture(opened, options).run();
    } finally {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Judged {
  spec: TorturedJob;
  oracle: JobOracle;
  id: JobId;
}

class ClockTorture {
  readonly #opened: OpenedStore;
  readonly #options: TortureOptions;
  readonly #random: Random;
  readonly #clock = new FakeClock(Date.UTC(2026, 2, 27, 10));
  readonly #ids = timeSortedIds();
  readonly #judged: Judged[] = [];
  /** What was started, by job and time. */
  readonly #ran = new Map<JobId, Map<number, number>>();
  readonly #counters = {
    jumps: 0,
    set: 0,
    slept: 0,
    closed: 0,
    killed: 0,
    refused: 0,
    due: 0,
    ran: 0,
    missed: 0,
    lost: 0,
    doubled: 0,
    unexplained: 0,
  };
  #jobs: Jobs | undefined;
  #refuseMarks = false;
  #told = 0;
  readonly #known = new Map<JobId, number>();

  constructor(opened: OpenedStore, options: TortureOptions) {
    this.#opened = opened;
    this.#options = options;
    this.#random = seeded(options.seed);
  }

  async run(): Promise<Record<string, number>> {
    const { n, say } = this.#options;
    await this.#begin();
    for (let i = 0; i < n; i += 1) {
      await this.#live(this.#between(1, 90) * 60 * second);
      await this.#disturb();
      this.#counters.jumps += 1;
      this.#judge(`after ${i + 1}`);
      if (i % 50 === 49) say(`${i + 1} of ${n} jumps, ${this.#counters.ran} runs, ${this.#counters.missed} missed`);
    }
    await this.#live(hour);
    this.#judge('at the end');
    this.#countExplained();
    await this.#jobs?.close();
    return this.#counters;
  }

  // ------------------------------------------------------------ what is tortured

  async #begin(): Promise<void> {
    const workflow = 'clockwork' as WorkflowId;
    const document = parseWorkflowDocument({
      format: 'orrery.workflow',
      formatVersion: 1,
      name: 'Clockwork',
      nodes: torturedJobs.map(({ node, config }) => ({ id: node, kind: 'trigger.schedule', position: { x: 0, y: 0 }, config })),
      edges: [],
    });
    this.#opened.store.workflows.insert({ ...document, id: workflow, revision: 0, createdAt: 0, updatedAt: 0 });
    await this.#open();
    const now = this.#clock.now();
    for (const spec of torturedJobs) {
      const job = await this.#jobs?.turnOn({ workflow, node: spec.node, grant: { tools: [], folders: [] }, inputs: {} });
      if (job === undefined) throw new Error('No host is open.');
      this.#judged.push({ spec, id: job.id, oracle: new JobOracle(spec.rule, now, spec.timesFrom(now, from - year, to + year)) });
    }
    await settle();
  }

  async #open(): Promise<void> {
    const { store } = this.#opened;
    const jobs: JobStore = {
      ...store.jobs,
      putDue: (rows, job) => {
        if (this.#refuseMarks && rows.some((row) => row.state === 'started')) {
          this.#counters.refused += 1;
          throw new AppError('disk-full', 'The disk is full.', { retryable: true });
        }
        store.jobs.putDue(rows, job);
      },
    };
    const nothing = () => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, recent: () => [] };
    const ports = {
      store: { ...store, jobs },
      clock: this.#clock,
      ids: this.#ids,
      hash: sha256,
      log,
      tools: { tools: () => [], onChange: () => nothing },
      host: { info: () => ({ host: 'headless', pid: 1, startedAt: this.#clock.now() }) },
      webhooks: { origin: nothing, tokenOf: () => '' },
      desktop: { missing: {} },
      files: {},
    } as unknown as Ports;
    const made = createJobs({
      ports,
      registry: createRegistry({ nodes: builtInNodes, toolHost: ports.tools }),
      engine: { start: (request) => this.#start(request) },
      hub: { onChange: () => nothing },
      inbox: { onChange: () => nothing },
    });
    this.#jobs = made;
    made.start();
    await settle();
  }

  #start(request: StartRun): RunSummary {
    const { origin, id } = request;
    if (origin.kind !== 'job' || origin.dueAt === undefined || id === undefined) throw new Error('That is no run of a due job.');
    const summary = this.#opened.store.runs.create({
      id: id as RunId,
      title: 'Clockwork',
      kind: 'workflow',
      origin,
      startedAt: this.#clock.now(),
      inputs: {},
      grant: request.grant,
    });
    const ran = this.#ran.get(origin.job) ?? new Map<number, number>();
    this.#ran.set(origin.job, ran.set(origin.dueAt, (ran.get(origin.dueAt) ?? 0) + 1));
    return summary;
  }

  // ------------------------------------------------------------ what is done to it

  #between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** A second to a year, every size as likely. */
  #size(): number {
    return Math.round(second * (year / second) ** this.#random());
  }

  async #live(ms: number): Promise<void> {
    const before = this.#clock.wall;
    await this.#clock.pass(ms);
    for (const { oracle } of this.#judged) oracle.live(before, this.#clock.wall);
  }

  async #disturb(): Promise<void> {
    const choice = this.#random();
    if (choice < 0.55) return this.#set(this.#aim());
    if (choice < 0.7) return this.#sleep(this.#size() / 4);
    return this.#restart(choice < 0.85);
  }

  /** By how much the clock is set: any size either way, or to a night when clocks change, and never out of the years looked at. */
  #aim(): number {
    if (this.#random() < 0.25) {
      const night = changes[this.#between(0, changes.length - 1)] ?? 0;
      return night - this.#between(0, 90) * 60 * second - this.#clock.wall;
    }
    const by = this.#size() * (this.#random() < 0.5 ? -1 : 1);
    const end = this.#clock.wall + by;
    return end < from || end > to ? -by : by;
  }

  async #set(by: number): Promise<void> {
    this.#counters.set += 1;
    const before = this.#clock.wall;
    const wait = this.#clock.untilWake();
    // What is not known to who looks only now and then: when, since its last look, the clock was set back.
    const landed = before + by - this.#clock.asleepFor();
    this.#clock.wall += by;
    // The next look is when the host's timer fires: timers do not know of the wall clock.
    await this.#clock.pass(wait);
    const after = this.#clock.wall;
    for (const { oracle } of this.#judged) {
      if (by > 0) oracle.gap(before, after, by > 5 * second);
      else if (after < before) {
        oracle.back(before, landed);
        oracle.live(landed, after);
      } else oracle.live(before, after);
    }
  }

  async #sleep(ms: number): Promise<void> {
    this.#counters.slept += 1;
    const before = this.#clock.wall;
    await this.#clock.suspend(this.#clock.wall + ms > to ? hour : ms);
    // A timer that was not over yet fires a little later.
    const wait = this.#clock.untilWake();
    for (const { oracle } of this.#judged) oracle.gap(before, this.#clock.wall, false);
    await this.#live(Math.min(wait, 30 * second));
  }

  async #restart(isKill: boolean): Promise<void> {
    this.#counters[isKill ? 'killed' : 'closed'] += 1;
    if (isKill) {
      // The disk refuses marks for the last minutes: runs are there, and nothing says so.
      this.#refuseMarks = this.#random() < 0.5;
      await this.#live(this.#between(1, 40) * 60 * second);
      this.#clock.forgetSleepers();
    } else await this.#jobs?.close();
    this.#refuseMarks = false;
    const before = this.#clock.wall;
    const away = this.#random() < 0.3 ? -Math.min(this.#size(), before - from) : Math.min(this.#size(), Math.max(second, to - before));
    this.#clock.wall += away;
    this.#clock.up = this.#between(1, 1_000_000);
    await this.#open();
    for (const { oracle } of this.#judged) {
      if (away < 0) oracle.back(before, this.#clock.wall);
      else oracle.gap(before, this.#clock.wall, false);
    }
  }

  // ------------------------------------------------------------ what is asked of it

  #judge(when: string): void {
    const counters = this.#counters;
    Object.assign(counters, { due: 0, ran: 0, lost: 0, doubled: 0, missed: 0 });
    for (const { spec, oracle, id } of this.#judged) {
      const ran = this.#ran.get(id) ?? new Map<number, number>();
      const wrong: string[] = [];
      for (const time of oracle.started) {
        if (ran.has(time)) continue;
        counters.lost += 1;
        wrong.push(`lost ${new Date(time).toISOString()}`);
      }
      for (const [time, times] of ran) {
        if (oracle.started.has(time) && times === 1) continue;
        counters.doubled += 1;
        wrong.push(`ran ${times} times, wrongly: ${new Date(time).toISOString()}`);
      }
      counters.due += oracle.started.size;
      counters.ran += ran.size;
      counters.missed += oracle.missed.size;
      if (wrong.length > (this.#known.get(id) ?? 0) && this.#told < 20) {
        this.#known.set(id, wrong.length);
        this.#told += 1;
        this.#options.say(
          `${when}, ${spec.node} (${spec.rule}), clock ${new Date(this.#clock.wall).toISOString()}: ${wrong.slice(0, 3).join('; ')}`,
        );
      }
    }
  }

  /** Every missed time has a row that says why, or lies before the newest thousand of its gap, which one row speaks for. */
  #countExplained(): void {
    const words = /host was (?:closed|gone)|slept|held up|clock (?:went|was)|No host/;
    for (const { id, oracle } of this.#judged) {
      const rows = this.#opened.store.jobs.listPast({ job: id, state: ['missed', 'dropped'], limit: 1_000_000 });
      this.#counters.unexplained += rows.filter((row) => !words.test(row.reason ?? '')).length;
      if (oracle.missed.size > 0 && rows.length === 0) this.#counters.unexplained += 1;
    }
  }
}
