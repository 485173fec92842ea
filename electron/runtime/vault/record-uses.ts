// Every use of a secret goes into the audit log too. The name, who asked and where it went, never a value.

import type { AuditActor, NewAuditEntry } from '../../../shared/model/audit.ts';
import type { SecretUse } from '../../../shared/model/vault.ts';
import type { SecretUseBy, Vault } from '../ports.ts';
import type { Audit } from '../services.ts';

const said = { used: 'was given to', refused: 'was refused to', copied: 'was copied to' } satisfies Record<SecretUse['outcome'], string>;
const parts: Record<SecretUse['field'], string> = {
  value: 'Its value',
  username: 'Its user name',
  password: 'Its password',
  totp: 'A one-time code',
  address: 'Its address',
  content: 'The file',
  text: 'The text',
};

export function recordUses(vault: Pick<Vault, 'keeper'>, audit: Audit): () => void {
  return (
    vault.keeper?.onUse((use, by) => {
      const { together } = by;
      if (together !== undefined && use.outcome === 'used') {
        if (!together.isTold) audit.record(readTogether(use, together));
        together.isTold = true;
        return;
      }
      audit.record({
        kind: 'secret',
        actor: whoUsed(use, by),
        what: `secret:${use.name}`,
        outcome: use.outcome === 'refused' ? 'denied' : 'allowed',
        reason: use.reason ?? `${parts[use.field]} ${said[use.outcome]} ${use.to}.`,
        ...(use.run === undefined ? {} : { run: use.run }),
        ...(by.step === undefined ? {} : { step: by.step }),
        details: { field: use.field, to: use.to, ...(by.receiver?.kind === 'server' ? { server: by.receiver.id } : {}) },
      });
    }) ?? (() => undefined)
  );
}

/** Told when the first of them is read. */
function readTogether(use: SecretUse, { why, names }: NonNullable<SecretUseBy['together']>): NewAuditEntry {
  const isOne = names.length === 1;
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  return {
    kind: 'secret',
    actor: { kind: 'app', name: use.by },
    what: `secret:${use.name}`,
    outcome: 'allowed',
    reason: `${isOne ? 'Its value was' : `The values of ${listed} were`} read by Orrery itself ${why}; ${isOne ? 'it was' : 'they were'} given to nobody.`,
    details: { field: use.field, to: use.to, names: [...names] },
  };
}

/** Nobody asks for a server's start and a provider's own key: that is Orrery. */
function whoUsed(use: SecretUse, { asker }: SecretUseBy): AuditActor {
  if (use.outcome === 'copied' || asker?.kind === 'person') return { kind: 'person', name: 'You' };
  return asker === undefined ? { kind: 'app', name: use.by } : { kind: asker.kind, id: asker.id, name: use.by };
}
