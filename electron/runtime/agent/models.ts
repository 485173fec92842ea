// Which models are there, which one to use, and the words for when there is none. Providers do the talking; statuses are
// kept here and asked for again when the settings change or someone wants them fresh.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ModelInfo, ProviderConfig, ProviderStatus } from '../../../shared/model/model.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import type { Clock, ModelProviders } from '../ports.ts';
import type { ModelService, SettingsService } from '../services.ts';

const describeTimeoutMs = 8000;
/** A provider that was not there is asked again after this long when a model is wanted. */
const retryAfterMs = 2000;

interface ModelServiceDeps {
  settings: Pick<SettingsService, 'get' | 'onChange'>;
  providers: ModelProviders;
  clock: Pick<Clock, 'now'>;
}

export function createModelService({ settings, providers, clock }: ModelServiceDeps): ModelService {
  const listeners = new Set<() => void>();
  let known: ProviderStatus[] | undefined;
  let askedAt = 0;
  let asking: { key: string; result: Promise<ProviderStatus[]> } | undefined;

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const keyNow = () => JSON.stringify(settings.get().providers);

  async function ask(config: ProviderConfig): Promise<ProviderStatus> {
    if (!config.enabled) return { config, state: 'disabled', models: [] };
    try {
      const { version, models } = await providers[config.type].describe(config, AbortSignal.timeout(describeTimeoutMs));
      return { config, state: models.length === 0 ? 'no-models' : 'ready', models, ...(version === undefined ? {} : { version }) };
    } catch (error) {
      return { config, state: 'unreachable', models: [], error: toAppError(error).toJSON() };
    }
  }

  async function refresh(): Promise<ProviderStatus[]> {
    const key = keyNow();
    if (asking?.key === key) return asking.result;
    const result = Promise.all(settings.get().providers.map(ask)).then((statuses) => {
      if (asking?.result !== result) return statuses;
      asking = undefined;
      known = statuses;
      askedAt = clock.now();
      changed();
      return statuses;
    });
    asking = { key, result };
    return result;
  }

  let lastKey = keyNow();
  settings.onChange(() => {
    const key = keyNow();
    if (key === lastKey) return changed();
    lastKey = key;
    known = undefined;
    changed();
    void refresh();
  });

  const asSaid = (fresh: boolean) => (fresh || known === undefined ? refresh() : Promise.resolve(known));
  const statuses = async (fresh: boolean) => withSight(await asSaid(fresh), settings.get().modelSight);

  async function resolve(ref: string | undefined) {
    const wanted = ref ?? settings.get().defaultModel;
    if (wanted !== undefined) return named(settings.get().providers, wanted);
    let list = await asSaid(false);
    if (firstModel(list) === undefined && clock.now() - askedAt > retryAfterMs) list = await refresh();
    const first = firstModel(list);
    if (first === undefined) throw noModel(list);
    return named(settings.get().providers, first.ref);
  }

  return {
    statuses,
    test: ask,
    resolve,
    async *chat(ref, request) {
      const { config, model } = await resolve(ref);
      yield* providers[config.type].chat(config, { ...request, model });
    },
    label() {
      const ref = settings.get().defaultModel;
      if (known === undefined) {
        void refresh();
        return { label: 'Looking for models', state: 'checking' };
      }
      const model = ref === undefined ? firstModel(known) : findModel(known, ref);
      if (model !== undefined) return { label: model.name, state: 'ready' };
      return { label: ref === undefined ? 'No model' : `${ref.slice(ref.indexOf('/') + 1)} is not there`, state: 'missing' };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What a person said of a model's sight counts before what its server says; that stays beside it. */
const withSight = (statuses: readonly ProviderStatus[], sight: Settings['modelSight']): ProviderStatus[] =>
  statuses.map((status) => ({
    ...status,
    models: status.models.map((model) => {
      const said = sight[model.ref];
      if (said === undefined) return model;
      const { images, ...rest } = model;
      return { ...rest, images: said, ...(images === undefined ? {} : { imagesSaid: images }) };
    }),
  }));

/** The first that can use tools, else the first. */
function firstModel(statuses: readonly ProviderStatus[]): ModelInfo | undefined {
  const models = statuses.flatMap((status) => status.models);
  return models.find((model) => model.tools === true) ?? models[0];
}

/** `ollama/qwen3` means `ollama/qwen3:latest`. */
export const findModel = (statuses: readonly ProviderStatus[], ref: string): ModelInfo | undefined =>
  statuses.flatMap((status) => status.models).find((model) => model.ref === ref || model.ref === `${ref}:latest`);

function named(configs: readonly ProviderConfig[], ref: string): { ref: string; config: ProviderConfig; model: string } {
  const slash = ref.indexOf('/');
  const config = configs.find((each) => each.id === ref.slice(0, slash));
  const model = ref.slice(slash + 1);
  if (slash < 1 || config === undefined)
    throw new AppError('no-model', `The model ${ref} belongs to a provider that is not set up.`, {
      hint: 'Choose another model for the agent, or add the provider in Settings › Models.',
    });
  if (!config.enabled)
    throw new AppError('no-model', `${config.title}, which has the model ${model}, is turned off.`, {
      hint: 'Turn it on in Settings › Models, or choose another model.',
    });
  return { ref, config, model };
}

/** Says exactly what to do next, by what is the matter. */
function noModel(statuses: readonly ProviderStatus[]): AppError {
  const on = statuses.filter((status) => status.state !== 'disabled');
  if (on.length === 0)
    return new AppError('no-model', 'No model provider is turned on.', {
      hint: 'Turn Ollama on, or add a local server, in Settings › Models.',
    });
  const empty = on.find((status) => status.state === 'no-models');
  if (empty !== undefined)
    return new AppError('no-model', `${empty.config.title} is running but has no model yet.`, {
      hint:
        empty.config.type === 'ollama'
          ? 'Pull one in Settings › Models, for example qwen3:4b.'
          : 'Load a model in that server, then try again.',
      retryable: true,
    });
  const ollama = on.find((status) => status.config.type === 'ollama');
  return new AppError(
    'no-model',
    `There is no model to talk to: ${on.map((status) => status.config.title).join(' and ')} cannot be reached.`,
    {
      hint:
        ollama === undefined
          ? 'Start the local server, or check its address in Settings › Models.'
          : 'Install Ollama from ollama.com and start it (or run `ollama serve`), then pull a model in Settings › Models. Or add another local server there.',
      retryable: true,
    },
  );
}
