// Calls about the vault: how a person does each here.

import { writeFileSync } from 'node:fs';
import { noFacts } from '../../../shared/model/vault.ts';
import { passphrase } from '../../helpers/who-lab.ts';
import { type Act, file, noteIn, secret, to } from './kit.ts';

export const vaultActs: Record<string, Act> = {
  'vault.set': { do: noteIn },
  'vault.replace': to(noteIn, (info, { page }) => page.vault.replace({ name: info.name, value: 'another value' })),
  'vault.remove': to(noteIn, (info, { page }) => page.vault.remove({ name: info.name })),
  'vault.create': { do: ({ page }) => page.vault.create({ name: secret(), kind: 'note', values: { text: 'kept' } }) },
  'vault.change': to(noteIn, (info, { page }) => page.vault.change({ name: info.name, facts: { ...noFacts, hosts: ['a.example'] } })),
  'vault.copy': to(noteIn, (info, { page }) => page.vault.copy({ name: info.name }), {
    elsewhere: 'electron/runtime/vault/record-uses.test.ts',
  }),
  'vault.setPassphrase': { do: ({ page }) => page.vault.setPassphrase({ passphrase }), mayFail: 'It has one.' },
  'vault.changePassphrase': { do: ({ page }) => page.vault.changePassphrase({ old: passphrase, passphrase }) },
  'vault.removePassphrase': { do: ({ page }) => page.vault.removePassphrase(), mayFail: 'It is the only way in.' },
  'vault.addKeychain': { do: ({ page }) => page.vault.addKeychain(), mayFail: 'There is no keychain here.' },
  'vault.removeKeychain': { do: ({ page }) => page.vault.removeKeychain(), mayFail: 'There is no keychain here.' },
  'vault.unlock': to(
    ({ page }) => page.vault.lock(),
    (_none, { page }) => page.vault.unlock({ passphrase }),
  ),
  'vault.lock': {
    do: async ({ page }) => {
      await page.vault.lock();
      await page.vault.unlock({ passphrase });
    },
  },
  'vault.makeRecovery': { do: (lab) => lab.page.vault.makeRecovery({ file: file(lab, 'key') }) },
  'vault.removeRecovery': to(
    (lab) => lab.page.vault.makeRecovery({ file: file(lab, 'key') }),
    (_none, { page }) => page.vault.removeRecovery(),
  ),
  'vault.rotate': { do: ({ page }) => page.vault.rotate({ passphrase }) },
  'vault.takeIn': to(
    async (lab) => {
      const from = file(lab, 'csv');
      writeFileSync(from, 'name,url,username,password\nA site,https://a.example,anna,maple-harbour-41\n');
      return lab.page.vault.previewImport({ file: from });
    },
    ({ id }, { page }) => page.vault.takeIn({ id, take: [{ index: 0, name: secret(), replace: false }] }),
  ),
  'vault.makeBackup': { do: (lab) => lab.page.vault.makeBackup({ file: file(lab, 'backup'), passphrase: 'another long one' }) },
};
