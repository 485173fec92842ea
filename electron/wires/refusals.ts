// What a sender is told when the guard refused its message, as a frame the client understands.

import type { AppErrorShape } from '../../shared/errors.ts';
import { MAX_MESSAGE, type Refusal } from './guard.ts';

const words: Record<Refusal, { code: string; message: string; hint: string }> = {
  'not-text': notUnderstood(),
  'not-json': notUnderstood(),
  'bad-frame': notUnderstood(),
  'too-large': {
    code: 'message-too-large',
    message: `That is more than the ${MAX_MESSAGE / 1024 / 1024} MB that one message may have.`,
    hint: 'Send less at once; read large files through a file tool instead.',
  },
  'hostile-json': {
    code: 'input-refused',
    message: 'The input holds reserved keys, or is nested too deeply or too large.',
    hint: 'Remove keys such as “__proto__” and flatten what is nested.',
  },
  'unknown-call': {
    code: 'call-not-found',
    message: 'This host does not know that call.',
    hint: 'The window and the host are of different versions: reload the window.',
  },
  'not-plain': {
    code: 'input-refused',
    message: 'The input holds values that are not plain JSON.',
    hint: 'Send dates as numbers and leave out empty array places.',
  },
  'too-many-calls': {
    code: 'too-many-calls',
    message: 'Too many calls are under way on this connection.',
    hint: 'Wait until some have finished.',
  },
};

function notUnderstood(): { code: string; message: string; hint: string } {
  return { code: 'message-malformed', message: 'The host could not understand that message.', hint: 'Reload the window.' };
}

export function refusalFrame(id: string, reason: Refusal): string {
  const data: AppErrorShape = { ...words[reason], retryable: reason === 'too-many-calls' };
  return JSON.stringify({
    i: id,
    p: { s: 400, b: { json: { defined: true, code: 'APP_ERROR', status: 400, message: data.message, data } } },
  });
}
