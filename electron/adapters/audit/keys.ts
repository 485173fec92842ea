// The keys of the audit log's chain, and where its head is anchored. The vault's key is used once the vault is open; until then, and
// where there is no vault, one in the data folder: who can read that folder as this person could then write the chain anew from
// the last anchor in the vault on. Which key chained a row is in the row. Nothing here throws for a vault that is locked.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../../runtime/ports.ts';
import { syncFolder, syncFolderSync } from '../blobs/synced-folder.ts';
import { readOfOwner, writeForOwner } from '../owner-file.ts';
import { storageError } from '../sqlite/errors.ts';
import { type Anchor, anchorSeal, type ChainKey, chainKey, isSame } from './chain.ts';

export type AuditVault = Pick<Vault, 'getStatus' | 'readOwn' | 'writeOwn'> & {
  /** Whether it was ever used: a vault that holds nothing is not begun for the log's sake. */
  isBegun(): boolean;
};

export interface AuditKeys {
  /** The one that chains now. Throws AppErrors of the disk. */
  current(): ChainKey;
  find(id: string): ChainKey | undefined;
  all(): ChainKey[];
  attach(vault: AuditVault): void;
  /** Gets the vault's key where the vault is open. True when it chains from now on. */
  openVault(): Promise<boolean>;
  readonly hasVaultKey: boolean;
  /** Puts the head down: always in the folder, in the vault where it is open. True when it is in the vault. */
  anchor(head: { seq: number; mac: string; at: number }): Promise<boolean>;
  /** `forged`: it is there and its seal does not fit. */
  folderAnchor(): Anchor | 'forged' | undefined;
  /** `locked`: there may be one. */
  vaultAnchor(): Promise<Anchor | 'locked' | 'forged' | undefined>;
}

export function createAuditKeys(folder: string): AuditKeys {
  const secretFile = join(folder, 'audit-secret');
  const anchorFile = join(folder, 'audit-anchor');
  let own: ChainKey | undefined;
  let vaultKey: ChainKey | undefined;
  let vault: AuditVault | undefined;

  const folderKey = (): ChainKey => {
    own ??= chainKey('folder', readSecret(secretFile) ?? keepSecret(folder, secretFile));
    return own;
  };

  const isOpen = async (): Promise<boolean> =>
    vault?.readOwn !== undefined && vault.isBegun() && (await vault.getStatus()).state === 'open';

  async function openVault(): Promise<boolean> {
    if (vaultKey !== undefined) return true;
    if (!(await isOpen())) return false;
    const kept = await vault?.readOwn?.('audit-key');
    const bytes = kept === undefined ? randomBytes(32) : Buffer.from(kept, 'base64');
    if (kept === undefined) await vault?.writeOwn?.('audit-key', bytes.toString('base64'));
    vaultKey = chainKey('vault', bytes);
    return true;
  }

  const fitting = (text: string): Anchor | 'forged' => {
    const kept = parseAnchor(text);
    const key = kept === undefined ? undefined : [vaultKey, own].find((each) => each?.id === kept.key);
    if (kept === undefined || key === undefined) return 'forged';
    return isSame(anchorSeal(key, kept.anchor), kept.seal) ? kept.anchor : 'forged';
  };

  const folderAnchor = (): Anchor | 'forged' | undefined => {
    let text: string;
    try {
      text = readFileSync(anchorFile, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw storageError(error);
    }
    folderKey();
    return fitting(text);
  };

  return {
    current: () => vaultKey ?? folderKey(),
    find: (id) => [vaultKey, folderKey()].find((key) => key?.id === id),
    all: () => [folderKey(), ...(vaultKey === undefined ? [] : [vaultKey])],
    attach(given) {
      vault = given;
    },
    openVault,
    get hasVaultKey() {
      return vaultKey !== undefined;
    },
    async anchor(head) {
      const before = folderAnchor();
      const inVault = (await openVault()) && (await isOpen());
      const kept = inVault ? await readVaultAnchor() : undefined;
      const counts = [before, kept].map((each) => (each === undefined || each === 'forged' || each === 'locked' ? 0 : each.count));
      const anchor: Anchor = { ...head, count: Math.max(...counts) + 1 };
      // The folder's is sealed with the folder's key, so that it can be read while the vault is locked.
      const key = folderKey();
      await keepAnchor(folder, anchorFile, `${JSON.stringify({ anchor, key: key.id, seal: anchorSeal(key, anchor) })}\n`);
      if (inVault && vaultKey !== undefined)
        await vault?.writeOwn?.('audit-anchor', JSON.stringify({ anchor, key: vaultKey.id, seal: anchorSeal(vaultKey, anchor) }));
      return inVault;
    },
    folderAnchor,
    vaultAnchor: readVaultAnchor,
  };

  async function readVaultAnchor(): Promise<Anchor | 'locked' | 'forged' | undefined> {
    if (vault?.readOwn === undefined || !vault.isBegun()) return undefined;
    if (!(await isOpen()) || !(await openVault())) return 'locked';
    const text = await vault.readOwn?.('audit-anchor');
    return text === undefined ? undefined : fitting(text);
  }
}

function parseAnchor(text: string): { anchor: Anchor; key: string; seal: string } | undefined {
  try {
    const { anchor, key, seal } = JSON.parse(text) as { anchor?: Partial<Anchor>; key?: unknown; seal?: unknown };
    const { seq, mac, at, count } = anchor ?? {};
    if (typeof seq !== 'number' || typeof at !== 'number' || typeof count !== 'number' || typeof mac !== 'string') return undefined;
    return typeof key === 'string' && typeof seal === 'string' ? { anchor: { seq, mac, at, count }, key, seal } : undefined;
  } catch {
    return undefined; // not as we wrote it: who asks reports it as forged
  }
}

/** None when there is none, or when others could have read it: then rows are chained with a new one from here on. */
function readSecret(file: string): Buffer | undefined {
  try {
    const bytes = Buffer.from(readOfOwner(file)?.trim() ?? '', 'base64url');
    return bytes.length === 32 ? bytes : undefined;
  } catch (error) {
    throw storageError(error);
  }
}

function keepSecret(folder: string, file: string): Buffer {
  const bytes = randomBytes(32);
  keepPrivately(folder, file, `${bytes.toString('base64url')}\n`);
  return bytes;
}

/** The same, without holding up the thread: it comes again and again. One at a time. */
async function keepAnchor(folder: string, file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw storageError(error);
  }
}

function keepPrivately(folder: string, file: string, text: string): void {
  try {
    writeForOwner(file, text);
    syncFolderSync(folder);
  } catch (error) {
    throw storageError(error);
  }
}
