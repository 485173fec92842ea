// Twenty servers that crash as soon as they are up, and somebody who starts each again as soon as it has been given up: the breaker
// must open every time, and nothing may pile up.

import { setTimeout as sleep } from 'node:timers/promises';
import { allGone, leftProcesses, openFiles, type Rig } from './mcp-rig.ts';

export interface Storm {
  starts: number;
  breakerOpened: number;
  /** Servers whose breaker never opened. */
  unbroken: number;
  /** Kinds of things that there are more of than before. */
  leaks: number;
  orphans: number;
}

const count = () => ({
  files: openFiles(),
  listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  handles: process.getActiveResourcesInfo().filter((each) => each !== 'Timeout' && each !== 'Immediate').length,
});

export async function crashStorm(rig: Rig, ms: number, say: (line: string) => void): Promise<Storm> {
  const ids = Array.from({ length: 20 }, (_, at) => `storm-${at}`);
  const opened = new Map(ids.map((id) => [id, 0]));
  const before = count();
  let starts = 0;
  const end = performance.now() + ms;
  const once = async (id: string) => {
    const status = () => rig.host.servers().find((each) => each.id === id);
    while (performance.now() < end || opened.get(id) === 0) {
      starts += 1;
      await rig.host.start(rig.config(id, 'crash-storm')).catch(() => undefined);
      // Whatever happens, it must come to rest by itself.
      for (const late = performance.now() + 120_000; status()?.state !== 'failed' && performance.now() < late; ) await sleep(50);
      if (status()?.state !== 'failed') return;
      opened.set(id, (opened.get(id) ?? 0) + 1);
      // A person who will not learn, but is no machine.
      if (performance.now() < end) await sleep(1_000);
    }
  };
  await Promise.all(ids.map(once));
  await Promise.all(ids.map((id) => rig.host.remove(id as never)));
  const orphans = (await allGone(() => leftProcesses('crash-storm'), 5_000)) ? 0 : leftProcesses('crash-storm').length;
  await sleep(500);
  const after = count();
  const leaked = Object.entries(after).filter(([name, now]) => now > before[name as keyof typeof before] + 3);
  for (const [name, now] of leaked) say(`More ${name} than before: ${now}, were ${before[name as keyof typeof before]}.`);
  const breakerOpened = [...opened.values()].reduce((sum, each) => sum + each, 0);
  return { starts, breakerOpened, unbroken: [...opened.values()].filter((each) => each === 0).length, leaks: leaked.length, orphans };
}
