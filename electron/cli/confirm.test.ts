import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirm } from './confirm.ts';

function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  return { input, output };
}

test.each([
  ['y', 'y\n', true],
  ['Yes', 'Yes\n', true],
  ['n', 'n\n', false],
  ['an empty line', '\n', false],
  ['Ctrl-C', '\u0003', false],
  ['Ctrl-D', '\u0004', false],
])('%s', async (_name, typed, answer) => {
  const at = terminal();
  const asked = confirm('Sure?', {}, at);
  at.input.write(typed);
  expect(await asked).toBe(answer);
});

test('a terminal that goes away is a no', async () => {
  const at = terminal();
  const asked = confirm('Sure?', {}, at);
  at.input.end();
  expect(await asked).toBe(false);
});

test('where nobody can be asked, nothing is asked, and --yes is an answer', async () => {
  const input = new PassThrough();
  await expect(confirm('Sure?', {}, { input, output: new PassThrough() })).rejects.toMatchObject({ code: 'input-confirm' });
  expect(await confirm('Sure?', { yes: true }, { input, output: new PassThrough() })).toBe(true);
});
