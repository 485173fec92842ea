// n8n's extension functions of texts.

import { DateTime } from 'luxon';
import { base64, fromBase64Bytes, utf8, utf8Text } from './base64.ts';
import { ExpressionError } from './errors.ts';
import { numberToDateTime } from './extend-number.ts';
import { askHost } from './host.ts';
import { asciiOf, titleCase } from './words.ts';

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3'];
const currency =
  /\u20bd|\p{Sc}|Lek|BZ\$|\$b|KM|\u043b\u0432|R\$|K\u010d|kr|Ft|Rp|J\$|\u0434\u0435\u043d|RM|MT|C\$|B\/\.|Gs|S\/\.|z\u0142|lei|\u0414\u0438\u043d\.|CHF|NT\$|TT\$|\$U|Bs|Z\$|RD\$|Br|kn|[\ufdfc\u0192PQLSR]/gu;
const host = String.raw`((?:www\.)?(?:(?:[-\w]+\.)+(?:[a-zA-Z]{2,}|xn--[a-zA-Z0-9]+)|localhost|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}))(?::\d+)?`;
const bareHost = host.replace(String.raw`(?:www\.)?`, '');
const tail = String.raw`(?:\/[^\s?]*)?(?:\?[^\s#]*)?(?:#[^\s]*)?$`;
const domainIn = new RegExp(String.raw`^(?:(?:https?|ftp):\/\/)?(?:mailto:)?(?:\/\/)?${host}${tail}`, 'i');
const domain = new RegExp(String.raw`^(?:www\.)?${bareHost}${tail}`, 'i');
const address = String.raw`(?:https?|ftp):\/\/(?:www\.)?${bareHost}(?:\/[^\s?#]*)?(?:\?[^\s#]*)?#?[^\s]*`;
const url = new RegExp(address, 'i');
const wholeUrl = new RegExp(`^${address}$`, 'i');
const email =
  /(?:[^<>()[\]\\.,;:\s@"]+(?:\.[^<>()[\]\\.,;:\s@"]+)*|".+")@(\[\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\]|(?:[a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,})/;

const isEmail = (text: string): boolean => email.test(text) && !text.includes(' ');
const need = (value: number, what: string): number => {
  if (Number.isNaN(value)) throw new ExpressionError(`cannot convert to ${what}`);
  return value;
};

/** As n8n reads a date: ISO, HTTP, RFC 2822, SQL, then whatever JavaScript makes of it. */
export function textToDateTime(value: unknown, format?: unknown): DateTime {
  const text = String(value).trim();
  if (typeof format === 'string' && format !== '') {
    if (['ms', 's', 'us', 'excel'].includes(format)) return numberToDateTime(Number(value), format);
    return DateTime.fromFormat(String(value), format);
  }
  const own = { setZone: true };
  for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
    const found = read.call(DateTime, text, own);
    if (found.isValid) return found;
  }
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) throw new ExpressionError('cannot convert to Luxon DateTime');
  return DateTime.fromMillis(millis);
}

function hash(text: string, algorithm: unknown): unknown {
  const name = typeof algorithm === 'string' ? algorithm.toLowerCase() : 'md5';
  if (name === 'base64') return base64(utf8(text));
  if (!algorithms.includes(name))
    throw new ExpressionError(`Unknown algorithm ${name}. Available algorithms are: ${algorithms.join()}, and Base64.`);
  return askHost('hash', name, text);
}

function toSentenceCase(text: string): string {
  return text.replace(/\p{L}[^!?.]*(?:[!?.]|$)/gu, (part) => (part[0] ?? '').toLocaleUpperCase() + part.slice(1).toLocaleLowerCase());
}

function removeMarkdown(text: string): string {
  const steps: [RegExp, string][] = [
    [/^([\s\t]*)([*\-+]|\d\.)\s+/gm, '$1'],
    [/\n={2,}/g, '\n'],
    [/~~/g, ''],
    [/`{3}.*\n/g, ''],
    [/<[\w|\s='":(),;/0-9.-]+[>\\]/g, ''],
    [/^[=-]{2,}\s*$/g, ''],
    [/\[\^.+?\](: .*?$)?/g, ''],
    [/\s{0,2}\[.*?\]: .*?$/g, ''],
    [/!\[.*?\][[(].*?[\])]/g, ''],
    [/\[(.*?)\][[(].*?[\])]/g, '$1'],
    [/>/g, ''],
    [/^#{1,6}\s*([^#]*)\s*(#{1,6})?/gm, '$1'],
    [/([*_]{1,3})(\S.*?\S)\1/g, '$2'],
    [/(`{3,})(.*?)\1/gm, '$2'],
    [/^-{3,}\s*$/g, ''],
    [/`(.+?)`/g, '$1'],
    [/\n{2,}/g, '\n\n'],
  ];
  return steps.reduce((done, [pattern, by]) => done.replace(pattern, by), text);
}

function toDate(text: string): Date {
  const date = new Date(Date.parse(text));
  if (Number.isNaN(date.getTime())) throw new ExpressionError('cannot convert to date');
  if (!text.includes(':')) date.setHours(0, 0, 0);
  return date;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ExpressionError(text.includes("'") ? "Parsing failed. Check you're using double quotes" : 'Parsing failed');
  }
}

function toFloat(text: string): number {
  if (text.includes(',')) throw new ExpressionError('cannot convert to float, expected . as decimal separator');
  return need(Number.parseFloat(text.replace(currency, '')), 'float');
}

const toInt = (text: string, radix?: number): number => need(Number.parseInt(text.replace(currency, ''), radix), 'integer');

/** Path of an absolute address, as `new URL` gives it. */
function urlPath(text: string): string | undefined {
  const found = /^\s*([a-z][a-z\d+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/i.exec(text);
  if (found === null) return undefined;
  if (found[2] === '' && /^(https?|ftp|wss?)$/i.test(found[1] ?? '')) return undefined;
  const path = encodeURI(decodeSafely(found[3] ?? ''));
  return path === '' && found[2] !== undefined ? '/' : path;
}
const decodeSafely = (text: string): string => {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
};

type Text = (value: string, ...given: never[]) => unknown;
export const stringExtensions: Record<string, Text> = {
  hash: (text, algorithm: unknown) => hash(text, algorithm),
  removeMarkdown,
  removeTags: (text) => text.replace(/<[^>]*>?/gm, ''),
  toDate,
  toDateTime: (text, format?: unknown) => textToDateTime(text, format),
  toBoolean: (text) => text.length > 0 && !['false', 'no', '0'].includes(text.toLowerCase()),
  toNumber: (text) => need(Number(text.replace(currency, '')), 'number'),
  toFloat,
  toDecimalNumber: toFloat,
  toWholeNumber: (text) => toInt(text),
  toInt: (text, radix?: number) => toInt(text, radix),
  toSentenceCase,
  toSnakeCase: (text) =>
    text
      .toLocaleLowerCase()
      .replace(/[ -]/g, '_')
      .replace(/[\u2000-\u206F\u2E00-\u2E7F\\'!"#$%&()*+,./:;<=>?@[\]^`{|}~]/g, ''),
  toTitleCase: (text) => titleCase(text),
  urlDecode: (text, whole = false) => (whole ? decodeURI(text) : decodeURIComponent(text)),
  urlEncode: (text, whole = false) => (whole ? encodeURI(text) : encodeURIComponent(text)),
  quote: (text, mark = '"') => mark + text.replace(/\\/g, '\\\\').replaceAll(mark, `\\${mark}`) + mark,
  replaceSpecialChars: (text) => asciiOf(text),
  length: (text) => text.length,
  isDomain: (text) => domain.test(text),
  isEmail,
  isNumeric: (text) => !text.includes(' ') && !Number.isNaN(Number(text)) && !Number.isNaN(Number.parseFloat(text)),
  isUrl: (text) => wholeUrl.test(text),
  isEmpty: (text) => text === '',
  isNotEmpty: (text) => text !== '',
  toJsonString: (text) => JSON.stringify(text),
  extractEmail: (text) => email.exec(text)?.[0],
  extractDomain: (text) => (isEmail(text) ? email.exec(text)?.[1] : domainIn.exec(text)?.[1]),
  extractUrl: (text) => url.exec(text)?.[0],
  extractUrlPath: urlPath,
  parseJson,
  base64Encode: (text) => base64(utf8(text)),
  base64Decode: (text) => utf8Text(fromBase64Bytes(text)),
};
