import { hash as hashOf } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BlobStore, sha256Of } from './blob-store.ts';
import { FileBytes } from './file-bytes.ts';
import { FileKeeper } from './file-keeper.ts';

let folder: string;
let blobs: BlobStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-blobs-'));
  blobs = new BlobStore(join(folder, 'blobs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = (): string[] =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => each.name);
const put = async (text: string): Promise<string> => {
  const hash = sha256Of(text);
  await blobs.put(hash, text);
  return hash;
};
const old = (hash: string): void => utimesSync(blobs.fileOf(hash), 1, 1);

test('the same text is kept once, under its hash, readable by its owner only', async () => {
  const [a, b] = await Promise.all([put('großer Text 🌍'), put('großer Text 🌍')]);
  expect(a).toBe(b);
  expect(files()).toEqual([a]);
  expect(blobs.fileOf(a)).toBe(join(folder, 'blobs', a.slice(0, 2), a));
  expect(readFileSync(blobs.fileOf(a), 'utf8')).toBe('großer Text 🌍');
  expect(statSync(blobs.fileOf(a)).mode & 0o77).toBe(0);
  expect(await blobs.read(a)).toBe('großer Text 🌍');
});

test('a hundred at once are all kept', async () => {
  const hashes = await Promise.all(Array.from({ length: 100 }, (_, i) => put(`text ${i}`)));
  expect(await Promise.all(hashes.map((hash) => blobs.read(hash)))).toEqual(Array.from({ length: 100 }, (_, i) => `text ${i}`));
  expect(files().sort()).toEqual([...hashes].sort());
});

test('what is missing or damaged is named, and a damaged one is mended when the same text comes again', async () => {
  const hash = await put('good');
  writeFileSync(blobs.fileOf(hash), 'goot');
  await expect(blobs.read(hash)).rejects.toMatchObject({ code: 'large-value-damaged' });
  await put('good');
  expect(await blobs.read(hash)).toBe('good');
  writeFileSync(blobs.fileOf(hash), '');
  expect(await new BlobStore(join(folder, 'blobs')).read(hash).catch((error: { code: string }) => error.code)).toBe('large-value-damaged');
  rmSync(blobs.fileOf(hash));
  await expect(blobs.read(hash)).rejects.toMatchObject({ code: 'large-value-missing' });
  await expect(blobs.read('../../etc/passwd')).rejects.toMatchObject({ code: 'large-value-missing' });
});

test('another process finds what an earlier one kept and does not write it again', async () => {
  const hash = await put('kept');
  old(hash);
  await new BlobStore(join(folder, 'blobs')).put(hash, 'kept');
  expect(statSync(blobs.fileOf(hash)).mtimeMs).toBe(1000);
});

test('the sweep takes what nobody names and is old, and what a crash left half written', async () => {
  const [named, fresh, gone] = [await put('named'), await put('fresh'), await put('gone')];
  old(named);
  old(gone);
  const half = `${blobs.fileOf(gone)}.12345678.tmp`;
  writeFileSync(half, 'ha');
  utimesSync(half, 1, 1);
  writeFileSync(join(folder, 'blobs', 'README'), 'not ours');
  expect(await blobs.sweep((hash) => hash === named, 60_000)).toEqual({ files: 2, bytes: 6 });
  expect(files().sort()).toEqual(['README', fresh, named].sort());
  // Kept again after it went.
  await put('gone');
  expect(await blobs.read(gone)).toBe('gone');
});

test('a place that cannot be written rejects with what to do', async () => {
  writeFileSync(join(folder, 'blobs'), 'a file in the way');
  await expect(put('x')).rejects.toMatchObject({ name: 'AppError' });
});

test('kept at once, for what a run begins with', async () => {
  const hash = sha256Of('now');
  blobs.putSync(hash, 'now');
  expect(blobs.has(hash)).toBe(true);
  expect(await blobs.read(hash)).toBe('now');
});

test('a large file is read by its open handle, away from this thread, and kept whole; a small one, or one above the limit, as ever', async () => {
  const source = join(folder, 'source');
  const bytes = Buffer.alloc(5 * 1024 * 1024, 'orrery');
  writeFileSync(source, bytes);
  const file = new FileBytes(() => open(source));
  // Nothing of it passes through this thread.
  const unread = Object.assign(new FileBytes(() => open(source)), {
    [Symbol.asyncIterator]: () => {
      throw new Error('read on the main thread');
    },
  });
  const kept = await blobs.putStream(unread, { maxBytes: bytes.length, inMemory: 1000 });
  expect(kept).toEqual({ hash: hashOf('sha256', bytes), bytes: bytes.length, isKept: true });
  expect(Buffer.compare(await blobs.readBytes(kept.hash), bytes)).toBe(0);
  rmSync(blobs.fileOf(kept.hash));
  const above = await blobs.putStream(file, { maxBytes: 1000, inMemory: 100 });
  expect(above).toEqual({ hash: kept.hash, bytes: bytes.length, isKept: false });
  expect(files()).toEqual([]);
  writeFileSync(source, 'short');
  expect(await blobs.putStream(file, { maxBytes: 1000, inMemory: 100 })).toMatchObject({
    bytes: 5,
    isKept: true,
    small: Buffer.from('short'),
  });
  await blobs.close();
});

test('a large one is read while others have their turn, and not reckoned again when it is put back; damage is found', async () => {
  const bytes = Buffer.alloc(24 * 1024 * 1024, 'orrery');
  const { hash } = await blobs.putStream(bytes, { maxBytes: bytes.length, inMemory: 1000 });
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 0);
  try {
    const read = await blobs.readBytes(hash);
    expect(turns).toBeGreaterThan(0);
    expect(Buffer.compare(read, bytes)).toBe(0);
    // No turn of the loop goes by, as there is nothing to reckon.
    let isLater = false;
    setImmediate(() => {
      isLater = true;
    });
    expect(await blobs.putStream(read, { maxBytes: 1000, inMemory: 100 })).toEqual({ hash, bytes: bytes.length, isKept: false });
    expect(isLater).toBe(false);
    // The same content in other bytes is reckoned.
    expect(await blobs.putStream(bytes, { maxBytes: 1000, inMemory: 100 })).toEqual({ hash, bytes: bytes.length, isKept: false });
    expect(isLater).toBe(true);
    bytes[5] = 1;
    writeFileSync(blobs.fileOf(hash), bytes);
    await expect(blobs.readBytes(hash)).rejects.toMatchObject({ code: 'large-value-damaged' });
  } finally {
    clearInterval(others);
    await blobs.close();
  }
});

test('a file that comes while the thread is being ended is kept by the next one', async () => {
  const source = join(folder, 'source');
  const bytes = Buffer.alloc(3 * 1024 * 1024, 'orrery');
  writeFileSync(source, bytes);
  const keeper = new FileKeeper(join(folder, 'blobs'));
  const file = await open(source);
  try {
    await keeper.keep(file.fd, bytes.length);
    const ending = keeper.close();
    expect(await keeper.keep(file.fd, bytes.length)).toMatchObject({ hash: hashOf('sha256', bytes), isKept: true });
    await ending;
  } finally {
    await file.close();
    await keeper.close();
  }
});
