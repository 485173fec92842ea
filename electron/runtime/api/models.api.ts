import { AppError } from '../../../shared/errors.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';
import { confirmed, providerProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import type { ModelService, SettingsService } from '../services.ts';
import { api } from './base.ts';

interface Deps {
  ports: Pick<Ports, 'models'>;
  models: ModelService;
  settings: SettingsService;
}

export function modelsApi({ ports, models, settings }: Deps) {
  const known = (id: string): ProviderConfig => {
    const config = settings.get().providers.find((provider) => provider.id === id);
    if (config === undefined)
      throw new AppError('provider-not-found', 'That model provider is not there any more.', { hint: 'Reload the settings.' });
    return config;
  };
  const cannot = (config: ProviderConfig, what: string): AppError =>
    new AppError('provider-cannot', `${config.title} cannot ${what} models from here.`, { hint: 'Use that server’s own tools.' });

  return {
    listProviders: api.models.listProviders.handler(({ input }) => models.statuses(input.refresh)),
    testProvider: api.models.testProvider.handler(async ({ input, context }) => {
      await confirmed(context.consent, providerProposal(input.config, settings.get()));
      return models.test(input.config);
    }),
    saveProvider: api.models.saveProvider.handler(async ({ input, context }) => {
      await confirmed(context.consent, providerProposal(input.config, settings.get()));
      const { providers } = settings.get();
      const isKnown = providers.some((provider) => provider.id === input.config.id);
      const next = isKnown
        ? providers.map((provider) => (provider.id === input.config.id ? input.config : provider))
        : [...providers, input.config];
      settings.change({ providers: next });
    }),
    removeProvider: api.models.removeProvider.handler(({ input }) => {
      known(input.id);
      const { providers, modelSight } = settings.get();
      settings.change({
        providers: providers.filter((provider) => provider.id !== input.id),
        // Another server of that name has other models.
        modelSight: Object.fromEntries(Object.entries(modelSight).filter(([ref]) => !ref.startsWith(`${input.id}/`))),
      });
    }),
    pull: api.models.pull.handler(async function* ({ input, signal }) {
      const config = known(input.provider);
      const provider = ports.models[config.type];
      if (provider.pull === undefined) throw cannot(config, 'download');
      const left = new AbortController();
      try {
        const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
        for await (const progress of provider.pull(config, input.model.trim(), stop)) {
          if (progress.done) await models.statuses(true);
          yield progress;
        }
      } finally {
        // The window left, or it is done: a download nobody waits for must stop.
        left.abort();
      }
    }),
    removeModel: api.models.removeModel.handler(async ({ input }) => {
      const config = known(input.provider);
      const provider = ports.models[config.type];
      if (provider.remove === undefined) throw cannot(config, 'remove');
      await provider.remove(config, input.model);
      await models.statuses(true);
    }),
  };
}
