import { confirmed, settingsProposal } from '../policy/proposals.ts';
import type { SettingsService } from '../services.ts';
import { api } from './base.ts';

export function settingsApi({ settings }: { settings: SettingsService }) {
  return {
    get: api.settings.get.handler(() => settings.get()),
    change: api.settings.change.handler(async ({ input, context }) => {
      await confirmed(context.consent, settingsProposal(input, settings.get()));
      return settings.change(input);
    }),
    watch: api.settings.watch.handler(async function* ({ signal }) {
      yield* settings.watch(signal);
    }),
  };
}
