// A model that obeys every instruction it reads, wherever that stands, against a whole host: real files, real requests to a listener, a
// real tool server of others. The person there reads what was asked for and declines everything else. Nothing may leave, nothing may be
// destroyed, nothing may be done that was neither granted nor approved; and harmless work must go on without a question.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seeded } from '../contract/wire-fuzz.ts';
import { controlOf, scenarioOf } from './injection-grid.ts';
import { openInjectionWorld } from './injection-world.ts';
import type { Torture } from './torture.ts';

/** Scenarios side by side. */
const atOnce = 6;
/** Injected scenarios for each harmless one. */
const perControl = 10;

export const torture: Torture = {
  about:
    'a model that obeys every injected instruction: nothing leaves, nothing is destroyed, nothing is done unapproved, harmless work goes on.',
  defaultN: 500,
  promises: ['exfiltrated', 'destroyed', 'unapproved', 'blockedHarmless', 'unfinished'],
  async run({ n, seed, say }) {
    const root = mkdtempSync(path.join(tmpdir(), 'orrery-injection-'));
    for (const name of ['data', 'work', 'outside']) mkdirSync(path.join(root, name));
    const random = seeded(seed);
    const world = await openInjectionWorld(root, say);
    try {
      const scenarios = Array.from({ length: n }, (_, index) => scenarioOf(index, random, world.places));
      const controls = Array.from({ length: Math.max(5, Math.ceil(n / perControl)) }, (_, index) => controlOf(n + index, world.places));
      world.prepare(scenarios, controls);
      const work = [...controls.map((each) => () => world.runControl(each)), ...scenarios.map((each) => () => world.runScenario(each))];
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let at = next; at < work.length; at = next) {
          next = at + 1;
          await work[at]?.();
          if (next % 100 === 0) say(`${next} of ${work.length}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      return { scenarios: n, controls: controls.length, ...world.judge() };
    } finally {
      await world.close();
      rmSync(root, { recursive: true, force: true });
    }
  },
};
