// Very many recorded changes of a run, as if it had made them: rows written into the database beside a host, and files as it left them.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { fileOf } from '../../electron/adapters/blobs/blob-names.ts';
import { sha256 } from '../../electron/adapters/hash.ts';
import { changeColumns } from '../../electron/adapters/sqlite/change-rows.ts';

export interface ManyChanges {
  folder: string;
  count: number;
  /** So many of the newest were changed by hand since. */
  conflicts: number;
  /** So many of the oldest cannot be taken back. */
  cannot: number;
  /** Counted from the newest: this one put something in place of `heldText`, and taking it back waits for `letGo`. */
  held?: number;
}

export const heldText = 'as it was before';

export interface Recorded {
  /** From then on the one that is held can be taken back; what waits for it already fails. */
  letGo(): void;
}

export function recordMany(database: string, { folder, count, conflicts, cannot, held }: ManyChanges): Recorded {
  mkdirSync(folder, { recursive: true });
  const db = new Database(database);
  const insert = db.prepare(`insert into changes (${changeColumns}) values (${changeColumns.replaceAll(/\w+/g, '?')})`);
  const start = Date.now() - count * 10;
  const before = sha256(heldText);
  const image = fileOf(path.join(path.dirname(database), 'blobs'), before);
  if (held !== undefined) {
    // What was there lies in a file of its own, and that is a pipe: whoever opens it waits for the other end.
    mkdirSync(path.dirname(image), { recursive: true });
    execFileSync('mkfifo', [image]);
    const put = db.prepare('insert into change_images (hash, bytes, at, content) values (?, ?, ?, null)');
    put.run(before, heldText.length, Date.now());
  }
  db.transaction(() => {
    for (let i = 0; i < count; i += 1) {
      const name = `note-${String(i + 1).padStart(4, '0')}.md`;
      const target = path.join(folder, name);
      writeFileSync(target, i >= count - conflicts ? `by hand ${i}` : 'made');
      const refused = i < cannot ? 'It had 70 MB, and up to 64 MB a file are kept for undo.' : null;
      const was = held !== undefined && i === count - 1 - held ? before : null;
      insert.run(
        ...[`ch-many-${i}`, start + i * 10, 'file', target, name, 'write', 'done', was, sha256('made'), null, 0, refused, null, null],
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
  return {
    letGo() {
      // Both ends: opened at once, whether somebody waits for it or not.
      const pipe = openSync(image, constants.O_RDWR);
      const whole = `${image}.whole`;
      writeFileSync(whole, heldText);
      renameSync(whole, image);
      closeSync(pipe);
    },
  };
}
