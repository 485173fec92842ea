// Secrets go in here and do not come out: nothing below calls `reveal`.

import { AppError } from '../../../shared/errors.ts';
import type { SecretInfo, SecretValues } from '../../../shared/model/vault.ts';
import { Uploads } from '../import/uploads.ts';
import { confirmed } from '../policy/proposals.ts';
import type { Ports, VaultKeeper } from '../ports.ts';
import type { SettingsService } from '../services.ts';
import type { UndoService } from '../undo/undo.ts';
import { endLost, serversThatHold } from '../vault/end-lost.ts';
import { generateSecret } from '../vault/generate.ts';
import { fileProposal, openingFileProposal, plainProposal, removeProposal, wideningProposal } from '../vault/proposals.ts';
import type { IncomingFile } from '../vault-ports.ts';
import { api } from './base.ts';

type Generate = { field: 'value' | 'password'; options: Parameters<typeof generateSecret>[0] } | undefined;
const withGenerated = (values: SecretValues, generate: Generate): SecretValues =>
  generate === undefined ? values : { ...values, [generate.field]: generateSecret(generate.options) };

export interface VaultApiDeps {
  ports: Pick<Ports, 'vault' | 'store' | 'tools' | 'clock'>;
  settings: SettingsService;
  undo: Pick<UndoService, 'forgetSecret'>;
}

export function vaultApi({ ports, settings, undo }: VaultApiDeps) {
  const { vault, store } = ports;
  const keeper = (): VaultKeeper => {
    if (vault.keeper === undefined) throw new AppError('not-on-this-host', 'This host has no vault of its own.');
    return vault.keeper;
  };
  /** Which tool servers and model servers name the secret. */
  const withUses = (secret: SecretInfo): SecretInfo => ({
    ...secret,
    usedBy: [
      ...store.servers
        .list()
        .filter(
          (server) =>
            [...Object.values(server.env), ...Object.values(server.headers ?? {})].some(
              (value) => 'secret' in value && value.secret === secret.name,
            ) ||
            // In a text, an argument or the address: as a handle.
            [`\${secret:${secret.name}}`, `\${secret:${secret.name}/`].some((handle) => JSON.stringify(server).includes(handle)),
        )
        .map((server) => server.title),
      ...settings
        .get()
        .providers.filter((provider) => provider.apiKey === secret.name)
        .map((provider) => provider.title),
    ],
    heldBy: heldBy(secret.name),
  });
  const heldBy = (name: SecretInfo['name']): string[] => serversThatHold(ports, name).map(({ title }) => title);
  const factsOf = (name: string) => vault.list().find((secret) => secret.name === name)?.facts;
  return {
    getStatus: api.vault.getStatus.handler(() => vault.getStatus()),
    list: api.vault.list.handler(() => vault.list().map(withUses)),
    listUses: api.vault.listUses.handler(({ input }) => keeper().uses(input)),
    set: api.vault.set.handler(async ({ input }) => withUses(await vault.set(input.name, input.value, input.note))),
    replace: api.vault.replace.handler(async ({ input }) => withUses(await vault.replace(input.name, input.value, input.note))),
    remove: api.vault.remove.handler(async ({ input: { name, forGood }, context: { consent } }) => {
      if (forGood) await confirmed(consent, removeProposal(name, heldBy(name)));
      await vault.remove(name);
      if (forGood) undo.forgetSecret(name);
    }),
    create: api.vault.create.handler(async ({ input: { generate, values, ...rest } }) =>
      withUses(await keeper().create({ ...rest, values: withGenerated(values, generate) })),
    ),
    change: api.vault.change.handler(async ({ input: { name, note, facts, values, generate }, context: { consent, log } }) => {
      const before = factsOf(name);
      await confirmed(consent, wideningProposal(name, facts, before));
      const next = values === undefined && generate === undefined ? undefined : withGenerated(values ?? {}, generate);
      const changed = await keeper().change(name, {
        ...(note === undefined ? {} : { note }),
        ...(facts === undefined ? {} : { facts }),
        ...(next === undefined ? {} : { values: next }),
      });
      if (facts !== undefined) await endLost(ports, { name, kind: changed.kind ?? 'token', before, after: facts }, log);
      return withUses(changed);
    }),
    copy: api.vault.copy.handler(({ input }) => keeper().copy(input.name, input.field)),
    ...waysApi(vault, keeper),
    ...transferApi(keeper, new Uploads(ports.clock.now)),
  };
}

function waysApi(vault: Ports['vault'], keeper: () => VaultKeeper) {
  return {
    setPassphrase: api.vault.setPassphrase.handler(({ input }) => vault.setPassphrase(input.passphrase)),
    changePassphrase: api.vault.changePassphrase.handler(({ input }) => keeper().changePassphrase(input.old, input.passphrase)),
    removePassphrase: api.vault.removePassphrase.handler(async ({ context: { consent } }) => {
      await confirmed(consent, plainProposal('Take the passphrase away?', 'Only the keychain opens the vault then.', 'Take away'));
      return keeper().removePassphrase();
    }),
    addKeychain: api.vault.addKeychain.handler(() => keeper().addKeychain()),
    removeKeychain: api.vault.removeKeychain.handler(() => keeper().removeKeychain()),
    unlock: api.vault.unlock.handler(({ input }) =>
      input.recoveryKey === undefined ? vault.unlock(input.passphrase) : keeper().unlockWithRecovery(input.recoveryKey),
    ),
    lock: api.vault.lock.handler(() => vault.lock()),
    makeRecovery: api.vault.makeRecovery.handler(async ({ input, context: { consent } }) => {
      await confirmed(consent, openingFileProposal(input.file, 'Write a new recovery key into this file?', 'Write'));
      return keeper().makeRecovery(input.file);
    }),
    removeRecovery: api.vault.removeRecovery.handler(() => keeper().removeRecovery()),
    rotate: api.vault.rotate.handler(({ input }) => keeper().rotate(input.passphrase)),
  };
}

type Incoming = { file: string } | { upload: string };

function transferApi(keeper: () => VaultKeeper, uploads: Uploads) {
  /** What was dropped is forgotten when it has been read; a wrong password may be followed by the right one. */
  async function read<T>(from: Incoming, work: (from: IncomingFile) => Promise<T>): Promise<T> {
    if ('file' in from) return work(from.file);
    const given = await work({ text: uploads.text(from.upload) });
    uploads.drop(from.upload);
    return given;
  }
  /** A page that has the text asks for no file of this machine. */
  const proposal = (consent: Parameters<typeof fileProposal>[0], from: Incoming, what: string) =>
    'file' in from ? fileProposal(consent, from.file, what, 'Read') : undefined;
  return {
    putImportPart: api.vault.putImportPart.handler(({ input }) => uploads.put(input.upload, input.index, input.text)),
    previewImport: api.vault.previewImport.handler(async ({ input, context: { consent } }) => {
      await confirmed(consent, proposal(consent, input, 'Read passwords from this file?'));
      return read(input, (from) => keeper().previewImport(from, input.password));
    }),
    previewBackup: api.vault.previewBackup.handler(async ({ input, context: { consent } }) => {
      await confirmed(consent, proposal(consent, input, 'Read this backup of the vault?'));
      return read(input, (from) => keeper().previewBackup(from, input.passphrase));
    }),
    takeIn: api.vault.takeIn.handler(async ({ input, context: { consent } }) => {
      const losses = [
        ...(input.removeOthers ? ['Secrets that are not in the file are deleted'] : []),
        ...(input.removeFile ? ['The file is overwritten and deleted'] : []),
      ];
      await confirmed(
        consent,
        losses.length === 0 ? undefined : { title: 'Take these secrets in?', lines: losses, button: 'Take in', lasts: false },
      );
      return keeper().takeIn(input);
    }),
    forgetPreview: api.vault.forgetPreview.handler(({ input }) => keeper().forget(input.id)),
    makeBackup: api.vault.makeBackup.handler(async ({ input, context: { consent } }) => {
      await confirmed(
        consent,
        openingFileProposal(input.file, 'Write all secrets, sealed by the passphrase you just gave, into this file?', 'Write'),
      );
      return keeper().makeBackup(input.file, input.passphrase);
    }),
  };
}
