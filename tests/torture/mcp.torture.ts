// Hostile tool servers, one behaviour after the other beside a well-behaved server, then a storm of crashes. The machine stays usable,
// the other server does not notice, the offender is stopped, and nothing of it is left.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { type ServerConfig, toolText } from '../../shared/model/tool.ts';
import { type Behaviour, behaviours, type Seen } from './mcp-behaviours.ts';
import { allGone, keepCalling, leftProcesses, measureLag, openRig, type Rig } from './mcp-rig.ts';
import { crashStorm } from './mcp-storm.ts';
import { CannotTorture, type Torture } from './torture.ts';

/** The offender is stopped within this, from the moment it misbehaves, and nothing of it is left within this of being told to stop. */
const stopWithinMs = 5_000;
const maxLagMs = 50;

export const torture: Torture = {
  about: 'tool servers that misbehave in forty ways: the main loop is never late, others unaffected, the offender stopped, nothing left.',
  defaultN: 40,
  promises: ['escaped', 'disturbed', 'late', 'orphans', 'leaks', 'unbroken', 'lagging'],
  async run({ n, seed, say }) {
    const rig = await openRig();
    const counters = { behaviours: 0, contained: 0, escaped: 0, unaffected: 0, disturbed: 0, stoppedLateMs: 0, late: 0, orphans: 0 };
    try {
      if (!(await startReady(rig, rig.config('good', 'good'))))
        throw new CannotTorture('The well-behaved server does not start here in time.');
      const victim = keepCalling(rig.host, 'good');
      const lag = measureLag();
      for (let at = 0; at < n; at += 1) {
        const behaviour = behaviours[(at * stepFor(n) + seed - 1) % behaviours.length] as Behaviour;
        const one = await misbehave(rig, behaviour, `bad-${at}`);
        const disturbed = victim.take();
        counters.behaviours += 1;
        counters.stoppedLateMs = Math.max(counters.stoppedLateMs, one.stoppedMs);
        if (one.stoppedMs > stopWithinMs) counters.late += 1;
        counters.orphans += one.orphans;
        counters.disturbed += disturbed;
        if (disturbed === 0) counters.unaffected += 1;
        if (one.escaped === undefined) counters.contained += 1;
        else counters.escaped += 1;
        say(
          `${behaviour.name.padEnd(26)} ${one.escaped === undefined ? 'contained' : `ESCAPED: ${one.escaped}`}, ${Math.round(one.stoppedMs)} ms${disturbed > 0 ? `, ${disturbed} calls of the other disturbed` : ''}${one.orphans > 0 ? `, ${one.orphans} left` : ''}`,
        );
      }
      const lagP99Ms = lag.end();
      const calls = await victim.end();
      say(
        `The other server answered ${calls.calls} calls, the slowest in ${calls.slowestMs} ms; the loop was late by ${lagP99Ms} ms (p99).`,
      );
      const stormMs = n >= behaviours.length ? 600_000 : 2_000;
      say(`Twenty servers crash for ${stormMs / 1000} s.`);
      const storm = await crashStorm(rig, stormMs, say);
      await rig.host.remove('good' as never);
      return {
        ...counters,
        calls: calls.calls,
        slowestCallMs: calls.slowestMs,
        lagP99Ms,
        lagging: lagP99Ms > maxLagMs ? 1 : 0,
        stormSeconds: stormMs / 1000,
        stormStarts: storm.starts,
        breakerOpened: storm.breakerOpened,
        unbroken: storm.unbroken,
        leaks: storm.leaks,
        orphans: counters.orphans + storm.orphans,
      };
    } finally {
      await rig.close();
    }
  },
};

/** A part of the forty is spread over all of them. */
const stepFor = (n: number): number => (n >= behaviours.length ? 1 : Math.max(1, Math.floor(behaviours.length / n)));

/** On a machine that is busy with other things a start may come too late; that is not what is tried here. */
async function startReady(rig: Rig, config: ServerConfig): Promise<boolean> {
  for (let tries = 0; tries < 10; tries += 1) if ((await rig.host.start(config)).state === 'ready') return true;
  return false;
}

async function misbehave(
  rig: Rig,
  behaviour: Behaviour,
  id: string,
): Promise<{ escaped: string | undefined; stoppedMs: number; orphans: number }> {
  const { host } = rig;
  const status = () => host.servers().find((each) => each.id === id);
  const arrived = rig.arrived();
  rig.resetAsks();
  let began = performance.now();
  const config = rig.config(id, behaviour.name, behaviour.hosts);
  const isUp = behaviour.startsBadly === true ? (await host.start(config)).state === 'ready' : await startReady(rig, config);
  let answer = '';
  if (isUp) {
    began = performance.now();
    answer = await host
      .call(
        id as never,
        'act',
        {},
        { signal: AbortSignal.timeout(2_500), folders: [], source: { kind: 'person' }, onProgress: () => undefined },
      )
      .then((result) => toolText(result) || JSON.stringify(result))
      .catch((error: unknown) => `error ${error instanceof AppError ? error.code : String(error)}`);
  }
  let escaped: string | undefined;
  let stoppedMs = 0;
  if (behaviour.after === 'stays') await sleep(behaviour.name === 'changed-definitions' ? 1_200 : 300);
  else {
    const isOver = () =>
      behaviour.after === 'breaks' ? status()?.state !== 'ready' || (status()?.restarts ?? 0) > 0 : status()?.state === 'failed';
    while (!isOver() && performance.now() - began < 3 * stopWithinMs) await sleep(20);
    stoppedMs = performance.now() - began;
    if (!isOver()) escaped = 'it goes on';
  }
  const seen: Seen = {
    status: status(),
    answer,
    tools: host.tools(id as never),
    arrived: rig.arrived() - arrived,
    openAsks: rig.openAsks(),
  };
  escaped ??= behaviour.escaped?.(seen);
  const told = performance.now();
  await host.remove(id as never);
  const isGone = await allGone(() => leftProcesses(behaviour.name), stopWithinMs);
  stoppedMs = Math.max(stoppedMs, performance.now() - told);
  return { escaped, stoppedMs, orphans: isGone ? 0 : leftProcesses(behaviour.name).length };
}
