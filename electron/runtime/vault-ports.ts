// What the runtime needs of the vault: reading a secret at the tool boundary, and beyond that entries of all kinds, the ways in, import
// and backup. Values go in; only `reveal` and the hand-overs named here take one out, and none of them to a page.

import type { SecretName } from '../../shared/model/ids.ts';
import type {
  IncomingPreview,
  IncomingResult,
  SecretFacts,
  SecretField,
  SecretInfo,
  SecretKind,
  SecretUse,
  SecretValues,
  VaultStatus,
} from '../../shared/model/vault.ts';
import type { SecretUseBy } from '../../shared/model/vault-rules.ts';

export type { SecretUseBy } from '../../shared/model/vault-rules.ts';

export interface NewSecret {
  name: SecretName;
  kind: SecretKind;
  values: SecretValues;
  note: string;
  facts: SecretFacts;
}

/** Entries as they are kept for undo: sealed, as text. */
export interface SecretImages {
  /** Null: there is no such entry. */
  read(name: SecretName): string | null;
  /** Which key seals now; undefined while there is none. */
  keyId(): string | undefined;
  /** Null removes it. Throws `secret-key-rotated`, `secret-changed-elsewhere`, `vault-locked` and the like. */
  restore(name: SecretName, image: string | null): Promise<void>;
}

/** A file by its path, or the text of one that the host cannot reach. */
export type IncomingFile = string | { text: string };

export interface VaultKeeper {
  images?: SecretImages;
  create(secret: NewSecret): Promise<SecretInfo>;
  /** What is not named stays. Throws `secret-not-found`. */
  change(name: SecretName, change: { values?: SecretValues; note?: string; facts?: SecretFacts }): Promise<SecretInfo>;
  /** Newest first. */
  uses(filter: { name?: SecretName | undefined; limit: number }): SecretUse[];
  /** With who asked and in which step, where that is known. */
  onUse(listener: (use: SecretUse, by: SecretUseBy) => void): () => void;
  /** When it was last opened or used by anyone, in milliseconds since 1970; undefined while it is closed. */
  lastActiveAt(): number | undefined;
  /** For a tool server's start: a key file is written for its owner alone and given by its path. `done` removes it. */
  forProcess(name: SecretName, use: SecretUseBy): Promise<{ value: string; folder?: string; done(): void }>;
  /** Into the system's clipboard, which is cleared later. Throws `not-on-this-host`. */
  copy(name: SecretName, field: SecretField | undefined): Promise<{ clearsAfterMs: number }>;

  unlockWithRecovery(key: string): Promise<VaultStatus>;
  changePassphrase(old: string, next: string): Promise<VaultStatus>;
  removePassphrase(): Promise<VaultStatus>;
  addKeychain(): Promise<VaultStatus>;
  removeKeychain(): Promise<VaultStatus>;
  /** Writes a new recovery key into a file for printing; an older one opens nothing any more. */
  makeRecovery(file: string): Promise<VaultStatus>;
  removeRecovery(): Promise<VaultStatus>;
  /** A new master key for all entries in one commit. The recovery key is gone with the old one. */
  rotate(passphrase: string | undefined): Promise<VaultStatus>;

  previewImport(from: IncomingFile, password: string | undefined): Promise<IncomingPreview>;
  previewBackup(from: IncomingFile, passphrase: string): Promise<IncomingPreview>;
  takeIn(request: {
    id: string;
    /** Those that are taken; others are left. */
    take: { index: number; name: SecretName; replace: boolean }[];
    /** Entries that are not in the file are removed. */
    removeOthers: boolean;
    removeFile: boolean;
  }): Promise<IncomingResult>;
  forget(id: string): void;
  makeBackup(file: string, passphrase: string): Promise<{ file: string; entries: number }>;
}

export interface Vault {
  getStatus(): Promise<VaultStatus>;
  list(): SecretInfo[];
  /** Creates; throws `secret-exists`. */
  set(name: SecretName, value: string, note: string): Promise<SecretInfo>;
  replace(name: SecretName, value: string, note?: string): Promise<SecretInfo>;
  remove(name: SecretName): Promise<void>;
  setPassphrase(passphrase: string): Promise<VaultStatus>;
  unlock(passphrase?: string): Promise<VaultStatus>;
  lock(): Promise<VaultStatus>;
  /** For the tool boundary only; kept in the use log. Throws `secret-not-found`, `vault-locked`, `secret-expired`, `secret-not-for`. */
  reveal(name: SecretName, use?: SecretUseBy): Promise<string>;
  /**
   * What the app keeps for itself under the master key, such as the key of the audit log: not listed, and no handle can name it.
   * Undefined when nothing is kept. Throws `vault-locked` and the like while it is not open; `writeOwn` begins no new vault.
   */
  readOwn?(name: 'audit-key' | 'audit-anchor'): Promise<string | undefined>;
  writeOwn?(name: 'audit-key' | 'audit-anchor', value: string): Promise<void>;
  /** Replaces every revealed or stored value that occurs in the text by `[secret:name]`. Never throws, never waits. */
  redact(text: string): string;
  /** Kinds, ways in, import, backup; missing in a vault that only gives secrets. */
  keeper?: VaultKeeper;
}
