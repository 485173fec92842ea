// `npm run bench -- <name> [--peer] [--n N] [--json] [--check]`: one JSON object per line on stdout. Ratios count; absolute times are
// only leads, so the machine's own measure (calibration) is printed in the same run. Never run by tests.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { engineFan, engineLinear } from './engine.ts';
import { engineEffects, engineGrowth } from './engine-durable.ts';
import { engineMany, engineResume, engineWide } from './engine-scale.ts';
import { ipc } from './ipc.ts';
import { type Bench, type BenchContext, type Figure, load1, type PeerRatio, rounded } from './lib/bench.ts';
import { calibrate } from './lib/calibration.ts';
import { checkGoals, type Goal } from './lib/goals.ts';
import { mcpCall } from './mcp-call.ts';
import { mcpStart } from './mcp-start.ts';
import { policy } from './policy.ts';
import { runList } from './run-list.ts';
import { undoDelete, undoMany, undoThings } from './undo.ts';

process.env.NODE_ENV ??= 'production';
const benches: Bench[] = [
  coldStart,
  engineLinear,
  engineFan,
  engineEffects,
  engineGrowth,
  engineWide,
  engineResume,
  engineMany,
  ipc,
  policy,
  undoDelete,
  undoMany,
  undoThings,
  runList,
  mcpStart,
  mcpCall,
];

const help = (): string =>
  `npm run bench -- <name> [--peer] [--n N] [--json] [--check] [--save]\n\n${benches.map((each) => `  ${each.name.padEnd(14)} ${each.about}`).join('\n')}\n\n--peer runs the peers in turn with ours; --check compares with goals.json; --save keeps the lines in results/.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'boolean', default: false },
    n: { type: 'string' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const lines: (Figure | PeerRatio)[] = [];
const print = (line: Figure | PeerRatio): void => {
  lines.push(line);
  console.log(JSON.stringify(line));
};
const say = values.json ? () => undefined : (line: string) => console.error(line);

function contextOf(bench: string, n: number | undefined): BenchContext {
  return {
    n,
    peers: values.peer,
    figure: (metric, value, unit, samples) => print({ bench, metric, value: rounded(value), unit, n: samples, load1: load1() }),
    ratio: (peer, ratio) => print({ bench, peer, ratio: rounded(ratio) }),
    say,
  };
}

function save(name: string): void {
  const sqlite = JSON.parse(readFileSync(path.join(import.meta.dirname, '../node_modules/better-sqlite3/package.json'), 'utf8')) as {
    version: string;
  };
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: process.platform,
  };
  const kept = { date: new Date().toISOString(), node: process.version, betterSqlite3: sqlite.version, machine, load1: load1(), lines };
  mkdirSync(path.join(import.meta.dirname, 'results'), { recursive: true });
  const file = path.join(import.meta.dirname, 'results', `${kept.date.slice(0, 10)}-${name}.json`);
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  say(`Kept in ${path.relative(process.cwd(), file)}`);
}

async function main(): Promise<number> {
  const wanted = positionals[0];
  const n = values.n === undefined ? undefined : Number(values.n);
  if (values.help) {
    console.error(help());
    return 0;
  }
  const chosen = wanted === undefined && values.check ? benches : benches.filter((each) => each.name === wanted);
  if (chosen.length === 0 || positionals.length > 1 || (n !== undefined && !(Number.isInteger(n) && n > 0))) {
    console.error(wanted === undefined ? help() : `There is no such bench, or --n is not a whole number above 0.\n\n${help()}`);
    return 2;
  }
  await calibrate(contextOf('calibration', undefined));
  for (const bench of chosen) await bench.run(contextOf(bench.name, n));
  if (values.save) save(wanted ?? 'all');
  if (!values.check) return 0;
  const goals = JSON.parse(readFileSync(path.join(import.meta.dirname, 'goals.json'), 'utf8')) as { goals: Goal[] };
  return checkGoals(goals.goals, lines, new Set(chosen.map((each) => each.name)), values.peer) ? 0 : 1;
}

process.exitCode = await main();
