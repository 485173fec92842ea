import { AppError } from '../../../shared/errors.ts';

/** Waits, but no longer than the caller does. */
export async function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new AppError('cancelled', 'The tool call was stopped.');
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new AppError('cancelled', 'The tool call was stopped.'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
