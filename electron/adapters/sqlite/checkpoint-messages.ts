// What the main thread and the thread that copies the log share: the file, and whether it is at work (`gate[0]`).

export interface CheckpointData {
  /** The database. */
  file: string;
  gate: Int32Array<SharedArrayBuffer>;
}

export const atRest = 0;
export const atWork = 1;

/** `end`: closes the file; the last. */
export type CheckpointMessage = 'copy' | 'end';
