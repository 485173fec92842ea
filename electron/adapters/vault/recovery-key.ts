// The recovery key: 160 random bits as letters and digits for paper, in groups, with a check sum so that a slip of the pen is told
// from a wrong key. Crockford's alphabet: no I, L, O, U, and those are read as what they were meant to be.

import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytesLength = 20;
/** 32 signs for the bits, 4 for the check. */
const signs = 36;

function encode(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let at = BigInt(bytes.length * 8) - 5n; at >= 0n; at -= 5n) text += alphabet[Number((bits >> at) & 31n)];
  return text;
}

const checkOf = (bytes: Uint8Array): string =>
  encode(createHash('sha256').update('orrery recovery').update(bytes).digest().subarray(0, 5)).slice(0, 4);

/** As it is printed: nine groups of four. */
export function newRecoveryKey(): string {
  const bytes = randomBytes(bytesLength);
  return (encode(bytes) + checkOf(bytes)).replace(/(.{4})(?=.)/g, '$1-');
}

/** 32 bytes that seal the master key. Throws `recovery-key-mistyped` when the check does not fit. */
export function keyOfRecovery(text: string, salt: string): Buffer {
  const plain = text
    .toUpperCase()
    .replaceAll(/[\s–—-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const digits = [...plain].map((sign) => alphabet.indexOf(sign));
  if (plain.length !== signs || digits.includes(-1)) throw mistyped(`it has ${signs} letters and digits`);
  let bits = 0n;
  for (const digit of digits.slice(0, 32)) bits = (bits << 5n) | BigInt(digit);
  const bytes = Buffer.alloc(bytesLength);
  for (let i = bytesLength - 1; i >= 0; i -= 1, bits >>= 8n) bytes[i] = Number(bits & 255n);
  if (checkOf(bytes) !== plain.slice(32)) throw mistyped('one of its groups is not as printed');
  return Buffer.from(hkdfSync('sha256', bytes, Buffer.from(salt, 'base64'), 'orrery vault recovery', 32));
}

const mistyped = (why: string): AppError =>
  new AppError('recovery-key-mistyped', `That is not a recovery key as Orrery prints it: ${why}.`, {
    hint: 'Compare it with the printed one, group by group. Nothing was changed.',
    place: 'recoveryKey',
  });
