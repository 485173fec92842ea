// Opens the database of a data folder (prepare.ts says whether that can be) and hands out one store for each saved thing. The
// caller holds the folder's lock (host/data-folder.ts); nothing here takes it.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../runtime/ports.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { type GrantedFolders, grantedFolders } from '../files/granted-folders.ts';
import { agentStore } from './agent-store.ts';
import { attachmentStore } from './attachment-store.ts';
import { auditFile } from './audit-file.ts';
import { type AuditLimits, type OpenedAudit, openAudit } from './audit-store.ts';
import { type BackupFile, listBackups } from './backup-files.ts';
import { openBackupNames } from './backup-names.ts';
import { changeStore } from './change-store.ts';
import { chatStore } from './chat-store.ts';
import { clientStore } from './client-store.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { grantStore } from './grant-store.ts';
import { grantedFolderRows, grantedFoldersSince, noteAllFolders, notingFolders, notingRuns } from './granted-folders.ts';
import type { Health } from './health.ts';
import { inboxStore } from './inbox-store.ts';
import { openMarker, sizeOf } from './inspect.ts';
import { jobStore } from './job-store.ts';
import { memoryStore } from './memory-store.ts';
import type { Migrated } from './migrate.ts';
import { ownerOnly } from './owner-only.ts';
import { type PreparedDatabase, type PrepareOptions, prepareDatabase } from './prepare.ts';
import { priorityStore } from './priority-store.ts';
import { runStore } from './run-store.ts';
import { type ServerDefinitions, serverDefinitions } from './server-definitions.ts';
import { serverStore } from './server-store.ts';
import { settingsStore } from './settings-store.ts';
import { type VaultStore, vaultStore } from './vault-store.ts';
import { workflowStore } from './workflow-store.ts';

export interface OpenStoreOptions extends PrepareOptions {
  /** The folder's database, where it was opened before. */
  prepared?: PreparedDatabase | undefined;
  /** From when on the audit log has threads of its own, and for how long. */
  auditLimits?: AuditLimits;
}

export interface OpenedStore {
  store: Store;
  vault: VaultStore;
  /** What is kept of tool servers that others wrote. */
  definitions: ServerDefinitions;
  /** Where granted folders led when they were granted. */
  granted: GrantedFolders;
  /** Tells the audit log of the vault, which holds its key and the anchor of its head. */
  attachAuditVault: OpenedAudit['attach'];
  info: {
    file: string;
    sqlite: string;
    /** The version of the stored shapes. */
    version: number;
    /** What opening it changed, if anything. */
    migrated: Migrated | undefined;
  };
  /** Bytes of the database and its log, and the backups, newest first. */
  usage(): { bytes: number; backups: BackupFile[] };
  /** A whole check, for `orrery doctor`: what is wrong, in SQLite's words; nothing when all is well. Takes a while on large data. */
  check(): string[];
  /** Commits what is queued and closes both handles. */
  close(): Promise<void>;
}

/** Throws `data-folder-read-only`, `database-newer`, `database-damaged`, `database-missing`, `migration-failed`, `disk-full`. */
export function openStore(options: OpenStoreOptions): OpenedStore {
  const { folder, file, version, migrated, health, read, write } = options.prepared ?? prepareDatabase(options);
  health.setProbe(diskProbe(write));
  const blobs = new BlobStore(join(folder, 'blobs'));
  const runs = runStore({ read, write, health, blobs, openBackups: () => openBackupNames(folder) });
  const audit = openAudit({ folder, main: { file, read, write }, health, limits: options.auditLimits });
  ownerOnly(auditFile(folder));
  const granted = grantedFolders(grantedFolderRows(read, write));
  const stores = allStores(read, write, health);
  // Not after a migration: the host may end in between.
  if (version >= grantedFoldersSince && granted.hasNoHolders()) write.atomically(() => noteAllFolders(stores, granted));
  const sqlite = read.select<{ v: string }>('select sqlite_version() as v').get()?.v ?? '';
  mark(file, health);
  return {
    store: {
      ...notingFolders(stores, granted),
      runs: notingRuns(runs, granted),
      changes: changeStore(read, write, blobs),
      audit: audit.store,
      folderMoved: granted.moved,
      stillGranted: granted.still,
      onBanner: (listener) => health.onBanner(listener),
    },
    vault: vaultStore(read, write),
    definitions: serverDefinitions(read, write),
    granted,
    attachAuditVault: audit.attach,
    info: {
      file,
      sqlite,
      version,
      migrated,
    },
    usage: () => ({ bytes: sizes(file) + sizes(auditFile(folder)), backups: listBackups(folder) }),
    check: () => [...wholeCheck(read), ...audit.check()],
    async close() {
      try {
        await runs.close();
        await audit.close();
        await blobs.close();
      } finally {
        health.close();
        rmSync(openMarker(file), { force: true });
        read.close();
        write.close();
      }
    },
  };
}

/** Of a database and its log, in bytes. */
const sizes = (file: string): number => Math.max(0, sizeOf(file)) + Math.max(0, sizeOf(`${file}-wal`));

/** After the log is there, so that the one is never found without the other unless someone took it. */
function mark(file: string, health: Health): void {
  health.read(() => writeFileSync(openMarker(file), '', { mode: 0o600 }));
}

const allStores = (read: ReadDb, write: WriteDb, health: Health): Omit<Store, 'runs' | 'changes' | 'audit' | 'onBanner'> => ({
  workflows: workflowStore(read, write),
  chats: chatStore(read, write),
  attachments: attachmentStore(read, write),
  agents: agentStore(read, write),
  clients: clientStore(read, write),
  memory: memoryStore(read, write),
  jobs: jobStore(read, write),
  inbox: inboxStore(read, write),
  grants: grantStore(read, write),
  priorities: priorityStore(read, write),
  servers: serverStore(read, write),
  settings: settingsStore(read, write, health),
});

/** Needs a few pages, so that it does not succeed on the last free bytes. */
function diskProbe(write: WriteDb): () => void {
  const put = write.change('insert into probe (id, pad) values (1, randomblob(65536)) on conflict (id) do update set pad = excluded.pad');
  const clear = write.change('delete from probe');
  return () =>
    write.atomically(() => {
      put.run();
      clear.run();
    });
}

function wholeCheck(read: ReadDb): string[] {
  const rows = read.select<{ integrity_check: string }>('select integrity_check from pragma_integrity_check').all();
  const broken = read.select<{ table: string }>('select "table" from pragma_foreign_key_check').all();
  return [
    ...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...broken.map((row) => `a row of ${row.table} refers to something that is gone`),
  ];
}
