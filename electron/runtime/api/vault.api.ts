// Secrets go in here and do not come out: nothing below calls `reveal`.

import type { SecretInfo } from '../../../shared/model/vault.ts';
import type { Ports } from '../ports.ts';
import type { SettingsService } from '../services.ts';
import { api } from './base.ts';

export function vaultApi({ ports, settings }: { ports: Pick<Ports, 'vault' | 'store'>; settings: SettingsService }) {
  const { vault, store } = ports;
  /** Which tool servers and model servers name the secret. */
  const withUses = (secret: SecretInfo): SecretInfo => ({
    ...secret,
    usedBy: [
      ...store.servers
        .list()
        .filter((server) => Object.values(server.env).some((value) => 'secret' in value && value.secret === secret.name))
        .map((server) => server.title),
      ...settings
        .get()
        .providers.filter((provider) => provider.apiKey === secret.name)
        .map((provider) => provider.title),
    ],
  });
  return {
    getStatus: api.vault.getStatus.handler(() => vault.getStatus()),
    list: api.vault.list.handler(() => vault.list().map(withUses)),
    set: api.vault.set.handler(async ({ input }) => withUses(await vault.set(input.name, input.value, input.note))),
    replace: api.vault.replace.handler(async ({ input }) => withUses(await vault.replace(input.name, input.value, input.note))),
    remove: api.vault.remove.handler(({ input }) => vault.remove(input.name)),
    setPassphrase: api.vault.setPassphrase.handler(({ input }) => vault.setPassphrase(input.passphrase)),
    unlock: api.vault.unlock.handler(({ input }) => vault.unlock(input.passphrase)),
    lock: api.vault.lock.handler(() => vault.lock()),
  };
}
