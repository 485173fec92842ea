import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileKeeper } from './file-keeper.ts';

let folder: string;
let keeper: FileKeeper;
const open: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-keeper-'));
  keeper = new FileKeeper(join(folder, 'blobs'));
});
afterEach(async () => {
  await keeper.close();
  for (const fd of open.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

const holding = (name: string, content: Buffer): number => {
  writeFileSync(join(folder, name), content);
  const fd = openSync(join(folder, name), 'r');
  open.push(fd);
  return fd;
};
const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const kept = (): string[] =>
  readdirSync(folder).includes('blobs')
    ? readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => each.name)
    : [];

test('several at once are each kept under their own hash; one that is too large is only hashed', async () => {
  const small = Buffer.from('small');
  const exact = Buffer.alloc(3 * 1024 * 1024, 7);
  const large = Buffer.alloc(exact.length + 1, 8);
  const answers = await Promise.all([small, exact, large].map((content, at) => keeper.keep(holding(`file-${at}`, content), exact.length)));
  expect(answers).toEqual([
    { hash: hashOf(small), bytes: small.length, isKept: true },
    { hash: hashOf(exact), bytes: exact.length, isKept: true },
    { hash: hashOf(large), bytes: large.length, isKept: false },
  ]);
  // Nothing half is left of the large one.
  expect(kept().sort()).toEqual([hashOf(small), hashOf(exact)].sort());
  expect(readFileSync(join(folder, 'blobs', hashOf(small).slice(0, 2), hashOf(small)))).toEqual(small);
});

test('a file that cannot be read is told, and the next one is kept all the same', async () => {
  const noFile = openSync(folder, 'r');
  open.push(noFile);
  await expect(keeper.keep(noFile, 10)).rejects.toMatchObject({ code: expect.any(String), message: expect.any(String) });
  expect(await keeper.keep(holding('file', Buffer.from('x')), 10)).toMatchObject({ isKept: true });
});

test('who waits while it is closed is told to try again, and one that comes later is kept', async () => {
  const waiting = keeper.keep(holding('file', Buffer.from('x')), 10);
  const told = expect(waiting).rejects.toMatchObject({ code: 'image-not-kept', retryable: true });
  await keeper.close();
  await told;
  expect(await keeper.keep(holding('file', Buffer.from('x')), 10)).toMatchObject({ hash: hashOf(Buffer.from('x')), isKept: true });
});
