// One-time codes from a seed: base32 text, or an otpauth:// address as QR codes hold it.

import { Secret, TOTP, URI } from 'otpauth';
import { AppError } from '../../../shared/errors.ts';

function read(seed: string): TOTP {
  const text = seed.trim();
  try {
    if (/^otpauth:/i.test(text)) {
      const found = URI.parse(text);
      if (!(found instanceof TOTP)) throw new Error('it counts uses and not time (HOTP)');
      return found;
    }
    // Steam and others put their own scheme before the seed; that is another algorithm.
    if (text.includes('://')) throw new Error('its form is not known');
    const secret = Secret.fromBase32(text.replaceAll(/[\s-]/g, '').toUpperCase());
    if (secret.bytes.length < 5) throw new Error('it is too short');
    return new TOTP({ secret });
  } catch (error) {
    throw new AppError(
      'totp-invalid',
      `The one-time code’s seed cannot be used: ${error instanceof Error ? error.message : 'it is not base32'}.`,
      {
        hint: 'Paste the key that the site shows as text beside its QR code, or an otpauth:// address.',
        place: 'totp',
      },
    );
  }
}

/** Seconds for which a code holds. Throws `totp-invalid`. */
export const periodOf = (seed: string): number => read(seed).period;

/** The code that holds at `now` (milliseconds since 1970), and for how many milliseconds still. */
export function codeAt(seed: string, now: number): { code: string; leftMs: number } {
  const totp = read(seed);
  return { code: totp.generate({ timestamp: now }), leftMs: totp.period * 1000 - (now % (totp.period * 1000)) };
}
