// The app's own data is closed to every file tool, even when a person allows a folder around it: it holds the key of the headless
// host, the database and the log. The whole disk, and what the kernel shows as files, are closed as well.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from './files.ts';

let home: string;
let data: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-closed-'));
  data = join(home, 'share', 'orrery');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'host.json'), '{"token":"open sesame"}');
  writeFileSync(join(home, 'note.txt'), 'a note');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => `done: ${JSON.stringify(value)}`,
    (error: { code?: string }) => String(error.code),
  );

describe.each([true, false])('closed folders (handles that know their place: %s)', (hasProc) => {
  const files = () => createFiles({ closed: [data], hasProc: hasProc && process.platform === 'linux' });

  it('stay closed inside an allowed folder', async () => {
    expect(await files().readText(join(home, 'note.txt'), [home])).toBe('a note');
    expect(await codeOf(files().readText(join(data, 'host.json'), [home]))).toBe('path-outside');
    expect(await codeOf(files().readText(join(data, 'host.json'), [data]))).toBe('path-outside');
    expect(await codeOf(files().writeText(join(data, 'host.json'), 'mine', [home]))).toBe('path-outside');
    expect(await codeOf(files().list(data, [home]))).toBe('path-outside');
    const names = (await files().list(home, [home], { recursive: true })).map((entry) => entry.name);
    expect(names).toContain('note.txt');
    expect(names).not.toContain('host.json');
    expect(readFileSync(join(data, 'host.json'), 'utf8')).toContain('sesame');
  });

  it('cannot be reached through a link or carried away by moving a folder around them', async () => {
    symlinkSync(data, join(home, 'link'));
    expect(await codeOf(files().readText(join(home, 'link', 'host.json'), [home]))).toBe('path-outside');
    expect(await codeOf(files().move(join(home, 'share'), join(home, 'taken'), [home]))).toBe('path-outside');
    expect(await codeOf(files().move(join(home, 'share', 'orrery'), join(home, 'taken'), [home]))).toBe('path-outside');
    expect(await codeOf(files().readText(join(home, 'taken', 'host.json'), [home]))).toBe('file-not-found');
  });

  it.skipIf(process.platform === 'win32')('the whole disk as a grant allows nothing', async () => {
    expect(await codeOf(files().readText(join(home, 'note.txt'), ['/']))).toBe('path-outside');
    expect(await codeOf(files().readText('/proc/self/environ', ['/proc', '/']))).toBe('path-outside');
  });
});
