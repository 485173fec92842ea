// Asks yes or no at the terminal, on stderr, so that stdout stays data.

import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { say } from './output.ts';

/** True at once with `--yes`. Ctrl-C and the end of the input are a no. Throws `input-confirm` where nobody can be asked. */
export async function confirm(
  question: string,
  options: { yes?: boolean },
  terminal: { input: Readable & { isTTY?: boolean }; output: Writable } = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (options.yes === true) return true;
  if (terminal.input.isTTY !== true)
    throw new AppError('input-confirm', 'Nobody can be asked here, so nothing was changed.', {
      hint: 'Say --yes if this is what you want.',
    });
  const lines = createInterface(terminal);
  // Without an answer the question is never settled.
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended]);
    if (answer === undefined) say('');
    return answer !== undefined && /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!isCancelled(error)) throw error;
    say('');
    return false;
  } finally {
    lines.close();
  }
}
