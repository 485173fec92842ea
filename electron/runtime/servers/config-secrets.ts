// Which texts of a foreign configuration are keys, and what stays in their place. Pure. Rather one text too many in the vault than
// one key in plain text: the person sees each in the preview.

import { type SecretName, secretName } from '../../../shared/model/ids.ts';

/** A key found in the text. Its value is never shown and never leaves the main side. */
export interface FoundKey {
  name: SecretName;
  place: string;
  value: string;
}

const secretWords =
  /(^|[_\-.])(key|apikey|token|secret|password|passwd|pwd|pass|pat|credential|credentials|auth|authorization|bearer|cookie|session|dsn|private|signature)([_\-.]|$)|api_?key|access_?key|_?token$|connection_?string|_pw$|^x-[a-z-]*(key|token)$/i;
/** Names with such a word that hold something else. */
const plainWords = /(path|file|dir|folder|url|uri|host|port|name|type|mode|region|scheme|method|ttl|timeout|limit|max|min)s?$/i;

/** The forms of well-known keys, wherever they stand. */
const shapes: readonly RegExp[] = [
  /^(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}$/,
  /^gh[pousr]_[A-Za-z0-9]{20,}$/,
  /^github_pat_[A-Za-z0-9_]{20,}$/,
  /^glpat-[A-Za-z0-9_-]{16,}$/,
  /^xox[abeoprs]-[A-Za-z0-9-]{10,}$/,
  /^(AKIA|ASIA)[A-Z0-9]{16}$/,
  /^AIza[A-Za-z0-9_-]{30,}$/,
  /^eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*$/,
  /^(secret|ntn|fc|tvly|BSA|hf|npm|pypi|dop_v1|shpat|sntrys|lin_api|pat|key|figd|ATATT)[-_]?[A-Za-z0-9_-]{20,}$/,
  /^-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

const isPlaceholder = (value: string): boolean =>
  value.trim() === '' ||
  /^(<.*>|\[.*\]|\{\{.*\}\}|x{3,}|\*{3,}|\.{3,}|your[-_ ].*|.*[-_ ]here|changeme|todo|none|null|true|false)$/i.test(value.trim());

/** A long text that is neither words nor a path: what a random key looks like. */
function looksRandom(value: string): boolean {
  if (value.length < 24 || value.length > 512 || /[\s/\\]/.test(value.slice(0, -2)) || /^[a-z-]+$/i.test(value)) return false;
  const counts = new Map<string, number>();
  for (const each of value) counts.set(each, (counts.get(each) ?? 0) + 1);
  const bits = [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
  return bits > 3.6 && /\d/.test(value) && /[a-z]/i.test(value);
}

export function isSecretText(name: string, value: string): boolean {
  if (isPlaceholder(value) || value.includes('${') || /^\$[A-Z_][A-Z0-9_]*$/.test(value)) return false;
  if (shapes.some((shape) => shape.test(value))) return true;
  if (isSecretName(name)) return true;
  return looksRandom(value);
}

/** By its name alone, for a value that is still missing. */
export const isSecretName = (name: string): boolean => secretWords.test(name) && !plainWords.test(name);

/** A name for the vault: the variable's own where it says enough, else with the server's name before it. */
export function secretNameFor(server: string, place: string, taken: ReadonlySet<string>): SecretName {
  const plain = place
    .slice(0, 500)
    .replace(/^-+/, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z]+|[-.]+$/g, '')
    .toLowerCase()
    .replaceAll('_', '-');
  const own = server
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const says = plain.includes(own) && own !== '' ? plain : `${own === '' ? 'server' : own}-${plain === '' ? 'key' : plain}`;
  const base = says.slice(0, 56);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(name)) return secretName.parse(name);
  }
}

/**
 * The parts of a web address that are keys: user and password, and queries named like one; of a server's own address also what looks
 * like one in its path, where many services put it.
 */
export function keysInAddress(url: string, withPath = false): { start: number; end: number; place: string }[] {
  const found: { start: number; end: number; place: string }[] = [];
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@\s]*:)([^/?#@\s]+)@/i.exec(url);
  if (userInfo?.[2] !== undefined && !userInfo[2].includes('${')) {
    const start = userInfo[0].length - 1 - userInfo[2].length;
    found.push({ start, end: start + userInfo[2].length, place: 'password' });
  }
  const user = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@:\s]+)@/i.exec(url);
  if (user?.[1] !== undefined && isSecretText('', user[1])) {
    const start = user[0].length - 1 - user[1].length;
    found.push({ start, end: start + user[1].length, place: 'user' });
  }
  if (withPath) found.push(...keysInPath(url));
  const query = url.indexOf('?');
  if (query >= 0)
    for (const match of url.slice(query).matchAll(/[?&]([^=&#]+)=([^&#]+)/g)) {
      const [whole, name = '', value = ''] = match;
      if (!isSecretText(name, decode(value))) continue;
      const start = query + match.index + whole.length - value.length;
      found.push({ start, end: start + value.length, place: name });
    }
  return found;
}

function keysInPath(url: string): { start: number; end: number; place: string }[] {
  const begin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0].length ?? url.length;
  const path = url.slice(begin).replace(/[?#].*$/s, '');
  return [...path.matchAll(/[^/]+/g)].flatMap(({ 0: part, index }) =>
    isSecretText('', decode(part)) ? [{ start: begin + index, end: begin + index + part.length, place: 'path' }] : [],
  );
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
