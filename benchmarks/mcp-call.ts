// One call of a tool of a real stdio server, through everything that stands in the way in the product: belt (policy, grants, taint,
// redaction, audit) and tool host (worker, checks), and then with a run's journal around it. Beside it, in turn and against the same
// program: the bare SDK. Absolute times are only leads; what counts is what is added, and the share of the SDK's calls.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { headlessShell } from '../electron/headless/shell.ts';
import { buildHost } from '../electron/host/build-host.ts';
import type { RunId, ServerId } from '../shared/model/ids.ts';
import { serverConfig } from '../shared/model/tool.ts';
import { type Bench, type BenchContext, median, quantile } from './lib/bench.ts';

const program = fileURLToPath(new URL('../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url));
const callers = [1, 8, 64];

interface Times {
  p50: number[];
  perSecond: number[];
  cpu: number[];
}
type Call = (index: number) => Promise<unknown>;

/** So many calls by so many callers; milliseconds of each, and of all, and what the main thread worked for each, in microseconds. `rest`: what they left to be done. */
async function burst(call: Call, count: number, at: number, rest: () => void): Promise<{ each: number[]; ms: number; cpuUs: number }> {
  const each: number[] = [];
  let next = 0;
  const before = process.threadCpuUsage();
  const begin = performance.now();
  const work = async () => {
    while (next < count) {
      const index = next++;
      const start = performance.now();
      await call(index);
      each.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: at }, work));
  rest();
  const ms = performance.now() - begin;
  const { user, system } = process.threadCpuUsage(before);
  return { each, ms, cpuUs: (user + system) / count };
}

export const mcpCall: Bench = {
  name: 'mcp-call',
  about: 'a tool call through host, policy, audit and journal, beside the bare SDK in turn, at 1, 8 and 64 callers.',
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-mcp-call-'));
    const host = buildHost({ kind: 'headless', folder, quiet: true, ...headlessShell });
    const client = new Client({ name: 'bare', version: '0' });
    try {
      await client.connect(new StdioClientTransport({ command: process.execPath, args: [program], stderr: 'ignore' }));
      await measure(context, host, client);
    } finally {
      await client.close();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(context: BenchContext, host: ReturnType<typeof buildHost>, client: Client): Promise<void> {
  const { belt, engine, hub, ports } = host.runtime.services;
  const { audit } = host.runtime;
  const id = 'echo' as ServerId;
  const config = serverConfig.parse({ id, title: 'Everything', command: process.execPath, args: [program], reach: { sandbox: 'off' } });
  const status = await ports.tools.start(config);
  if (status.state !== 'ready') throw new Error(status.failure?.message);
  const signal = new AbortController().signal;
  const none = async () => undefined;
  const grant = { tools: [{ server: id, tool: '*', effect: 'allow' as const }], folders: [] };
  const run = ports.ids.next() as RunId;
  hub.create({
    id: run,
    title: 'Bench',
    kind: 'turn',
    origin: { kind: 'manual', by: 'headless' },
    startedAt: Date.now(),
    inputs: {},
    grant,
  });
  const session = engine.openSession(run, { title: 'Bench', grant, signal });
  let step = 0;
  let called = 0;
  audit.flush();
  const loggedBefore = audit.status().last;
  const throughBelt = (name: string, message: string, inRun: boolean, more: object = {}) => {
    called += 1;
    return belt.call({
      actor: inRun ? { kind: 'workflow' } : { kind: 'person' },
      server: id,
      tool: 'echo',
      args: { message },
      run: inRun ? { id: run, title: 'Bench', grant } : undefined,
      step: name,
      source: { kind: 'person' },
      context: { signal, waiting: none, answered: none, ...more },
    });
  };
  const ways: Record<string, Call> = {
    sdk: (i) => client.callTool({ name: 'echo', arguments: { message: `m${i}` } }),
    host: (i) => ports.tools.call(id, 'echo', { message: `m${i}` }, { signal, folders: [], source: { kind: 'person' } }),
    belt: (i) => throughBelt('person', `m${i}`, false),
    journal: (i) => {
      const name = `s${step++}`;
      return session.step({
        step: name,
        node: 'call',
        effect: belt.effectOf(id, 'echo'),
        what: 'echo',
        run: async (given) => ({ out: JSON.stringify(await throughBelt(name, `m${i}`, true, given)) }),
      });
    },
    // The bare SDK in the same place, between the same two commits: while a disk is waited for, the server's processor falls asleep.
    'sdk-in-a-step': (i) =>
      session.step({
        step: `s${step++}`,
        node: 'call',
        effect: 'once',
        what: 'echo',
        run: async () => ({ out: JSON.stringify(await client.callTool({ name: 'echo', arguments: { message: `m${i}` } })) }),
      }),
    // As the product journals a tool that is known to only read: its rows ride with what is committed next.
    reading: (i) => {
      const name = `s${step++}`;
      return session.step({
        step: name,
        node: 'call',
        effect: 'none',
        what: 'echo',
        run: async (given) => ({ out: JSON.stringify(await throughBelt(name, `m${i}`, true, given)) }),
      });
    },
    // The same two commits with nothing between them.
    commits: () =>
      session.step({ step: `s${step++}`, node: 'call', effect: 'once', what: 'nothing', run: async () => ({ out: 'x'.repeat(80) }) }),
  };
  const rounds = context.n ?? 6;
  // Of the ways of the product, over all rounds of 64 callers: for how long the main loop answers nobody.
  const lag = monitorEventLoopDelay({ resolution: 1 });
  for (const at of callers) {
    const count = at === 1 ? 400 : 1600;
    const here = Object.entries(ways).filter(([name]) => at === 1 || name !== 'sdk-in-a-step');
    const times = Object.fromEntries(here.map(([name]) => [name, { p50: [] as number[], perSecond: [] as number[], cpu: [] as number[] }]));
    for (let round = -1; round < rounds; round += 1)
      for (const [name, call] of here) {
        if (at === 64 && round >= 0 && ['belt', 'journal', 'reading'].includes(name)) lag.enable();
        const { each, ms, cpuUs } = await burst(call, count, at, () => audit.flush());
        lag.disable();
        if (round < 0) continue;
        times[name]?.p50.push(quantile(each, 0.5));
        times[name]?.perSecond.push((count / ms) * 1000);
        times[name]?.cpu.push(cpuUs);
      }
    report(context, at, times, rounds);
  }
  context.figure('lag-p99', lag.percentile(99) / 1e6, 'ms', rounds);
  context.figure('lag-most', lag.max / 1e6, 'ms', rounds);
  // Figures of a log that lost entries would be of nothing.
  const logged = audit.status().last - loggedBefore;
  if (logged < called) throw new Error(`${called} calls left only ${logged} entries in the audit log.`);
  session.close();
  await hub.record(run, { type: 'run-end', at: Date.now(), status: 'done' });
}

function report(context: BenchContext, at: number, times: Record<string, Times>, rounds: number): void {
  const p50 = (name: string) => median(times[name]?.p50 ?? []);
  const cpu = (name: string) => median(times[name]?.cpu ?? []);
  const rate = (name: string) => median(times[name]?.perSecond ?? []);
  // Compared round by round, so that what else the machine does meets both.
  const ratio = (name: string) => median((times[name]?.perSecond ?? []).map((each, i) => each / (times.sdk?.perSecond[i] ?? Number.NaN)));
  const added = (name: string, floor = 'sdk') =>
    median((times[name]?.p50 ?? []).map((each, i) => each - (times[floor]?.p50[i] ?? Number.NaN)));
  for (const name of Object.keys(times)) {
    context.say(
      `${at} callers, ${name}: p50 ${(p50(name) * 1000).toFixed(0)} µs, ${rate(name).toFixed(0)} calls/s, ${cpu(name).toFixed(0)} µs of the main thread`,
    );
    context.figure(`${name}-p50-${at}`, p50(name), 'ms', rounds);
    context.figure(`${name}-rate-${at}`, rate(name), 'calls/s', rounds);
    context.figure(`${name}-cpu-${at}`, cpu(name) / 1000, 'ms', rounds);
  }
  if (at === 1) {
    context.figure('added-host-p50', added('host'), 'ms', rounds);
    context.figure('added-p50', added('belt'), 'ms', rounds);
    context.figure('added-over-commits-p50', added('journal') - p50('commits'), 'ms', rounds);
    context.figure('added-in-a-step-p50', added('journal', 'sdk-in-a-step'), 'ms', rounds);
    return;
  }
  for (const name of ['host', 'belt', 'reading', 'journal']) context.figure(`${name}-of-sdk-${at}`, ratio(name), '×', rounds);
}
