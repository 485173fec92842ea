import { expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { SecretUse } from '../../../shared/model/vault.ts';
import type { SecretUseBy } from '../ports.ts';
import { recordUses } from './record-uses.ts';

function told(use: Partial<SecretUse>, by: SecretUseBy): NewAuditEntry | undefined {
  const entries: NewAuditEntry[] = [];
  const onUse = (listener: (use: SecretUse, by: SecretUseBy) => void) => {
    listener({ seq: 1, name: 'TOKEN', field: 'value', at: 1, outcome: 'used', by: 'Orrery', to: 'Notes', ...use } as SecretUse, by);
    return () => undefined;
  };
  recordUses({ keeper: { onUse } } as never, { record: (entry) => entries.push(entry) });
  return entries[0];
}

it('names the agent that used it, in which step, so that many uses at once are seen as its own', () => {
  const asker = { kind: 'agent' as const, id: 'a-1', title: 'Librarian' };
  const receiver = { kind: 'host' as const, id: 'api.example', title: 'api.example' };
  expect(told({ by: 'Librarian', to: 'api.example', run: 'r-1' as never }, { asker, receiver, step: 'tool-1-0' })).toMatchObject({
    actor: { kind: 'agent', id: 'a-1', name: 'Librarian' },
    outcome: 'allowed',
    reason: 'Its value was given to api.example.',
    run: 'r-1',
    step: 'tool-1-0',
  });
});

it('leads to the tool server that was given it at its start, which is Orrery’s doing', () => {
  const entry = told({}, { receiver: { kind: 'server', id: 'notes', title: 'Notes' } });
  expect(entry).toMatchObject({ actor: { kind: 'app', name: 'Orrery' }, details: { server: 'notes', to: 'Notes' } });
  expect(told({ outcome: 'copied', field: 'totp', to: 'the clipboard' }, {})).toMatchObject({
    actor: { kind: 'person' },
    reason: 'A one-time code was copied to the clipboard.',
  });
});

it('says what Orrery read values for itself for, all of them in one row', () => {
  const entries: NewAuditEntry[] = [];
  const together = { why: 'to compare with keys in a configuration', names: ['A', 'B'], isTold: false };
  const onUse = (listener: (use: SecretUse, by: SecretUseBy) => void) => {
    for (const name of together.names)
      listener({ seq: 1, name, field: 'value', at: 1, outcome: 'used', by: 'Orrery', to: 'Orrery itself' } as SecretUse, { together });
    listener({ seq: 3, name: 'C', field: 'value', at: 1, outcome: 'refused', by: 'Orrery', to: 'x', reason: 'No.' } as SecretUse, {
      together,
    });
    return () => undefined;
  };
  recordUses({ keeper: { onUse } } as never, { record: (entry) => entries.push(entry) });
  expect(entries).toMatchObject([
    {
      what: 'secret:A',
      reason: 'The values of A, B were read by Orrery itself to compare with keys in a configuration; they were given to nobody.',
      details: { names: ['A', 'B'] },
    },
    { what: 'secret:C', outcome: 'denied' },
  ]);
});
