// Every use of a secret goes into the audit log too. The name and where it went, never a value.

import type { SecretUse } from '../../../shared/model/vault.ts';
import type { Vault } from '../ports.ts';
import type { Audit } from '../services.ts';

export function recordUses(vault: Pick<Vault, 'keeper'>, audit: Audit): () => void {
  const said = { used: 'was given to', refused: 'was refused to', copied: 'was copied to' } satisfies Record<SecretUse['outcome'], string>;
  return (
    vault.keeper?.onUse((use) =>
      audit.record({
        kind: 'secret',
        actor: use.outcome === 'copied' ? { kind: 'person', name: 'You' } : { kind: 'app', name: use.by },
        what: `secret:${use.name}`,
        outcome: use.outcome === 'refused' ? 'denied' : 'allowed',
        reason: use.reason ?? `${use.field} ${said[use.outcome]} ${use.to}.`,
        ...(use.run === undefined ? {} : { run: use.run }),
        details: { field: use.field, to: use.to },
      }),
    ) ?? (() => undefined)
  );
}
