// Before- and after-images by hash: short ones in the row, long ones in the content-addressed store. Counted, and thinned by age.

import { hash as hashOf } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { ChangeStore } from '../../runtime/undo/undo-ports.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { ReadDb, WriteDb } from './db.ts';

/** Of the undos that are under way: what they take back. */
export const ofUndos = "select value from undos, json_each(undos.body, '$.changes')";

/** Images up to so many bytes lie in rows. */
const inRow = 64 * 1024;
const thinAtOnce = 200;

type Images = Pick<ChangeStore, 'keepImage' | 'keepText' | 'readImage' | 'imageBytes' | 'noteImage' | 'imageTotal' | 'thin'>;

interface Waiting {
  /** Writes the rows of those that were given since: a change and its images are one commit. */
  flush(): void;
  /** That commit is done. */
  written(): void;
  /** What writes this one's row, where it is still to be written; `flush` leaves it out then. */
  take(hash: string): (() => void) | undefined;
}

/** `images` reads without what waits for a commit, which costs one: an image never changes, so one that is found is the right one. */
export function changeImages({ read, images }: { read: ReadDb; images: ReadDb }, write: WriteDb, blobs: BlobStore): Images & Waiting {
  /** By hash; without content where it lies in the content-addressed store. */
  const waiting = new Map<string, { bytes: number; content: Uint8Array | null }>();
  const findIn = (db: ReadDb) =>
    db.select<{ bytes: number; content: Uint8Array | null }>('select bytes, content from change_images where hash = ?');
  const [found, foundLater] = [findIn(images), findIn(read)];
  const find = { get: (hash: string) => found.get(hash) ?? foundLater.get(hash) };
  const put = write.change(
    'insert into change_images (hash, bytes, at, content) values (?, ?, ?, ?) on conflict (hash) do update set at = excluded.at',
  );
  const sum = read.select<{ total: number | null }>('select sum(bytes) as total from change_images');
  const oldest = read.select<{ hash: string; bytes: number }>('select hash, bytes from change_images order by at limit ?');
  const remove = write.change('delete from change_images where hash = ?');
  const tell = write.change("update changes set cannot_undo = ? where before = ? and cannot_undo is null and state <> 'begun'");
  const inUse = read.select<{ n: number }>("select 1 as n from changes where (before = ? or after = ?) and state = 'begun' limit 1");
  // Putting back one file keeps what was there instead: that must not make room by what is put back next.
  const stillToPutBack = read.select<{ hash: string }>(
    `select before as hash from changes where id in (${ofUndos}) and undone_at is null and before is not null`,
  );

  const keepShort = (bytes: Uint8Array): string => {
    const hash = hashOf('sha256', bytes);
    waiting.set(hash, { bytes: bytes.length, content: bytes });
    return hash;
  };
  return {
    flush() {
      for (const [hash, { bytes, content }] of waiting) put.run(hash, bytes, Date.now(), content);
    },
    written: () => waiting.clear(),
    take(hash) {
      const image = waiting.get(hash);
      waiting.delete(hash);
      return image === undefined ? undefined : () => void put.run(hash, image.bytes, Date.now(), image.content);
    },
    async keepImage(source, maxBytes) {
      const bytes = typeof source === 'string' ? Buffer.from(source) : source instanceof Uint8Array ? source : undefined;
      if (bytes !== undefined && bytes.length <= inRow && bytes.length <= maxBytes)
        return { hash: keepShort(bytes), bytes: bytes.length, isKept: true };
      const kept = await blobs.putStream(bytes ?? (source as AsyncIterable<Uint8Array>), { maxBytes, inMemory: inRow });
      if (kept.small !== undefined) keepShort(kept.small);
      else if (kept.isKept) waiting.set(kept.hash, { bytes: kept.bytes, content: null });
      return { hash: kept.hash, bytes: kept.bytes, isKept: kept.isKept };
    },
    keepText: (text) => keepShort(Buffer.from(text)),
    async readImage(hash) {
      const row = waiting.get(hash) ?? find.get(hash);
      if (row === undefined) throw imageMissing();
      return row.content ?? (await blobs.readBytes(hash));
    },
    imageBytes: (hash) => waiting.get(hash)?.bytes ?? find.get(hash)?.bytes,
    noteImage: (hash, bytes) => void put.run(hash, bytes, Date.now(), null),
    imageTotal: () => sum.get()?.total ?? 0,
    thin(maxBytes, why) {
      let gone = 0;
      let total = sum.get()?.total ?? 0;
      const needed = new Set(total > maxBytes ? stillToPutBack.all().map(({ hash }) => hash) : []);
      while (total > maxBytes) {
        const rows = oldest.all(thinAtOnce);
        const before = total;
        write.atomically(() => {
          for (const { hash, bytes } of rows) {
            if (total <= maxBytes) break;
            if (needed.has(hash) || inUse.get(hash, hash) !== undefined) continue;
            tell.run(why, hash);
            remove.run(hash);
            total -= bytes;
            gone += 1;
          }
        });
        if (total === before) break; // all that are left are needed now
      }
      return gone;
    },
  };
}

const imageMissing = (): AppError =>
  new AppError('image-missing', 'What was there is not kept any more.', {
    hint: 'Older changes made room for newer ones; look in a backup.',
  });
