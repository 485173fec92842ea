// After a crash in the middle of a call of others' servers: the folder is compared now with what it was before.

import { type FolderDeps, recordDifference } from './folder-calls.ts';
import type { FolderSnapshot, StoredChange } from './undo-ports.ts';

const endedNote = 'Orrery ended during the call: what changed until it started again is here too.';

export async function settleFolders({ record, snapshots }: FolderDeps, markers: readonly StoredChange[]): Promise<void> {
  for (const marker of markers) {
    if (snapshots === undefined || marker.before === null) continue;
    let before: FolderSnapshot;
    try {
      before = JSON.parse(new TextDecoder().decode(await record.changes.readImage(marker.before))) as FolderSnapshot;
      await recordDifference({ record, snapshots }, marker, before, () => endedNote);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      record.changes.settle(marker.id, { state: 'unclear', after: null, cannotUndo: `What the call did is not known: ${reason}` });
    }
  }
}
