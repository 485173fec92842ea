// One row. A value that this Orrery cannot read falls back to its default alone, and a banner says which: one bad value must
// not keep the app from starting, nor quietly take the others with it.

import { type Settings, settings as settingsShape } from '../../../shared/model/settings.ts';
import type { SettingsStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import type { Health } from './health.ts';

export function settingsStore(read: ReadDb, write: WriteDb, health: Health): SettingsStore {
  const get = read.select<{ body: string }>('select body from settings where id = 1');
  const put = write.change('insert into settings (id, body) values (1, ?) on conflict (id) do update set body = excluded.body');
  let kept: Settings | undefined;

  const load = (): Settings => {
    const row = get.get();
    const { value, bad } = readSettings(row?.body ?? '{}');
    if (bad.length > 0)
      health.show({
        id: 'settings-reset',
        severity: 'warning',
        message: `These settings could not be read and have their defaults: ${bad.join(', ')}.`,
        hint: 'Look through the settings and save them again.',
      });
    return value;
  };

  return {
    get() {
      kept ??= load();
      return structuredClone(kept);
    },
    put(next) {
      const value = settingsShape.parse(next);
      put.run(JSON.stringify(value));
      kept = value;
    },
  };
}

function readSettings(text: string): { value: Settings; bad: string[] } {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // Not JSON at all: every value is bad, and the banner says so.
    return { value: settingsShape.parse({}), bad: ['all of them'] };
  }
  const whole = settingsShape.safeParse(stored);
  if (whole.success) return { value: whole.data, bad: [] };
  const good: Record<string, unknown> = {};
  const bad: string[] = [];
  for (const [key, value] of Object.entries(stored ?? {})) {
    if (!(key in settingsShape.shape)) continue;
    if (settingsShape.safeParse({ [key]: value }).success) good[key] = value;
    else bad.push(key);
  }
  return { value: settingsShape.parse(good), bad: bad.length > 0 ? bad : ['all of them'] };
}
