// Troubles with the disk that time or a person mends, such as a full one: work is put aside for them and taken up again by
// itself, never ended.

/** How long to wait before what the disk refused is tried again, in milliseconds. */
export const retryDiskMs = 3000;

const codes: ReadonlySet<string> = new Set(['disk-full', 'disk-failed', 'data-folder-read-only', 'database-busy', 'database-unreachable']);

export const isPassingTrouble = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.has(error.code);
