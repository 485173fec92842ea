// Looks at the write-ahead log of a host that ended suddenly. SQLite quietly stops reading at the first frame whose checksum is wrong,
// which is right for what was never synced and says nothing when a damaged disk took what was. The format: sqlite.org/fileformat2.html.

import { readFileSync, statSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;
/** Larger logs are left to SQLite, so that starting stays quick. */
const checkedBytes = 128 * 1024 * 1024;

/** Whether frames of the log's present generation lie behind one that cannot be read, or its header is not whole. */
export function endsUnreadably(log: string): boolean {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size < headerBytes + frameHeaderBytes || size > checkedBytes) return false;
  const bytes = readFileSync(log);
  const magic = bytes.readUInt32BE(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return true;
  const words = wordsOf(bytes, magic === 0x377f0683);
  const pageBytes = bytes.readUInt32BE(8);
  const sum: [number, number] = [0, 0];
  add(sum, words, 0, 24);
  if (sum[0] !== bytes.readUInt32BE(24) || sum[1] !== bytes.readUInt32BE(28)) return true;
  const salts = bytes.subarray(16, 24);
  const frameBytes = frameHeaderBytes + pageBytes;
  let isReadable = true;
  for (let at = headerBytes; at + frameBytes <= bytes.length; at += frameBytes) {
    // An older generation's frames may lie behind the newest one's.
    const isOurs = salts.equals(bytes.subarray(at + 8, at + 16));
    if (isReadable && isOurs) {
      add(sum, words, at, 8);
      add(sum, words, at + frameHeaderBytes, pageBytes);
      isReadable = sum[0] === bytes.readUInt32BE(at + 16) && sum[1] === bytes.readUInt32BE(at + 20);
    } else isReadable = false;
    if (!isReadable && isOurs) return true;
  }
  return false;
}

/** The whole 32-bit words of a log, in the order of bytes that its checksums were made in. */
function wordsOf(bytes: Buffer, isBigEndian: boolean): Uint32Array {
  const whole = new Uint8Array(bytes.length - (bytes.length % 4));
  whole.set(bytes.subarray(0, whole.length));
  if (isBigEndian) Buffer.from(whole.buffer).swap32();
  return new Uint32Array(whole.buffer);
}

function add(sum: [number, number], words: Uint32Array, from: number, length: number): void {
  let [a, b] = sum;
  for (let i = from / 4; i < (from + length) / 4; i += 2) {
    a = (a + (words[i] ?? 0) + b) >>> 0;
    b = (b + (words[i + 1] ?? 0) + a) >>> 0;
  }
  sum[0] = a;
  sum[1] = b;
}
