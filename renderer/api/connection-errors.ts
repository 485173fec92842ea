// Why there is no wire, in words for people.

import { AppError, type AppErrorShape } from '../../shared/errors.ts';

export const connectionLost = (): AppError =>
  new AppError('connection-lost', 'The connection to the host was lost.', {
    hint: 'It is tried again by itself. If it stays away, start Orrery again.',
    retryable: true,
  });

export const connectionRefused = (): AppError =>
  new AppError('connection-refused', 'The host did not let this page in.', {
    hint: 'Open the address that the host printed when it started; it carries the key for this session.',
  });

/** In the host's own words. */
export const connectionFailed = ({ message, hint }: AppErrorShape): AppError =>
  new AppError('connection-failed', message, hint === undefined ? {} : { hint });
