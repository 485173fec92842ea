// What the runtime needs of files and of the network; a part of ports.ts, through which it is imported.

import type { ConnectionBy } from './model-ports.ts';
import type { ChangeRecorder } from './tool-ports.ts';

/** Files inside the allowed folders only: opened first, then the opened handle is checked; links are not followed on write. */
export interface Files {
  /** What `~` stands for; missing where there is no such folder. */
  readonly home?: string;
  readText(path: string, folders: readonly string[], options?: { maxBytes?: number }): Promise<string>;
  /** Writes a temporary file beside it, syncs, renames. Creates missing parent folders inside the allowed ones. */
  writeText(
    path: string,
    text: string,
    folders: readonly string[],
    options?: { changes?: ChangeRecorder | undefined },
  ): Promise<{ bytes: number; existed: boolean }>;
  /** The same for any content; `mode` are the permissions of a new file. */
  writeBytes(
    path: string,
    bytes: Uint8Array,
    folders: readonly string[],
    options?: { changes?: ChangeRecorder | undefined; mode?: number | undefined },
  ): Promise<{ bytes: number; existed: boolean }>;
  list(path: string, folders: readonly string[], options?: { recursive?: boolean; limit?: number }): Promise<FileEntry[]>;
  exists(path: string, folders: readonly string[]): Promise<boolean>;
  /** One file or folder. Throws `file-not-found`. */
  info(path: string, folders: readonly string[]): Promise<FileEntry>;
  /** With its missing parents. */
  createFolder(path: string, folders: readonly string[], options?: { changes?: ChangeRecorder | undefined }): Promise<{ existed: boolean }>;
  /** Throws `file-exists` unless a file may be overwritten; a folder is never replaced. */
  move(
    from: string,
    to: string,
    folders: readonly string[],
    options?: { overwrite?: boolean; changes?: ChangeRecorder | undefined },
  ): Promise<void>;
  /** A file, or a folder that is empty (`folder-not-empty`). A link is refused. */
  remove(path: string, folders: readonly string[], options?: { changes?: ChangeRecorder | undefined }): Promise<void>;
  /** What is there, links not followed. `read` throws when it is gone or became something else meanwhile. */
  content(path: string, folders: readonly string[]): Promise<FileContent>;
}
export type FileContent =
  | { kind: 'none' }
  | { kind: 'file'; bytes: number; mode: number; read(): AsyncIterable<Uint8Array> }
  | { kind: 'folder'; isEmpty: boolean }
  | { kind: 'other' };
export interface FileEntry {
  name: string;
  path: string;
  kind: 'file' | 'folder' | 'other';
  /** Bytes. */
  size: number;
  modifiedAt: number;
}

export interface NetRequest {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Hosts this request may reach besides public ones when listed in settings; `local` allows this machine (model providers). */
  allow: {
    hosts: readonly string[];
    local?: boolean;
    /** Asked before a redirect is followed; throws where a grant forbids that address to whoever asks. */
    mayGoOn?: ((address: string) => void) | undefined;
  };
  /** It carries secrets: a redirect to another origin is refused rather than followed with what is left. */
  staysAtOrigin?: boolean;
  timeoutMs?: number;
  maxBytes?: number;
  signal: AbortSignal;
  /** For the ledger: what for, in words, and who asked. */
  purpose: string;
  by?: ConnectionBy;
}
export interface NetResponse {
  status: number;
  headers: Record<string, string>;
  url: string;
  body: string;
}

/** The one way out: resolve, check, connect to that address; each redirect again. */
export interface Net {
  request(request: NetRequest): Promise<NetResponse>;
  /** A `fetch` for client libraries, guarded alike and allowed this one origin only. */
  fetchFor(origin: string, purpose: string, by?: ConnectionBy): typeof fetch;
}
