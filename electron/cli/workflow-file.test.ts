// Odd files: each is read, or refused in words and at once.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWorkflowText } from './workflow-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

it('UTF-16 is read, other encodings are refused', () => {
  expect(readWorkflowText(file('utf16.json', Buffer.from('\uFEFF{"name":"Größe"}', 'utf16le')))).toBe('{"name":"Größe"}');
  expect(() => readWorkflowText(file('latin1.json', Buffer.from('{"name":"Größe"}', 'latin1')))).toThrow('is not text in UTF-8');
});

it('a folder, a missing and a too large file are told apart', () => {
  expect(() => readWorkflowText(folder)).toThrow('is a folder');
  expect(() => readWorkflowText(join(folder, 'none.json'))).toThrow('There is no file');
  expect(() => readWorkflowText(file('long.json', 'x'.repeat(101)), 100)).toThrow(
    'has 101 bytes, which is more than the 100 bytes that are read at once',
  );
  expect(() => readWorkflowText(file('empty.json', ''))).toThrow('is empty');
});

it.runIf(process.platform !== 'win32')('a named pipe is refused, and not waited for', () => {
  const pipe = join(folder, 'pipe.json');
  execFileSync('mkfifo', [pipe]);
  expect(() => readWorkflowText(pipe)).toThrow('is not a file');
});
