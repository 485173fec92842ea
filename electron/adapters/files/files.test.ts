import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from './files.ts';

let base: string;
let root: string;
let secret: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-files-')));
  root = join(base, 'root');
  mkdirSync(root);
  mkdirSync(join(base, 'root-sibling'));
  mkdirSync(join(base, 'outside'));
  secret = join(base, 'outside', 'secret.txt');
  writeFileSync(secret, 'SECRET');
  writeFileSync(join(base, 'root-sibling', 'secret.txt'), 'SECRET');
  writeFileSync(join(root, 'note.txt'), 'hello');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe.each([
  ['by handle', process.platform === 'linux'],
  ['by path and inode', false],
])('files, checked %s', (_, hasProc) => {
  const files = createFiles({ hasProc });

  it('reads, writes, lists, moves and describes inside', async () => {
    expect(await files.readText(join(root, 'note.txt'), [root])).toBe('hello');
    expect(await files.readText('note.txt', [root])).toBe('hello');
    expect(await files.writeText(join(root, 'a/b/new.txt'), 'ü', [root])).toEqual({ bytes: 2, existed: false });
    expect(await files.writeText(join(root, 'a/b/new.txt'), 'v', [root])).toEqual({ bytes: 1, existed: true });
    expect(readdirSync(join(root, 'a/b'))).toEqual(['new.txt']);
    const all = await files.list(root, [root], { recursive: true });
    expect(all.map((entry) => [entry.path.slice(root.length + 1), entry.kind])).toEqual([
      ['a', 'folder'],
      ['a/b', 'folder'],
      ['a/b/new.txt', 'file'],
      ['note.txt', 'file'],
    ]);
    expect(await files.exists(join(root, 'nothing'), [root])).toBe(false);
    expect((await files.info(join(root, 'note.txt'), [root])).size).toBe(5);
    expect(await files.createFolder(join(root, 'c/d'), [root])).toEqual({ existed: false });
    expect(await codeOf(files.move(join(root, 'note.txt'), join(root, 'a/b/new.txt'), [root]))).toBe('file-exists');
    await files.move(join(root, 'note.txt'), join(root, 'a/b/new.txt'), [root], { overwrite: true });
    expect(readFileSync(join(root, 'a/b/new.txt'), 'utf8')).toBe('hello');
    expect(await codeOf(files.move(join(root, 'a'), join(root, 'a/b/inner'), [root]))).toBe('path-invalid');
  });

  it('names what is wrong', async () => {
    expect(await codeOf(files.readText(join(root, 'none.txt'), [root]))).toBe('file-not-found');
    expect(await codeOf(files.readText(root, [root]))).toBe('not-a-file');
    expect(await codeOf(files.list(join(root, 'note.txt'), [root]))).toBe('not-a-folder');
    expect(await codeOf(files.readText(join(root, 'note.txt'), [root], { maxBytes: 4 }))).toBe('file-too-large');
    writeFileSync(join(root, 'binary'), Buffer.from([1, 0, 2, 0xff]));
    expect(await codeOf(files.readText(join(root, 'binary'), [root]))).toBe('file-not-text');
    expect(await codeOf(files.readText(secret, []))).toBe('path-outside');
    expect(await codeOf(files.writeText(join(root, 'x'.repeat(300)), 'x', [root]))).toBe('path-invalid');
    await expect(files.readText(secret, [root])).rejects.toMatchObject({
      message: expect.stringContaining(root),
      hint: expect.any(String),
    });
  });

  it('does not wait for a named pipe', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await codeOf(files.readText(join(root, 'pipe'), [root]))).toBe('not-a-file');
  });

  it('refuses links that lead outside, and writes through no link at all', async () => {
    symlinkSync(secret, join(root, 'link.txt'));
    symlinkSync(join(base, 'outside'), join(root, 'linked'));
    symlinkSync(join(root, 'note.txt'), join(root, 'inner-link.txt'));
    symlinkSync(join(base, 'outside', 'not-yet.txt'), join(root, 'dangling.txt'));
    expect(await codeOf(files.readText(join(root, 'link.txt'), [root]))).toBe('path-outside');
    expect(await codeOf(files.readText(join(root, 'linked/secret.txt'), [root]))).toBe('path-outside');
    expect(await codeOf(files.list(join(root, 'linked'), [root]))).toBe('path-outside');
    expect(await files.readText(join(root, 'inner-link.txt'), [root])).toBe('hello');
    expect(await codeOf(files.writeText(join(root, 'inner-link.txt'), 'x', [root]))).toBe('path-is-link');
    expect(await codeOf(files.writeText(join(root, 'dangling.txt'), 'x', [root]))).toBe('path-is-link');
    expect(await codeOf(files.writeText(join(root, 'linked/new.txt'), 'x', [root]))).toBe('path-outside');
    expect(await codeOf(files.createFolder(join(root, 'linked/new'), [root]))).toBe('path-outside');
    expect(await codeOf(files.move(join(root, 'note.txt'), join(root, 'linked/note.txt'), [root]))).toBe('path-outside');
    expect(readFileSync(secret, 'utf8')).toBe('SECRET');
    expect(readdirSync(join(base, 'outside'))).toEqual(['secret.txt']);
    const walked = await files.list(root, [root], { recursive: true });
    expect(walked.some((entry) => entry.path.includes('secret'))).toBe(false);
  });

  it('lets none of 1,000 hostile paths out', async () => {
    const pieces = [
      '..',
      '.',
      'a',
      '../..',
      '....//',
      '..\\',
      '%2e%2e',
      '/',
      '//',
      '~',
      'root-sibling',
      'outside',
      'secret.txt',
      '\0',
      '\u202e',
      'x'.repeat(256),
      'note.txt',
      ' ',
      '..;',
      'C:\\',
      '\\\\?\\',
      '/proc/self/root',
      '/dev/stdin',
      '/etc/passwd',
      '/proc/self/environ',
    ];
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % n;
    };
    const tricks = [
      secret,
      join(root, '../outside/secret.txt'),
      `${root}-sibling/secret.txt`,
      `${root}/../outside/secret.txt`,
      `/proc/self/root${secret}`,
      `${root}/./../root-sibling/secret.txt`,
    ];
    let refused = 0;
    for (let i = 0; i < 1000; i += 1) {
      const path =
        i < tricks.length
          ? (tricks[i] as string)
          : (random(2) === 0 ? `${root}/` : '') +
            Array.from({ length: 1 + random(6) }, () => pieces[random(pieces.length)]).join(random(3) === 0 ? '' : '/');
      const text = await files.readText(path, [root]).catch(() => undefined);
      if (text === undefined) refused += 1;
      else expect(text, path).toBe('hello');
      if (i % 10 === 0) await files.writeText(path, 'hello', [root]).catch(() => undefined);
    }
    expect(refused).toBeGreaterThan(500);
    expect(readdirSync(base).sort()).toEqual(['outside', 'root', 'root-sibling']);
    expect(readdirSync(join(base, 'outside'))).toEqual(['secret.txt']);
    expect(readFileSync(join(base, 'root-sibling/secret.txt'), 'utf8')).toBe('SECRET');
  });
});

it.runIf(process.platform === 'linux')('keeps inside while a folder is swapped for a link', async () => {
  const files = createFiles();
  const real = join(root, 'real');
  const spot = join(root, 'spot');
  mkdirSync(real);
  writeFileSync(join(real, 'secret.txt'), 'mine');
  symlinkSync(real, spot);
  // Another process, since this one could not swap in the middle of its own system calls.
  const { spawn } = await import('node:child_process');
  const script = `const fs=require('node:fs');const [spot,real,out]=process.argv.slice(1);for(;;){for(const t of [out,real]){try{fs.symlinkSync(t,spot+'.n');fs.renameSync(spot+'.n',spot)}catch{}}}`;
  const racer = spawn(process.execPath, ['-e', script, spot, real, join(base, 'outside')], { stdio: 'ignore' });
  try {
    let inside = 0;
    let refused = 0;
    for (let i = 0; i < 600; i += 1) {
      const text = await files.readText(join(spot, 'secret.txt'), [root]).catch(() => undefined);
      if (text === undefined) refused += 1;
      else {
        expect(text).toBe('mine');
        inside += 1;
      }
      await files.writeText(join(spot, `w${i}.txt`), 'x', [root]).catch(() => undefined);
    }
    expect(inside + refused).toBe(600);
    expect(refused).toBeGreaterThan(0);
    expect(inside).toBeGreaterThan(0);
    expect(readdirSync(join(base, 'outside'))).toEqual(['secret.txt']);
  } finally {
    racer.kill('SIGKILL');
  }
  expect(existsSync(secret)).toBe(true);
});
