// Very many recorded changes of a run, as if it had made them: rows written into the database beside a host, and files as it left them.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { sha256 } from '../../electron/adapters/hash.ts';
import { changeColumns } from '../../electron/adapters/sqlite/change-rows.ts';

export interface ManyChanges {
  folder: string;
  count: number;
  /** So many of the newest were changed by hand since. */
  conflicts: number;
  /** So many of the oldest cannot be taken back. */
  cannot: number;
}

export function recordMany(database: string, { folder, count, conflicts, cannot }: ManyChanges): void {
  mkdirSync(folder, { recursive: true });
  const db = new Database(database);
  const insert = db.prepare(`insert into changes (${changeColumns}) values (${changeColumns.replaceAll(/\w+/g, '?')})`);
  const start = Date.now() - count * 10;
  db.transaction(() => {
    for (let i = 0; i < count; i += 1) {
      const name = `note-${String(i + 1).padStart(4, '0')}.md`;
      const target = path.join(folder, name);
      writeFileSync(target, i >= count - conflicts ? `by hand ${i}` : 'made');
      const refused = i < cannot ? 'It had 70 MB, and up to 64 MB a file are kept for undo.' : null;
      insert.run(
        ...[`ch-many-${i}`, start + i * 10, 'file', target, name, 'write', 'done', null, sha256('made'), null, 0, refused, null, null],
        ...[
          'agent',
          'a1',
          'Librarian',
          'many',
          'Sort the archive',
          `tool-${Math.floor(i / 1000)}-0`,
          null,
          'many',
          null,
          folder,
          null,
          null,
        ],
      );
    }
  })();
  db.close();
}
