// The part of Node's Buffer that Code nodes use: texts to bytes and back, in the usual encodings.

import { base64, fromBase64Bytes, utf8, utf8Text } from './base64.ts';
import { ExpressionError } from './errors.ts';

type Encoding = 'utf8' | 'utf-8' | 'base64' | 'base64url' | 'hex' | 'latin1' | 'binary' | 'ascii';

function encode(text: string, encoding: Encoding = 'utf8'): number[] {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return utf8(text);
    case 'base64':
    case 'base64url':
      return fromBase64Bytes(text);
    case 'hex':
      return (text.match(/[\da-f]{2}/gi) ?? []).map((two) => Number.parseInt(two, 16));
    case 'latin1':
    case 'binary':
    case 'ascii':
      return [...text].map((sign) => sign.charCodeAt(0) & 255);
    default:
      throw new ExpressionError(`Unknown encoding: ${String(encoding)}`);
  }
}

function decode(bytes: Uint8Array, encoding: Encoding = 'utf8'): string {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return utf8Text([...bytes]);
    case 'base64':
      return base64([...bytes]);
    case 'base64url':
      return base64([...bytes])
        .replace(/\+/g, '-')
        .replace(/\//g, '_')
        .replace(/=+$/, '');
    case 'hex':
      return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'latin1':
    case 'binary':
    case 'ascii':
      return [...bytes].map((byte) => String.fromCharCode(encoding === 'ascii' ? byte & 127 : byte)).join('');
    default:
      throw new ExpressionError(`Unknown encoding: ${String(encoding)}`);
  }
}

export class Buffer extends Uint8Array {
  static override from(source: unknown, encoding?: unknown): Buffer {
    const bytes = typeof source === 'string' ? encode(source, encoding as Encoding) : [...(source as Iterable<number>)];
    const made = new Buffer(bytes.length);
    made.set(bytes);
    return made;
  }
  static alloc(size: number, fill = 0): Buffer {
    return new Buffer(size).fill(fill) as Buffer;
  }
  static isBuffer(value: unknown): boolean {
    return value instanceof Buffer;
  }
  static byteLength(text: string, encoding?: Encoding): number {
    return encode(text, encoding).length;
  }
  static concat(list: Uint8Array[]): Buffer {
    return Buffer.from(list.flatMap((each) => [...each]));
  }
  override toString(encoding?: Encoding): string {
    return decode(this, encoding);
  }
  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: [...this] };
  }
}

export const byteNames = {
  Buffer,
  btoa: (text: unknown) => base64(encode(String(text), 'latin1')),
  atob: (text: unknown) => decode(Buffer.from(String(text), 'base64'), 'latin1'),
};
