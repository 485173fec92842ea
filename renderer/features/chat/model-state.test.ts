import { describe, expect, it } from 'vitest';
import { type ProviderStatus, providerStatus } from '../../../shared/model/model.ts';
import { modelState } from './model-state.ts';

const provider = (state: ProviderStatus['state'], models: string[] = [], enabled = true): ProviderStatus =>
  providerStatus.parse({
    config: { id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: 'http://127.0.0.1:11434', enabled },
    state,
    models: models.map((name) => ({ ref: `ollama/${name}`, name, contextLength: 8192 })),
  });

describe('modelState', () => {
  it('is ready with the wanted model, or the first when none is named', () => {
    const list = [provider('ready', ['a', 'b'])];
    expect(modelState(list, { model: 'ollama/b' }, undefined)).toEqual({ kind: 'ready', name: 'b', contextLength: 8192 });
    expect(modelState(list, {}, 'ollama/b')).toMatchObject({ kind: 'ready', name: 'b' });
    expect(modelState(list, undefined, undefined)).toMatchObject({ kind: 'ready', name: 'a' });
  });

  it('tells apart what stands in the way', () => {
    expect(modelState(undefined, undefined, undefined).kind).toBe('checking');
    expect(modelState([], undefined, undefined).kind).toBe('no-provider');
    expect(modelState([provider('ready', ['a'], false)], undefined, undefined).kind).toBe('no-provider');
    expect(modelState([provider('checking')], undefined, undefined).kind).toBe('checking');
    expect(modelState([provider('unreachable')], { model: 'ollama/a' }, undefined).kind).toBe('unreachable');
    expect(modelState([provider('no-models')], { model: 'ollama/a' }, undefined).kind).toBe('no-models');
    expect(modelState([provider('ready', ['a'])], { model: 'ollama/z' }, undefined)).toMatchObject({ kind: 'not-installed', name: 'z' });
    expect(modelState([provider('ready', ['a'])], { model: 'other/z' }, undefined)).toMatchObject({ kind: 'not-installed', name: 'z' });
  });
});
