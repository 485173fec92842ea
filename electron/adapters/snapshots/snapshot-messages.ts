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
  /** Its first place becomes 1 when nobody waits any more. */
  stop: Int32Array;
}
export type SnapshotMessage = Base & ({ kind: 'take'; folder: string; keep: boolean } | { kind: 'compare'; before: FolderSnapshot });
export type SnapshotAnswer =
  | { id: number; taken: FolderSnapshot }
  | { id: number; compared: { changed: FolderDifference[]; limits: string[] } }
  | { id: number; error: { code: string; message: string; hint?: string } };
