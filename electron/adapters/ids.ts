// Ids that sort by creation: 10 characters of time (milliseconds), 4 of a counter within the millisecond, 12 random (60 bits).
// 26 characters of Crockford's base 32 in lower case; later ids of one process are always greater, also when the clock jumps back.

import { randomFillSync, randomInt } from 'node:crypto';
import type { Ids } from '../runtime/ports.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const counterEnd = 32 ** 4;

export function timeSortedIds(now: () => number = Date.now): Ids {
  let time = 0;
  let counter = 0;
  const step = () => {
    const at = Math.floor(now());
    if (at > time) {
      time = at;
      counter = randomInt(counterEnd / 2);
      return;
    }
    counter += 1;
    if (counter === counterEnd) {
      time += 1;
      counter = 0;
    }
  };
  return {
    next() {
      step();
      return digits(time, 10) + digits(counter, 4) + randomDigits(12);
    },
  };
}

function digits(value: number, length: number): string {
  let text = '';
  for (let left = value; text.length < length; left = Math.floor(left / 32)) text = alphabet.charAt(left % 32) + text;
  return text;
}

/** Random bytes are taken from the system many at a time; each is used once. */
const pool = new Uint8Array(3072);
let used = pool.length;

/** Five bits of a byte are uniform, so no digit is likelier than another. */
function randomDigits(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = '';
  for (const end = used + length; used < end; used += 1) text += alphabet.charAt((pool[used] as number) & 31);
  return text;
}
