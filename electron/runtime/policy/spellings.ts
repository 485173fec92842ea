// What one text can be taken for by whoever reads it: decoded once or often, over-long UTF-8, other slashes and dots, signs that are left
// out, a NUL that ends it, an address as browsers and as other programs read it. Pure. A grant that allows must hold for all of them;
// one that forbids holds for any.

/** More often than anybody encodes. */
const maxRounds = 6;

/** The text, and what it is after each decoding. `isEndless`: it could be decoded further. */
export function decodings(text: string): { all: string[]; isEndless: boolean } {
  const all = [text];
  let last = text;
  for (let round = 0; round < maxRounds; round += 1) {
    const next = decoded(last);
    if (next === last) return { all, isEndless: false };
    all.push(next);
    last = next;
  }
  return { all, isEndless: decoded(last) !== last };
}

const decoded = (text: string): string =>
  text.includes('%')
    ? text
        .replaceAll(/%u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) =>
          fromBytes(
            run
              .slice(1)
              .split('%')
              .map((each) => Number.parseInt(each, 16)),
          ),
        )
    : text;

/** As UTF-8, over-long forms too, as lenient readers take them; any other byte is the sign of its number. */
function fromBytes(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const more = first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc0 && first < 0xe0 ? 1 : 0;
    const rest = bytes.slice(at + 1, at + 1 + more);
    if (rest.length < more || rest.some((byte) => (byte & 0xc0) !== 0x80)) {
      text += String.fromCharCode(first);
      at += 1;
      continue;
    }
    const code = rest.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), more === 0 ? first : first & (0x3f >> more));
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    at += 1 + more;
  }
  return text;
}

/** Without signs that readers leave out, with one kind of slash and dot. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .normalize('NFKC')
    .replaceAll(/[\\\u2044\u2215\u29f8]/g, '/');

/** A part that is `..` to somebody: with spaces, with parameters, behind a drive. */
const up = /(?:^|[/:])\s*\.\s*\.\s*(?:;[^/]*)?(?=[/?#]|$)/;

/** A thousand grants in a row look at the same argument. */
function remembered<T>(work: (text: string) => T): (text: string) => T {
  let last: { text: string; answer: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, answer: work(text) };
    return last.answer;
  };
}

/** Whether it goes up a folder in any reading, ends early in one, or has no end of readings. */
export const goesUp = remembered((text: string): boolean => {
  const { all, isEndless } = decodings(text);
  return isEndless || all.some((each) => each.includes('\0') || up.test(plain(each)));
});

/** Everything that it can be taken for, for what forbids. */
export const readings = remembered((text: string): readonly string[] => {
  const found = new Set<string>();
  for (const each of decodings(text).all)
    for (const one of [each, each.split('\0', 1)[0] ?? '', asAddress(each) ?? '']) {
      found.add(one);
      found.add(followed(plain(one)));
      found.add(followed(plain(one)).replace(/[?#].*$/s, ''));
    }
  found.delete('');
  return [...found];
});

/** As a path or an address with `.`, `..` and empty parts is followed. */
function followed(text: string): string {
  const [, start = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*|[a-z]:)?(.*)$/is.exec(text) ?? [];
  const isRooted = rest.startsWith('/');
  const kept: string[] = [];
  for (const part of rest.split('/')) {
    const name = part.trim().replace(/^(\.{1,2});.*$/, '$1');
    if (name === '..') kept.pop();
    else if (name !== '.' && part !== '') kept.push(part);
  }
  const isFolder = kept.length > 0 && rest.endsWith('/');
  return `${start}${isRooted || start.includes('://') ? '/' : ''}${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** As browsers and Node read it, without who signs in and without a last dot of the host. */
function asAddress(text: string): string | undefined {
  if (!/^\s*[a-z][a-z0-9+.-]*:/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.host === '') return undefined;
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${withoutLastDots(url.hostname)}${port}${url.pathname}${url.search}${url.hash}`;
}

/** By hand: a pattern takes hours for a host of a million dots. */
function withoutLastDots(host: string): string {
  let end = host.length;
  while (host[end - 1] === '.') end -= 1;
  return host.slice(0, end);
}

/**
 * Where a reader of RFC 3986 goes, who takes a backslash for part of the name and what is before the last `@` for who signs in; undefined
 * where browsers and other programs read the same.
 */
export function otherHost(address: string): string | undefined {
  const authority = /^\s*[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(address)?.[1] ?? '';
  if (/^[a-z0-9._-]+(?::\d+)?$|^\[[0-9a-f:.]+\](?::\d+)?$/i.test(authority)) return undefined;
  return (authority.split('@').at(-1) ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\s]/gu, '')
    .replace(/:\d*$/, '')
    .toLowerCase();
}

const addressStart = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Of an address that fits a pattern with a star: whether the star stands for more than what a person sees there. In the host it stands for
 * one or more names of that host and never ends it; before a further word it hides that word in no query or fragment.
 */
export function starLeadsAway(pattern: string, text: string, matches: (pattern: string, text: string) => boolean): boolean {
  const scheme = addressStart.exec(pattern)?.[0];
  if (scheme === undefined) return false;
  if (/[\p{Cc}\s]/u.test(text)) return true;
  const [wanted, given] = [partsOf(pattern.slice(scheme.length)), partsOf(text.slice(scheme.length))];
  if (wanted.host === '*' && wanted.rest === '') return false;
  // `https://a.org*` is what lies on that host, not another whose name begins with it.
  const host = wanted.rest === '' && /[^.:*]\*$/.test(wanted.host) ? wanted.host.slice(0, -1) : wanted.host;
  if (/[@\\%]/.test(given.host) || !matches(host, given.host)) return true;
  return !pattern.endsWith('*') && /[?#]/.test(given.rest) && !/[?#]/.test(wanted.rest);
}

function partsOf(address: string): { host: string; rest: string } {
  const end = address.search(/[/?#]/);
  return end === -1 ? { host: address, rest: '' } : { host: address.slice(0, end), rest: address.slice(end) };
}
