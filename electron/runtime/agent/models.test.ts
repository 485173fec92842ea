import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ModelInfo, ProviderConfig } from '../../../shared/model/model.ts';
import { defaultSettings, type Settings } from '../../../shared/model/settings.ts';
import type { ModelProvider } from '../ports.ts';
import { createModelService } from './models.ts';

const model = (ref: string, tools?: boolean): ModelInfo => ({
  ref,
  name: ref.slice(ref.indexOf('/') + 1),
  ...(tools === undefined ? {} : { tools }),
});

function make(found: ModelInfo[] | 'away', patch: Partial<Settings> = {}) {
  let settings = { ...defaultSettings, ...patch };
  let models = found;
  let asked = 0;
  const listeners = new Set<(settings: Settings) => void>();
  const provider: ModelProvider = {
    describe: async () => {
      asked += 1;
      if (models === 'away') throw new AppError('provider-unreachable', 'away', { hint: 'start it' });
      return { version: '1', models };
    },
    // biome-ignore lint/correctness/useYield: not called here
    async *chat() {
      throw new Error('not used');
    },
  };
  let now = 0;
  const service = createModelService({
    settings: {
      get: () => settings,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    providers: { ollama: provider, 'openai-compatible': provider },
    clock: { now: () => (now += 10_000) },
  });
  return {
    service,
    asked: () => asked,
    set: (next: ModelInfo[] | 'away') => {
      models = next;
    },
    change: (next: Partial<Settings>) => {
      settings = { ...settings, ...next };
      for (const listener of listeners) listener(settings);
    },
  };
}
const away: ProviderConfig = { id: 'lm', type: 'openai-compatible', title: 'LM', baseUrl: 'http://127.0.0.1:1', enabled: false };

describe('the model service', () => {
  it('asks once, keeps it, and asks again on request and when providers change', async () => {
    const it = make([model('ollama/a:1b')]);
    await Promise.all([it.service.statuses(false), it.service.statuses(false)]);
    await it.service.statuses(false);
    expect(it.asked()).toBe(1);
    await it.service.statuses(true);
    expect(it.asked()).toBe(2);
    it.change({ theme: 'dark' });
    expect(it.asked()).toBe(2);
    it.change({ providers: [...defaultSettings.providers, { ...away, enabled: true }] });
    await it.service.statuses(false);
    expect(it.asked()).toBe(4);
  });

  it('resolves the one named, else the default, else the first that can use tools', async () => {
    const it = make([model('ollama/plain:1b', false), model('ollama/tools:1b', true)]);
    expect(await it.service.resolve(undefined)).toMatchObject({ ref: 'ollama/tools:1b', model: 'tools:1b' });
    expect(it.service.label()).toEqual({ label: 'tools:1b', state: 'ready' });
    it.change({ defaultModel: 'ollama/plain:1b' });
    expect(await it.service.resolve(undefined)).toMatchObject({ model: 'plain:1b' });
    expect(await it.service.resolve('ollama/org/x:2b')).toMatchObject({ model: 'org/x:2b', config: { id: 'ollama' } });
    it.change({ defaultModel: 'ollama/gone:1b' });
    expect(it.service.label()).toEqual({ label: 'gone:1b is not there', state: 'missing' });
  });

  it('says what to do next when there is none, and finds one that came later', async () => {
    const it = make('away');
    expect(it.service.label().state).toBe('checking');
    await expect(it.service.resolve(undefined)).rejects.toMatchObject({ code: 'no-model', hint: expect.stringContaining('ollama serve') });
    expect((await it.service.statuses(false))[0]).toMatchObject({ state: 'unreachable', error: { hint: 'start it' } });
    expect(it.service.label()).toEqual({ label: 'No model', state: 'missing' });
    it.set([]);
    await expect(it.service.resolve(undefined)).rejects.toMatchObject({ code: 'no-model', hint: expect.stringContaining('Pull one') });
    it.set([model('ollama/new:1b')]);
    expect(await it.service.resolve(undefined)).toMatchObject({ model: 'new:1b' });
    await expect(it.service.resolve('other/x')).rejects.toMatchObject({ code: 'no-model' });
    it.change({ providers: [away] });
    await expect(it.service.resolve(undefined)).rejects.toMatchObject({ code: 'no-model', message: expect.stringContaining('turned on') });
    await expect(it.service.resolve('lm/x')).rejects.toMatchObject({ code: 'no-model', message: expect.stringContaining('turned off') });
  });

  it('says that a model sees pictures where a person said so, before its server, and at once', async () => {
    const blind = { ...model('ollama/b:1b'), images: false };
    const it = make([model('ollama/a:1b'), blind, { ...model('ollama/c:1b'), images: true }]);
    const seen = async () => (await it.service.statuses(false))[0]?.models.map(({ images, imagesSaid }) => [images, imagesSaid]);
    expect(await seen()).toEqual([
      [undefined, undefined],
      [false, undefined],
      [true, undefined],
    ]);
    it.change({ modelSight: { 'ollama/a:1b': true, 'ollama/b:1b': true, 'ollama/c:1b': false, 'ollama/gone': true } });
    expect(await seen()).toEqual([
      [true, undefined],
      [true, false],
      [false, true],
    ]);
    it.change({ modelSight: {} });
    expect(await seen()).toEqual([
      [undefined, undefined],
      [false, undefined],
      [true, undefined],
    ]);
    expect(it.asked()).toBe(1);
  });
});
