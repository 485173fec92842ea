// The table in docs/how-to/command-line.md, and that it stands there.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { codeOf } from './exit-code.ts';
import { exitCodes } from './output.ts';

test.each([
  ['internal', 1],
  ['offline', 1],
  ['server-failed', 1],
  ['file-not-found', 1],
  ['input-limit', 2],
  ['set-malformed', 2],
  ['json-malformed', 2],
  ['bad-input', 2],
  ['workflow-invalid', 2],
  ['workflow-malformed', 2],
  ['server-not-found', 2],
  ['change-set-not-found', 2],
  ['data-folder-held', 4],
  ['host-gone', 4],
  ['cancelled', 130],
  ['ended-by-signal', 143],
])('%s ends with %i', (code, end) => {
  expect(codeOf(new AppError(code, 'x'))).toBe(end);
});

test('whatever names a place in what was given is wrong input', () => {
  expect(codeOf(new AppError('anything', 'x', { place: 'file' }))).toBe(2);
});

test('every exit code is in the docs', () => {
  const text = readFileSync('docs/how-to/command-line.md', 'utf8');
  for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
});
