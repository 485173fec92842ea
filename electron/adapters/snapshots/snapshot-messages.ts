import type { FolderDifference, FolderSnapshot } from '../../runtime/undo/undo-ports.ts';

export interface SnapshotCaps {
  files: number;
  /** Of all contents together, and of one file. */
  bytes: number;
  fileBytes: number;
}
interface Base {
  id: number;
  /** The content-addressed store. */
  blobs: string;
  caps: SnapshotCaps;
  /** Not looked into. */
  closed: readonly string[];
  /** Where the folder led when it was granted: another place is not looked into. */
  leads?: string;
  /** Its first place becomes 1 when nobody waits any more. */
  stop: Int32Array;
}
export type SnapshotMessage = Base &
  (
    | { kind: 'take'; folder: string; keep: boolean }
    | { kind: 'compare'; before: FolderSnapshot }
    /** Whether it has more files than `caps` allow. */
    | { kind: 'count'; folder: string }
  );
/** One file by its open handle: its hash and size, and up to `maxBytes` a copy. */
export interface KeepMessage {
  kind: 'keep';
  id: number;
  fd: number;
  maxBytes: number;
  blobs: string;
}
interface Failed {
  id: number;
  error: { code: string; message: string; hint?: string };
}
export type KeepAnswer = { id: number; kept: { hash: string; bytes: number; isKept: boolean } } | Failed;
export type SnapshotAnswer =
  | { id: number; taken: FolderSnapshot }
  | { id: number; compared: { changed: FolderDifference[]; limits: string[]; isCut: boolean } }
  | { id: number; isTooLarge: boolean }
  | Failed;
