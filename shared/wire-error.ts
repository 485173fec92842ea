// What a failure looks like when it comes out of a wire, turned back into the AppError that was thrown on the other side.
// It reads the error by its shape (code, data, message), so that it needs no wire library and runs on both sides.

import { z } from 'zod';
import { appErrorShape } from './error-shape.ts';
import { AppError, cancelled, fromShape, isCancelled } from './errors.ts';

const wireError = z.object({ code: z.string(), message: z.string(), data: z.unknown().optional() });
const issueList = z.object({ issues: z.array(z.object({ message: z.string(), path: z.array(z.unknown()).optional() })).min(1) });

const place = (path: readonly unknown[] = []): string =>
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
  const seen = wireError.safeParse(error instanceof Error ? { ...error, message: error.message } : error);
  if (!seen.success) return new AppError('internal', error instanceof Error ? error.message : String(error), { cause: error });
  const { code, message, data } = seen.data;
  if (code === 'APP_ERROR') {
    const shape = appErrorShape.safeParse(data);
    if (shape.success) return fromShape(shape.data);
  }
  if (code === 'BAD_REQUEST') {
    const issues = issueList.safeParse(data);
    const first = issues.success ? issues.data.issues[0] : undefined;
    return new AppError('bad-input', first?.message ?? message, {
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
