// The one question of a server that is answered without its worker: which folders it was given as roots. Most servers that ask it do so
// at once, and would otherwise need a worker for this alone. A few of them in a life, each a few bytes long; all else is the worker's.

import { messageIn } from './quick-answers.ts';
import { rootsOf } from './roots.ts';

const mostBytes = 200;
const mostAsks = 8;

/** True when the line, without its break, was that question, and has been answered. */
export function rootsAnswers(roots: readonly string[], write: (text: string) => void): (line: Buffer) => boolean {
  let asks = 0;
  return (line) => {
    const id = line.length > mostBytes || asks === mostAsks ? undefined : askedBy(line.toString('utf8'));
    if (id === undefined) return false;
    asks += 1;
    write(`${JSON.stringify({ jsonrpc: '2.0', id, result: { roots: rootsOf(roots) } })}\n`);
    return true;
  };
}

function askedBy(line: string): string | number | undefined {
  const message = messageIn(line);
  if (message === undefined) return undefined;
  const { jsonrpc, id, method, params = {}, ...more } = message;
  if (jsonrpc !== '2.0' || method !== 'roots/list' || Object.keys(more).length > 0 || JSON.stringify(params) !== '{}') return undefined;
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as string | number) : undefined;
}
