// The settings, read once, changed by patches, and told to whoever follows them.

import { AppError } from '../../shared/errors.ts';
import { issueSentence } from '../../shared/issue-words.ts';
import { type Settings, settings as settingsShape } from '../../shared/model/settings.ts';
import type { SettingsStore } from './ports.ts';
import type { SettingsService } from './services.ts';
import { Channel, watched } from './util/channel.ts';

export function createSettings(store: SettingsStore): SettingsService {
  let current = store.get();
  const changes = new Channel<Settings>();
  const listeners = new Set<(settings: Settings) => void>();
  return {
    get: () => current,
    change(patch) {
      // Only the default model may be taken away; in what is stored it is then absent.
      const { defaultModel = current.defaultModel, ...rest } = patch;
      const next = settingsShape.safeParse({ ...current, ...rest, defaultModel: defaultModel ?? undefined });
      if (!next.success) {
        const issue = next.error.issues[0];
        throw new AppError('setting-invalid', issue === undefined ? 'The settings do not fit together.' : issueSentence(issue), {
          place: issue?.path.join('.') ?? '',
          hint: 'Correct the value and save again.',
        });
      }
      const ids = next.data.providers.map((provider) => provider.id);
      if (new Set(ids).size !== ids.length)
        throw new AppError('provider-twice', 'Two model servers have the same id.', { hint: 'Give one of them another id.' });
      store.put(next.data);
      current = next.data;
      for (const listener of listeners) listener(current);
      changes.send(current);
      return current;
    },
    watch: (signal) => watched(() => current, changes.follow(signal)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
