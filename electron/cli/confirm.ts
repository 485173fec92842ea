// Asks yes or no at the terminal, on stderr, so that stdout stays data.

import { createInterface } from 'node:readline/promises';
import { AppError } from '../../shared/errors.ts';

/** True at once with `--yes`. Throws `input-confirm` where nobody can be asked. */
export async function confirm(question: string, options: { yes?: boolean }): Promise<boolean> {
  if (options.yes === true) return true;
  if (!process.stdin.isTTY)
    throw new AppError('input-confirm', 'Nobody can be asked here, so nothing was changed.', {
      hint: 'Say --yes if this is what you want.',
    });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
