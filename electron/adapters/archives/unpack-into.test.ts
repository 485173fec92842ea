import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, unpackInto, writeWhole } from './unpack-into.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-unpack-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const into = (): string => join(home, 'into');
const never = new AbortController().signal;
const minute = 60_000;
/** Half unpacks, then does this. */
const half = (then: (signal: AbortSignal) => Promise<void>) => async (folder: string, signal: AbortSignal) => {
  await mkdir(folder);
  await writeFile(join(folder, 'first'), '1');
  await then(signal);
};
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    // It may be over before anyone listens, on a busy machine.
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

it('is there only once it is whole, and gives what the work gave', async () => {
  const result = await unpackInto({ into: into(), timeMs: minute, signal: never }, async (folder) => {
    expect(dirname(folder)).toBe(home);
    await half(async () => expect(readdirSync(home)).not.toContain('into'))(folder, never);
    return 7;
  });
  expect(result).toBe(7);
  expect([readdirSync(home), readFileSync(join(into(), 'first'), 'utf8')]).toEqual([['into'], '1']);
});

it('replaces nothing, and does not begin the work', async () => {
  mkdirSync(into());
  writeFileSync(join(into(), 'mine'), 'x');
  let isBegun = false;
  const work = async (): Promise<void> => {
    isBegun = true;
  };
  await expect(unpackInto({ into: into(), timeMs: minute, signal: never }, work)).rejects.toMatchObject({ code: 'file-exists' });
  expect([isBegun, readdirSync(home), readdirSync(into())]).toEqual([false, ['into'], ['mine']]);
});

it('leaves nothing when the work fails, is too slow, or is stopped', async () => {
  const broken = half(() => Promise.reject(new Error('it ends too early')));
  await expect(unpackInto({ into: into(), timeMs: minute, signal: never }, broken)).rejects.toMatchObject({ code: 'archive-damaged' });
  await expect(unpackInto({ into: into(), timeMs: 20, signal: never }, half(untilAborted))).rejects.toMatchObject({
    code: 'archive-too-slow',
  });
  const stop = new AbortController();
  const stopped = half((signal) => {
    const ended = untilAborted(signal);
    stop.abort();
    return ended;
  });
  await expect(unpackInto({ into: into(), timeMs: minute, signal: stop.signal }, stopped)).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(home)).toEqual([]);
});

it.skipIf(process.platform === 'win32')('makes files for this person alone, over nothing that is there', async () => {
  const full = join(home, 'a/b/run');
  const file = await createFile(full, true);
  await writeWhole(file, Buffer.from('echo'));
  await file.close();
  expect([readFileSync(full, 'utf8'), statSync(full).mode & 0o777, statSync(dirname(full)).mode & 0o777]).toEqual(['echo', 0o700, 0o700]);
  await expect(createFile(full, false)).rejects.toMatchObject({ code: 'EEXIST' });
});

it('writes on where the disk takes less than it is given', async () => {
  const taken: number[] = [];
  const slow = {
    write: async (piece: Uint8Array, at: number) => {
      const bytesWritten = Math.min(2, piece.length - at);
      taken.push(...piece.subarray(at, at + bytesWritten));
      return { bytesWritten };
    },
  };
  await writeWhole(slow, Buffer.from([1, 2, 3, 4, 5]));
  expect(taken).toEqual([1, 2, 3, 4, 5]);
});
