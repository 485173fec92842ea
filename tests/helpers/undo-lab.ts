// Undo over a real data folder and real files, with the services that it puts things back through. `reopen` is a restart of the host.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../electron/adapters/clock.ts';
import { createFiles } from '../../electron/adapters/files/files.ts';
import { sha256 } from '../../electron/adapters/hash.ts';
import { timeSortedIds } from '../../electron/adapters/ids.ts';
import type { SnapshotCaps } from '../../electron/adapters/snapshots/snapshot-messages.ts';
import { createSnapshots } from '../../electron/adapters/snapshots/snapshots.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import type { Files, Ports, Store, Vault } from '../../electron/runtime/ports.ts';
import type { SettingsService } from '../../electron/runtime/services.ts';
import { createSettings } from '../../electron/runtime/settings.ts';
import { prepareUndo } from '../../electron/runtime/undo/prepare-undo.ts';
import { createUndo, type UndoService } from '../../electron/runtime/undo/undo.ts';
import type { FolderSnapshots } from '../../electron/runtime/undo/undo-ports.ts';
import { recordedVault } from '../../electron/runtime/vault/recorded-vault.ts';
import type { JobId } from '../../shared/model/ids.ts';

export interface UndoLab {
  dataFolder: string;
  opened: OpenedStore;
  undo: UndoService;
  files: Files;
  snapshots: FolderSnapshots;
  store: Store;
  settings: SettingsService;
  /** Of those that were asked for; else none. */
  vault: Vault;
  /** What was told to the audit. */
  told: string[];
  close(): Promise<void>;
}

export function undoLab(
  options: { dataFolder?: string; caps?: SnapshotCaps; keepFolder?: boolean; vault?(opened: OpenedStore): Vault } = {},
): UndoLab {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'orrery-undo-data-'));
  const opened = openStore({ folder: dataFolder });
  const files = createFiles({ closed: [dataFolder] });
  const caps = options.caps === undefined ? {} : { caps: options.caps };
  const snapshots = createSnapshots({ blobs: join(dataFolder, 'blobs'), closed: [dataFolder], ...caps });
  const told: string[] = [];
  const basic = { clock: systemClock, ids: timeSortedIds(), hash: sha256 };
  const parts = prepareUndo(basic, opened.store, (entry) => told.push(`${entry.kind} ${entry.reason}`));
  const vault =
    options.vault === undefined ? ({} as Vault) : recordedVault(options.vault(opened), { ...parts.record, by: parts.recorded.by });
  const ports = {
    ...basic,
    files,
    snapshots,
    store: parts.recorded.store,
    vault,
    log: { debug() {}, info() {}, warn() {}, error() {}, recent: () => [] },
    tools: { servers: () => [], remove: async () => undefined, start: async () => undefined },
  } as unknown as Ports;
  const settings = createSettings(ports.store.settings);
  const jobs = { remove: async (id: JobId) => ports.store.jobs.remove(id), workflowChanged: () => undefined } as never;
  const undo = createUndo({ ports, ...parts, settings: () => settings, jobs: () => jobs });
  return {
    ...{ dataFolder, opened, undo, files, snapshots, store: ports.store, settings, vault, told },
    async close() {
      await snapshots.close();
      await opened.close();
      if (options.keepFolder !== true) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
