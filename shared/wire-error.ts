// What a failure looks like when it comes out of a wire, turned back into the AppError that was thrown on the other side.
// It reads the error by its shape (code, data, message), so that it needs no wire library and runs on both sides; and without schemas,
// which a page's first sight does not wait for.

import { AppError, cancelled, fromShape, isCancelled } from './errors.ts';
import { issueSentence } from './issue-words.ts';
import { type Fields, isObject, readErrorShape } from './read-error.ts';

/** The first of the issues of an input that was refused. */
function firstIssue(data: unknown): { message: string; path: readonly unknown[] } | undefined {
  const issue: unknown = isObject(data) && Array.isArray(data.issues) ? data.issues[0] : undefined;
  if (!isObject(issue) || typeof issue.message !== 'string') return undefined;
  return { message: issue.message, path: Array.isArray(issue.path) ? issue.path : [] };
}

const place = (path: readonly unknown[]): string =>
  path
    .map((part) => (typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`))
    .join('');

/** Never throws. An error that is not from a wire keeps its message under the code `internal`. */
export function fromWireError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // What was found wrong in an answer where it was read.
  if (error instanceof Error && error.cause instanceof AppError) return error.cause;
  if (isCancelled(error)) return cancelled();
  const { code, message, data }: Fields = isObject(error) ? { ...error, message: error.message } : {};
  if (typeof code !== 'string' || typeof message !== 'string')
    return new AppError('internal', error instanceof Error ? error.message : String(error), { cause: error });
  if (code === 'APP_ERROR') {
    const shape = readErrorShape(data);
    if (shape !== undefined) return fromShape(shape);
  }
  if (code === 'BAD_REQUEST') {
    const first = firstIssue(data);
    return new AppError('bad-input', first === undefined ? message : issueSentence(first), {
      hint: 'Correct the value and try again.',
      ...(first === undefined ? {} : { place: place(first.path) }),
      cause: error,
    });
  }
  if (code === 'NOT_FOUND')
    return new AppError('call-not-found', 'This host does not know that call.', {
      hint: 'The window and the host are of different versions: reload the window.',
      cause: error,
    });
  return new AppError('internal', message, { hint: 'This is a fault in Orrery. The log has the details.', cause: error });
}
