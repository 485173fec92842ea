// Databases hold what files, memory and chats hold, before-images too. SQLite makes them as the umask says, so a data folder that others
// may look into would show them: each is for its owner alone, whatever its folder is.

import { chmodSync } from 'node:fs';

/** A database and what lies beside it; new ones beside it are made like it. Windows has no such rights. */
export function ownerOnly(database: string): void {
  if (process.platform === 'win32') return;
  for (const file of [database, `${database}-wal`, `${database}-shm`]) {
    try {
      chmodSync(file, 0o600);
    } catch (error) {
      // Not there (yet), or of another owner or a file system without rights: then its folder decides, as before.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EROFS') throw error;
    }
  }
}
