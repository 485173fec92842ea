// A time as a person writes it.

import { AppError } from '../../shared/errors.ts';

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `7d`, `12h`, `2026-11-01`, `2026-11-01T10:00`. */
export function timeOf(text: string, now = Date.now()): number {
  const ago = /^(\d{1,5})([mhdw])$/.exec(text.trim());
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] as string] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new AppError('input-time', `“${text}” is no time.`, {
      hint: 'Write a date such as 2026-11-01, or so long ago, such as 7d or 12h.',
    });
  return at;
}
