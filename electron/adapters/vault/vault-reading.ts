// The only place where a value leaves the vault. Before it does, the entry's own rules are asked (shared/model/vault-rules.ts) and the use
// is kept, also one that is refused.

import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import { mainField, type SecretField, type SecretUse } from '../../../shared/model/vault.ts';
import { maySend, type SecretUseBy } from '../../../shared/model/vault-rules.ts';
import type { VaultEntry } from '../sqlite/vault-store.ts';
import { openValues, rawField, readFacts } from './entry-seal.ts';
import type { KeyFiles } from './key-files.ts';
import type { Redactor } from './redactor.ts';
import { codeAt } from './totp.ts';
import type { VaultKeys } from './vault-keys.ts';

interface Deps {
  keys: VaultKeys;
  redactor: Redactor;
  note(use: Omit<SecretUse, 'seq'>, by: SecretUseBy): void;
  keyFiles: KeyFiles | undefined;
}
/** Codes are taken out of texts for so long after they were given, in milliseconds. */
const codeKnownMs = 15 * 60_000;
/** Shorter user names are words of every text. */
const shortestUserName = 6;

export interface VaultReading {
  reveal(name: SecretName, use?: SecretUseBy): Promise<string>;
  forProcess(name: SecretName, use: SecretUseBy): Promise<{ value: string; folder?: string; done(): void }>;
  /** For the person: no rules but the key, and not noted. */
  forPerson(name: SecretName, field: SecretField | undefined): Promise<{ value: string; field: SecretField }>;
}

export function vaultReading({ keys, redactor, note, keyFiles }: Deps): VaultReading {
  const { rows, clock } = keys.deps;

  async function find(name: SecretName): Promise<{ row: VaultEntry; field(wanted: SecretField): string }> {
    const absent = (): AppError =>
      new AppError('secret-not-found', `There is no secret “${name}” in the vault.`, {
        hint: 'Add it on the Vault page, or correct the name.',
      });
    if (rows.get(name) === undefined) throw absent();
    const { row, values } = await keys.use((key) => {
      keys.touch();
      const now = rows.get(name);
      if (now === undefined) throw absent();
      return { row: now, values: openValues(key, now) };
    });
    const { facts } = readFacts(row);
    return {
      row,
      field(wanted) {
        const value = wanted === 'address' ? facts.address : rawField(wanted, values);
        if (value === undefined)
          throw new AppError('secret-no-field', `The secret “${name}” has no ${wanted}.`, {
            hint: 'Add it on the Vault page, or correct the handle.',
          });
        if (wanted === 'address') return value;
        if (wanted !== 'totp') {
          if (wanted !== 'username' || value.length >= shortestUserName) redactor.learn(name, value);
          return value;
        }
        redactor.learn(name, value);
        const { code } = codeAt(value, clock.now());
        redactor.learn(name, code, codeKnownMs);
        return code;
      },
    };
  }

  const to = ({ receiver, host }: SecretUseBy): string => (receiver?.title ?? host ?? 'Orrery itself').slice(0, 300);

  /** Throws `secret-expired`, `secret-not-for`. */
  function check(row: VaultEntry, use: SecretUseBy): void {
    const field = use.field ?? mainField(row.kind);
    const about = {
      name: row.name,
      field,
      at: clock.now(),
      by: (use.asker?.title ?? 'Orrery').slice(0, 300),
      to: to(use),
      ...(use.run === undefined ? {} : { run: use.run }),
    };
    const verdict = maySend({ name: row.name, kind: row.kind, facts: readFacts(row).facts }, use, clock.now());
    if (verdict.allowed) {
      note({ ...about, outcome: 'used', ...(use.together === undefined ? {} : { reason: `It was read ${use.together.why}.` }) }, use);
      return;
    }
    note({ ...about, outcome: 'refused', reason: verdict.reason.slice(0, 500) }, use);
    throw new AppError(verdict.code, verdict.reason, { hint: verdict.hint });
  }

  async function reveal(name: SecretName, use: SecretUseBy = {}): Promise<string> {
    const found = await find(name);
    check(found.row, use);
    return found.field(use.field ?? mainField(found.row.kind));
  }

  return {
    reveal,
    async forProcess(name, use) {
      const row = rows.get(name);
      const isFile = row?.kind === 'key-file' && (use.field === undefined || use.field === 'content');
      if (!isFile) return { value: await reveal(name, use), done: () => undefined };
      if (keyFiles === undefined)
        throw new AppError('not-on-this-host', 'Key files cannot be handed over here.', { hint: 'Start Orrery on a data folder.' });
      const content = await reveal(name, use);
      const { path, folder, done } = keyFiles.write(readFacts(row).facts.fileName ?? name, content);
      return { value: path, folder, done };
    },
    async forPerson(name, field) {
      const found = await find(name);
      const wanted = field ?? mainField(found.row.kind);
      return { value: found.field(wanted), field: wanted };
    },
  };
}
