import { expect, test } from 'vitest';
import { cancelled } from '../../shared/errors.ts';
import { defaultSettings } from '../../shared/model/settings.ts';
import type { Clock, RunStore } from './ports.ts';
import { createRetention } from './retention.ts';

function lab(settings = defaultSettings) {
  const asked: Parameters<RunStore['compact']>[0][] = [];
  const wakers: { ms: number; wake(): void }[] = [];
  const told: string[] = [];
  const clock: Clock = {
    now: () => 1_000_000_000_000,
    uptime: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        wakers.push({ ms, wake: resolve });
        signal.addEventListener('abort', () => reject(cancelled()));
      }),
  };
  let fails = false;
  const retention = createRetention({
    runs: {
      compact: async (limits) => {
        asked.push(limits);
        if (fails) throw new Error('disk full');
        return { runs: 1, bytes: 1 };
      },
    },
    settings: { get: () => settings },
    clock,
    log: { info: () => undefined, warn: () => undefined },
    audit: { record: ({ actor, what, reason }) => void told.push(`${actor.kind} ${what}: ${reason}`) },
  });
  const tick = async () => {
    wakers.at(-1)?.wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const fail = (now: boolean): void => {
    fails = now;
  };
  return { retention, asked, wakers, tick, fail, told };
}

test('asks a minute after the start and then daily, by the settings, also after it failed once', async () => {
  const { retention, asked, wakers, tick, fail, told } = lab();
  retention.start();
  expect(asked).toEqual([]);
  fail(true);
  await tick();
  fail(false);
  await tick();
  expect(asked).toEqual(Array(2).fill({ olderThan: 1_000_000_000_000 - 90 * 86_400_000, perWorkflow: 1000 }));
  expect(wakers.map(({ ms }) => ms)).toEqual([60_000, 86_400_000, 86_400_000]);
  // What Orrery takes away by itself is in the audit log; what failed took nothing away.
  expect(told).toEqual(['app runs:old: 1 old run went, with their steps, as the settings say.']);
  retention.close();
  await tick();
  expect(asked).toHaveLength(2);
});

test('0 keeps all', async () => {
  const { retention, asked } = lab({ ...defaultSettings, keepRunsDays: 0, keepRunsCount: 0 });
  await retention.run();
  expect(asked).toEqual([{}]);
});
