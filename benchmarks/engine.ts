// The engine's two first promises: what a durable step costs in a chain, and in ten branches at once.

import { type Bench, type BenchContext, median } from './lib/bench.ts';
import { fan, linear, openEngineBench, type Shape } from './lib/engine-bench.ts';
import { openPeer, type PeerSpec, peers } from './lib/peers.ts';

const rounds = 3;
/** Every engine is warmed up for as long as the others, in milliseconds: one that needs less for a run does more runs. */
const warmUpMs = 1500;

async function warmUp(round: () => Promise<unknown>): Promise<void> {
  for (const begin = performance.now(); performance.now() - begin < warmUpMs; ) await round();
}

async function compare(context: BenchContext, name: 'linear' | 'fan', shape: Shape, specs: readonly PeerSpec[]): Promise<void> {
  const runs = context.n ?? 15;
  const ours = openEngineBench();
  const others = context.peers ? await Promise.all(specs.map((spec) => openPeer(spec, context.say))) : [];
  const times = new Map<string, number[]>([['ours', []], ...others.map((peer): [string, number[]] => [peer.name, []])]);
  try {
    await warmUp(() => ours.round(shape, 10));
    for (const peer of others) await warmUp(() => peer.round(name, 10));
    for (let round = 0; round < rounds; round += 1) {
      times.get('ours')?.push(...(await ours.round(shape, runs)));
      for (const peer of others) times.get(peer.name)?.push(...(await peer.round(name, runs)));
    }
  } finally {
    await ours.close();
    for (const peer of others) await peer.close();
  }
  const mine = median(times.get('ours') ?? []);
  context.figure('run', mine, 'ms', rounds * runs);
  context.figure('steps', (shape.steps / mine) * 1000, 'steps/s', rounds * runs);
  for (const peer of others) {
    const theirs = median(times.get(peer.name) ?? []);
    context.figure(`run-${peer.name}`, theirs, 'ms', rounds * runs);
    context.ratio(peer.name, theirs / mine);
  }
}

const all: PeerSpec[] = [peers.langgraph, peers.mastra, peers.openworkflow, peers.n8n, peers.rivet];

export const engineLinear: Bench = {
  name: 'engine-linear',
  about: '100 pure steps in a chain, journal kept at FULL, events watched, rows read back and counted.',
  run: (context) => compare(context, 'linear', linear(100), [...all, peers.nodeRed]),
};

export const engineFan: Bench = {
  name: 'engine-fan',
  about: 'one source, 10 branches of 10 pure steps, one join, journal kept at FULL.',
  run: (context) => compare(context, 'fan', fan(10, 10), all),
};
