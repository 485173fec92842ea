// Secrets come in by the terminal without being shown, or line by line from stdin; never as an argument, which others can see.

import { createInterface } from 'node:readline';
import { AppError } from '../../shared/errors.ts';
import { say } from './output.ts';
import { sizeWords } from './read-given.ts';

let lines: AsyncIterator<string> | undefined;

/** One line of stdin; on a terminal with a question, and without showing what is typed. Throws `input-missing`. */
export async function askHidden(what: string): Promise<string> {
  const text = process.stdin.isTTY ? await hidden(`${what}: `) : await nextLine();
  if (text === undefined || text === '')
    throw new AppError('input-missing', `${what} is missing.`, { hint: 'Type it when asked, or pipe it in, a line for each.' });
  return text;
}

/**
 * A passphrase that nobody has typed before: at a terminal it is asked for twice, since it cannot be seen and nothing opens what a slip
 * sealed. Lines that are piped in are taken as they are. Throws `input-missing`, and `input-differs` after three tries.
 */
export async function askNew(what: string, ask = askHidden, isTerminal: boolean = process.stdin.isTTY): Promise<string> {
  for (let tries = 0; tries < 3; tries += 1) {
    const text = await ask(what);
    if (!isTerminal || (await ask('The same once more')) === text) return text;
    say('The two are not the same.');
  }
  throw new AppError('input-differs', `${what}: the two were not the same three times, so nothing was changed.`, { hint: 'Try again.' });
}

/** All of stdin, for key files and notes; what follows the lines that were answers before. Throws `input-file-too-large`, in characters. */
export async function readAll(most = 1_000_000): Promise<string> {
  const tooLarge = (): AppError =>
    new AppError('input-file-too-large', `What came on stdin is larger than ${sizeWords(most)}.`, { hint: 'Pipe in less.' });
  if (lines !== undefined) {
    const rest: string[] = [];
    let length = 0;
    for (let next = await nextLine(); next !== undefined; next = await nextLine()) {
      rest.push(`${next}\n`);
      length += next.length + 1;
      if (length > most) throw tooLarge();
    }
    return rest.join('');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > most * 4) throw tooLarge();
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function nextLine(): Promise<string | undefined> {
  lines ??= createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();
  const next = await lines.next();
  return next.done === true ? undefined : next.value;
}

function hidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', take);
      say('');
    };
    const take = (chunk: Buffer): void => {
      const now = typed(text, chunk.toString('utf8'));
      text = now.text;
      if (now.end === undefined) return;
      end();
      if (now.end === 'given') resolve(text);
      else reject(new AppError('cancelled', 'Stopped.'));
    };
    stdin.on('data', take);
  });
}

/**
 * What stands there after these keys, none of which is shown: so keys that write nothing (arrows, Ctrl and a letter) must not become signs
 * of a secret that nobody can type again. Ctrl-U empties the line; Ctrl-D on an empty one ends it. Pure.
 */
export function typed(before: string, keys: string): { text: string; end?: 'given' | 'stopped' } {
  let text = before;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what keys send
  for (const sign of keys.replace(/\u001b(?:\[[0-9;?]*[@-~]|O?.)?/gs, '')) {
    if (sign === '\r' || sign === '\n' || (sign === '\u0004' && text === '')) return { text, end: 'given' };
    if (sign === '\u0003') return { text: '', end: 'stopped' };
    if (sign === '\u0015') text = '';
    else if (sign === '\u007f' || sign === '\b') text = [...text].slice(0, -1).join('');
    else if (sign >= ' ' || sign === '\t') text += sign;
  }
  return { text };
}
