import { describe, expect, test } from 'vitest';
import { defaultSettings, type Settings, settingsPatch } from '../../shared/model/settings.ts';
import { createSettings } from './settings.ts';

function world(first: Settings = defaultSettings) {
  let stored = first;
  const service = createSettings({
    get: () => stored,
    put: (next) => {
      stored = next;
    },
  });
  return { service, stored: () => stored };
}

describe('changing settings', () => {
  test('null takes the default model away; leaving it out keeps it', () => {
    const { service, stored } = world({ ...defaultSettings, defaultModel: 'ollama/qwen3:8b' });
    service.change(settingsPatch.parse({ theme: 'dark' }));
    expect(stored()).toMatchObject({ theme: 'dark', defaultModel: 'ollama/qwen3:8b' });
    service.change(settingsPatch.parse({ defaultModel: null }));
    expect(stored().defaultModel).toBeUndefined();
    expect(stored().theme).toBe('dark');
    expect(settingsPatch.safeParse({ theme: null }).success).toBe(false);
  });
  test('a value that does not fit is refused with its place, and nothing is stored', () => {
    const { service, stored } = world();
    expect(() => service.change({ allowedHosts: [7] as never })).toThrow(
      expect.objectContaining({ code: 'setting-invalid', message: 'Allowed hosts (number 1) must be a text.', place: 'allowedHosts.0' }),
    );
    expect(stored()).toEqual(defaultSettings);
  });
});
