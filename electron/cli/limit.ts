import { AppError } from '../../shared/errors.ts';

/** `--limit`, a whole number from 1. */
export function readLimit(text: string, most: number): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new AppError('input-limit', `--limit ${text} is not a number from 1 to ${most}.`, { hint: 'Write it like --limit 20.' });
}
