// Files in items: their bytes as base64, and what n8n says of them beside that.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { NodeFault } from '../node-run.ts';

/** Ending → kind, as far as workflows name files. */
const kinds: Record<string, string> = {
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  md: 'text/markdown',
  ics: 'text/calendar',
  xml: 'text/xml',
  log: 'text/plain',
  json: 'application/json',
  js: 'text/javascript',
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/gzip',
  rtf: 'application/rtf',
  yaml: 'text/yaml',
  yml: 'text/yaml',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  bin: 'application/octet-stream',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  bmp: 'image/bmp',
  ico: 'image/vnd.microsoft.icon',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
};
/** The first bytes of files that tell what they are. */
const marks: [number[], string, string][] = [
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'png', 'image/png'],
  [[0xff, 0xd8, 0xff], 'jpg', 'image/jpeg'],
  [[0x47, 0x49, 0x46], 'gif', 'image/gif'],
  [[0x25, 0x50, 0x44, 0x46], 'pdf', 'application/pdf'],
  [[0x50, 0x4b, 0x03, 0x04], 'zip', 'application/zip'],
  [[0x1f, 0x8b, 0x08], 'gz', 'application/gzip'],
];
const preferred: Record<string, string> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'image/jpeg': 'jpeg',
  'text/yaml': 'yaml',
  'audio/mpeg': 'mpga',
};

const endingOf = (mimeType: string): string | undefined => {
  const plain = mimeType.split(';')[0]?.trim().toLowerCase() ?? '';
  return preferred[plain] ?? Object.keys(kinds).find((ending) => kinds[ending] === plain);
};

function fileType(mimeType: string): string | undefined {
  if (mimeType.startsWith('application/json')) return 'json';
  if (mimeType.startsWith('text/html')) return 'html';
  const [first = ''] = mimeType.split('/');
  if (['image', 'audio', 'video'].includes(first)) return first;
  if (first === 'text' || mimeType.startsWith('application/javascript')) return 'text';
  return mimeType.startsWith('application/pdf') ? 'pdf' : undefined;
}

/** What an item carries of a file. `name` and `mimeType` as they were given; absent, they are guessed as n8n guesses. */
export function fileOf(bytes: Uint8Array, name?: string, mimeType?: string): JsonObject {
  const ownEnding = name === undefined ? undefined : /\.([^./]+)$/.exec(name)?.[1];
  let kind = mimeType || (ownEnding === undefined ? undefined : kinds[ownEnding.toLowerCase()]);
  let ending: string | undefined;
  if (!kind) {
    const mark = marks.find(([start]) => start.every((byte, at) => bytes[at] === byte));
    [, ending, kind] = mark ?? [];
  }
  ending ??= kind === undefined ? undefined : endingOf(kind);
  kind ??= 'text/plain';
  const type = fileType(kind);
  const fileExtension = ownEnding ?? ending;
  return {
    mimeType: kind,
    ...(type === undefined ? {} : { fileType: type }),
    ...(fileExtension === undefined ? {} : { fileExtension }),
    data: toBase64(bytes),
    // In n8n's order: a name that was given comes before the size.
    ...(name === undefined || name === '' ? {} : { fileName: name.split('/').at(-1) as string }),
    fileSize: size(bytes.length),
    bytes: bytes.length,
  };
}

/** With a name of its own where none was given. */
export const named = (file: JsonObject): JsonObject =>
  file.fileName === undefined
    ? { ...file, fileName: file.fileExtension === undefined ? 'file' : `file.${String(file.fileExtension)}` }
    : file;

const size = (bytes: number): string => {
  const names = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : Number((bytes / 1000 ** power).toPrecision(3))} ${names[power]}`;
};

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Leniently, as n8n's Node does: what is no sign of base64 is passed over, and it ends at the first `=`. */
export function fromBase64(text: string): Uint8Array {
  const plain = (text.split('=')[0] ?? '')
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  return Uint8Array.from(atob(whole), (sign) => sign.charCodeAt(0));
}

/** n8n shows what is about byte order marks only beside such an encoding, and leaves out what it does not show. */
const hasMarks = (options: JsonObject): boolean => ['utf8', 'cesu8', 'ucs2'].includes(String(options.encoding));
export const addsBom = (options: JsonObject): boolean => hasMarks(options) && options.addBOM === true;
export const stripsBom = (options: JsonObject): boolean => !(hasMarks(options) && options.stripBOM === false);

export function encode(text: string, encoding: string): Uint8Array {
  if (/^utf-?16(?:le)?$|^ucs-?2$/i.test(encoding)) {
    const codes = new Uint8Array(text.length * 2);
    for (let at = 0; at < text.length; at += 1) {
      codes[at * 2] = text.charCodeAt(at) & 255;
      codes[at * 2 + 1] = text.charCodeAt(at) >> 8;
    }
    return codes;
  }
  if (/^utf-?8$/i.test(encoding)) return new TextEncoder().encode(text);
  if (/^latin1$|^iso-?8859-?1$|^ascii$|^binary$/i.test(encoding))
    return Uint8Array.from({ length: text.length }, (_, at) => {
      const code = text.charCodeAt(at);
      return code > 255 ? (encoding.toLowerCase() === 'binary' ? code & 255 : 0x3f) : code;
    });
  throw new NodeFault(`Text is not written in ${encoding} here.`);
}

export function decode(bytes: Uint8Array, encoding: string, withoutBom: boolean): string {
  if (/^latin1$|^iso-?8859-?1$|^ascii$|^binary$/i.test(encoding)) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  }
  const known = /^utf-?16(?:le)?$|^ucs-?2$/i.test(encoding) ? 'utf-16le' : 'utf-8';
  return new TextDecoder(known, { ignoreBOM: !withoutBom }).decode(bytes);
}
