import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileBytes } from './file-bytes.ts';

let file: string;
let folder: string;
let opened: FileHandle[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-bytes-'));
  file = join(folder, 'file');
  opened = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (): FileBytes =>
  new FileBytes(async () => {
    const handle = await open(file);
    opened.push(handle);
    return handle;
  });
/** Closed handles have no number. */
const areClosed = (): boolean => opened.length > 0 && opened.every((each) => each.fd === -1);

test.each([0, 1, 512 * 1024, 512 * 1024 + 1])('%i bytes come whole and in their order, and the file is closed', async (length) => {
  const content = Buffer.from(Uint8Array.from({ length }, (_, at) => at % 251));
  writeFileSync(file, content);
  const bytes = bytesOf();
  expect(opened).toEqual([]);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
  expect(pieces.every((each) => each.length > 0 && each.length <= 512 * 1024)).toBe(true);
  expect(areClosed()).toBe(true);
});

test('who stops in the middle leaves it closed, and may begin again', async () => {
  writeFileSync(file, Buffer.alloc(2 * 1024 * 1024));
  const bytes = bytesOf();
  for await (const _ of bytes) break;
  expect(areClosed()).toBe(true);
  let length = 0;
  for await (const piece of bytes) length += piece.length;
  expect([length, opened.length, areClosed()]).toEqual([2 * 1024 * 1024, 2, true]);
});

test('what its opener refuses is told to whoever reads', async () => {
  await expect(bytesOf()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ENOENT' });
});
