// What must be there before everything else is made: the store that writes changes down.

import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { Ports, Store } from '../ports.ts';
import { Channel } from '../util/channel.ts';
import { type RecordedStore, recordedStore } from './recorded-store.ts';
import type { RecordDeps } from './recorder.ts';

/** `audit` is called when the first change happens, not before. */
export function prepareUndo(
  ports: Pick<Ports, 'clock' | 'ids' | 'hash'>,
  store: Store,
  audit: (entry: NewAuditEntry) => void,
): { recorded: RecordedStore; record: RecordDeps; changes: Channel<void> } {
  const changes = new Channel<void>();
  const record: RecordDeps = {
    changes: store.changes,
    clock: ports.clock,
    ids: ports.ids,
    hash: (text) => ports.hash(text),
    audit: { record: audit },
    maxAllBytes: () => store.settings.get().keepChangesMegabytes * 1024 * 1024,
    changed: () => changes.send(),
  };
  return { recorded: recordedStore(store, record), record, changes };
}
