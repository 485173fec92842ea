// JSON columns: written whole, read through the shared shapes, so that a damaged or outdated row is named instead of believed.

import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/** Throws `record-damaged` naming the record. */
export function readJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw recordDamaged(what, error);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw recordDamaged(what, result.error);
}

/** Of several rows, those that can be read: one that is damaged must not hide the others. Who asks for it alone is told. */
export function readable<Row, T>(rows: readonly Row[], read: (row: Row) => T): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (isDamaged(error)) return [];
      throw error;
    }
  });
}

export const isDamaged = (error: unknown): error is AppError => error instanceof AppError && error.code === 'record-damaged';

export const recordDamaged = (what: string, cause?: unknown): AppError =>
  new AppError('record-damaged', `The stored ${what} cannot be read.`, {
    hint: 'Remove it and make it again, or put back a backup of the database.',
    cause,
  });

/** For `like ? escape '\'`: what people type is text, never a pattern. */
export const likeText = (query: string): string => `%${query.trim().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** A full page goes on to the last item of the same time: the next page begins before that time and must miss none. */
export const withTies = <Row>(page: Row[], limit: number, sameTimeAfter: (last: Row) => Row[]): Row[] => {
  const last = page.at(-1);
  return last === undefined || page.length < limit ? page : [...page, ...sameTimeAfter(last)];
};
