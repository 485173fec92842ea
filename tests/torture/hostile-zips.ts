// Zips that no packer makes: written byte by byte, so that every field can lie. Made by a seed.

import { crc32, deflateRawSync } from 'node:zlib';

export interface Sketch {
  name: string | Buffer;
  /** What it holds; packed as it is unless `deflate`. */
  data?: Buffer;
  deflate?: boolean;
  /** In the local header, where it says something else. */
  localName?: string;
  mode?: number;
  madeBy?: number;
  crc?: number;
  size?: number;
  packedSize?: number;
  method?: number;
  flags?: number;
  extra?: Buffer;
  /** At the place of this other entry instead of its own. */
  placeOf?: number;
  offset?: number;
}
interface Ending {
  entries?: number;
  directoryOffset?: number;
  directorySize?: number;
  comment?: Buffer;
  cut?: number;
  zip64?: { entries: bigint; size: bigint; offset: bigint };
}

export function zipOf(sketches: readonly Sketch[], ending: Ending = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const sketch of sketches) {
    const name = Buffer.from(sketch.name as string);
    const data = sketch.data ?? Buffer.alloc(0);
    const packed = sketch.deflate === true ? deflateRawSync(data, { level: 9 }) : data;
    const fields = {
      method: sketch.method ?? (sketch.deflate === true ? 8 : 0),
      crc: sketch.crc ?? crc32(data),
      packedSize: sketch.packedSize ?? packed.length,
      size: sketch.size ?? data.length,
      flags: sketch.flags ?? 0x800,
    };
    const place = sketch.offset ?? (sketch.placeOf === undefined ? at : (offsets[sketch.placeOf] ?? 0));
    offsets.push(place);
    if (sketch.placeOf === undefined && sketch.offset === undefined) {
      const localName = sketch.localName === undefined ? name : Buffer.from(sketch.localName);
      const local = Buffer.concat([header(0x04034b50, 30, localName.length, 0, fields), localName, packed]);
      parts.push(local);
      at += local.length;
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(sketch.madeBy ?? 0x031e, 4);
    header(0, 26, name.length, sketch.extra?.length ?? 0, fields).copy(central, 6, 4);
    central.writeUInt32LE(((sketch.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(place >>> 0, 42);
    directory.push(Buffer.concat([central, name, sketch.extra ?? Buffer.alloc(0)]));
  }
  const list = Buffer.concat(directory);
  const tail: Buffer[] = [list];
  if (ending.zip64 !== undefined) tail.push(zip64End(ending.zip64, at + list.length));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const count = ending.zip64 === undefined ? (ending.entries ?? sketches.length) : 0xffff;
  end.writeUInt16LE(count & 0xffff, 8);
  end.writeUInt16LE(count & 0xffff, 10);
  end.writeUInt32LE(ending.zip64 === undefined ? (ending.directorySize ?? list.length) : 0xffffffff, 12);
  end.writeUInt32LE(ending.zip64 === undefined ? (ending.directoryOffset ?? at) : 0xffffffff, 16);
  end.writeUInt16LE(ending.comment?.length ?? 0, 20);
  const whole = Buffer.concat([...parts, ...tail, end, ending.comment ?? Buffer.alloc(0)]);
  return ending.cut === undefined ? whole : whole.subarray(0, Math.max(0, whole.length - ending.cut));
}

function header(
  signature: number,
  length: number,
  nameLength: number,
  extraLength: number,
  fields: { method: number; crc: number; packedSize: number; size: number; flags: number },
): Buffer {
  const made = Buffer.alloc(Math.max(length, 30));
  made.writeUInt32LE(signature, 0);
  made.writeUInt16LE(20, 4);
  made.writeUInt16LE(fields.flags, 6);
  made.writeUInt16LE(fields.method, 8);
  made.writeUInt32LE(0x59750000, 10);
  made.writeUInt32LE(fields.crc >>> 0, 14);
  made.writeUInt32LE(fields.packedSize >>> 0, 18);
  made.writeUInt32LE(fields.size >>> 0, 22);
  made.writeUInt16LE(nameLength, 26);
  made.writeUInt16LE(extraLength, 28);
  return made;
}

function zip64End(lies: { entries: bigint; size: bigint; offset: bigint }, at: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(lies.entries, 24);
  record.writeBigUInt64LE(lies.entries, 32);
  record.writeBigUInt64LE(lies.size, 40);
  record.writeBigUInt64LE(lies.offset, 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(at), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

const text = (content: string): Buffer => Buffer.from(content);
const evil = text('written outside');
const ok: Sketch = { name: 'ok.txt', data: text('fine') };
const link = (name: string, to: string): Sketch => ({ name, data: text(to), mode: 0o120777 });
const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024);
const zip64Extra = (size: bigint): Buffer => {
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(size, 4);
  extra.writeBigUInt64LE(size, 12);
  return extra;
};
const unicodePath = (name: string): Buffer => {
  const bytes = text(name);
  const extra = Buffer.alloc(9 + bytes.length);
  extra.writeUInt16LE(0x7075, 0);
  extra.writeUInt16LE(5 + bytes.length, 2);
  extra.writeUInt8(1, 4);
  extra.writeUInt32LE(crc32(text('ok2.txt')), 5);
  bytes.copy(extra, 9);
  return extra;
};

const names = [
  '../evil.txt',
  '../../evil.txt',
  'a/../../evil.txt',
  '/tmp/evil.txt',
  '//evil.txt',
  '..\\evil.txt',
  'C:\\evil.txt',
  'C:evil.txt',
  '\\\\server\\evil',
  'a/./../../evil.txt',
  '..',
  '.',
  '',
  '/',
  'a//b',
  'evil\0.txt',
  '．．/evil.txt',
  '‥/evil.txt',
  '\u202efdp.exe',
  'CON',
  'nul.txt',
  'x:stream',
  'trailing.',
  'trailing ',
  `${'d/'.repeat(60)}deep`,
  'n'.repeat(4000),
];

/** By name, so that a failure says what it was. */
export function hostileZips(): Record<string, () => Buffer> {
  const made: Record<string, () => Buffer> = {};
  for (const [index, name] of names.entries())
    made[`name ${index} ${JSON.stringify(name.slice(0, 24))}`] = () => zipOf([ok, { name, data: evil }]);
  return {
    ...made,
    'link, then a file through it': () => zipOf([link('out', '..'), { name: 'out/evil.txt', data: evil }]),
    'link to a file outside': () => zipOf([link('evil', '../canary.txt'), { name: 'evil', data: evil }]),
    'link made on Windows': () =>
      zipOf([
        { ...link('out', '..'), madeBy: 0x0014 },
        { name: 'out/evil.txt', data: evil },
      ]),
    'link as a folder': () =>
      zipOf([
        { name: 'out/', data: text('..'), mode: 0o120777 },
        { name: 'out/evil.txt', data: evil },
      ]),
    'character device': () => zipOf([{ name: 'dev', mode: 0o020666 }]),
    'block device': () => zipOf([{ name: 'dev', mode: 0o060666 }]),
    pipe: () => zipOf([{ name: 'pipe', mode: 0o010666 }]),
    socket: () => zipOf([{ name: 'socket', mode: 0o140666 }]),
    'bomb 400 to 1': () => zipOf([{ name: 'bomb', data: zeros(48), deflate: true }]),
    'bomb in many files': () =>
      zipOf(Array.from({ length: 60 }, (_, n) => ({ name: `b${n}`, data: zeros(1), deflate: true, size: 40 * 1024 * 1024 }))),
    'bomb that says it is small': () => zipOf([{ name: 'bomb', data: zeros(32), deflate: true, size: 10, crc: 0 }]),
    'bomb of one place shared': () =>
      zipOf([
        { name: 'a0', data: zeros(8), deflate: true },
        ...Array.from({ length: 40 }, (_, n) => ({ name: `a${n + 1}`, data: zeros(8), deflate: true, placeOf: 0, localName: 'a0' })),
      ]),
    'one place, two names': () => zipOf([ok, { name: 'ok2.txt', data: text('fine'), placeOf: 0 }]),
    'overlapping places': () =>
      zipOf([
        { name: 'a', data: zipOf([ok]) },
        { name: 'b', data: text('fine'), offset: 40 },
      ]),
    'place beyond the end': () => zipOf([ok, { name: 'b', data: evil, offset: 0x7ffffff0 }]),
    'two names of one entry': () => zipOf([{ name: 'safe.txt', localName: '../evil', data: evil }]),
    'wrong checksum': () => zipOf([{ ...ok, crc: 1 }]),
    'wrong checksum, packed': () => zipOf([{ ...ok, deflate: true, crc: 0xdeadbeef }]),
    'longer than it says': () => zipOf([{ name: 'a', data: text('0123456789'), deflate: true, size: 4 }]),
    'shorter than it says': () => zipOf([{ name: 'a', data: text('0123456789'), deflate: true, size: 400 }]),
    'packed size beyond the end': () => zipOf([{ name: 'a', data: text('x'), packedSize: 0x7fffffff, size: 0x7fffffff }]),
    'says 65,534 entries': () => zipOf([ok], { entries: 65_534 }),
    'many entries': () => zipOf(Array.from({ length: 30_000 }, (_, n) => ({ name: `f${n}` }))),
    'zip64: 2^60 entries': () => zipOf([ok], { zip64: { entries: 2n ** 60n, size: 100n, offset: 0n } }),
    'zip64: 200,000 entries': () => zipOf([ok], { zip64: { entries: 200_000n, size: 100n, offset: 0n } }),
    'zip64: a file of 2^52 bytes': () =>
      zipOf([{ name: 'a', data: text('x'), size: 0xffffffff, packedSize: 0xffffffff, extra: zip64Extra(2n ** 52n) }]),
    'zip64: directory beyond the end': () => zipOf([ok], { zip64: { entries: 1n, size: 100n, offset: 2n ** 40n } }),
    'the same name twice': () => zipOf([ok, { ...ok, data: text('other') }]),
    'the same name in another case': () => zipOf([ok, { name: 'OK.TXT', data: text('other') }]),
    'the same name, composed and not': () =>
      zipOf([
        { name: 'caf\u00e9', data: text('1') },
        { name: 'cafe\u0301', data: text('2') },
      ]),
    'a file and a folder of one name': () =>
      zipOf([
        { name: 'a', data: text('1') },
        { name: 'a/b', data: text('2') },
      ]),
    'a second name in the extra field': () => zipOf([{ name: 'ok2.txt', data: evil, extra: unicodePath('../evil.txt') }]),
    'locked with a password': () => zipOf([{ ...ok, flags: 0x801 }]),
    'packed in an unknown way': () => zipOf([{ ...ok, method: 99 }]),
    'cut short': () => zipOf([ok], { cut: 10 }),
    'no end at all': () => zipOf([ok], { cut: 60 }),
    'directory inside itself': () => zipOf([ok], { directoryOffset: 0 }),
    'comment with another end': () => zipOf([ok], { comment: zipOf([{ name: '../evil.txt', data: evil }]) }),
    'not a zip': () => Buffer.from('#!/bin/sh\necho hello\n'),
    empty: () => Buffer.alloc(0),
    'broken packing': () => zipOf([{ name: 'a', data: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), method: 8, size: 100 }]),
  };
}
