// What files of browsers and password managers hold, as entries of ours. Throws only for a file that is none of them; a row that
// cannot be taken is told with its reason, never with its content.

import { AppError } from '../../../../shared/errors.ts';
import { fromBitwarden, isBitwarden } from './bitwarden.ts';
import { decryptBitwarden, isEncryptedBitwarden } from './bitwarden-crypto.ts';
import { parseCsv } from './csv.ts';
import { clean, type Foreign, type ForeignEntry, hostOf, loginWith, noteWith } from './foreign-entry.ts';

/** Throws `import-unknown`, `csv-broken`, `password-needed`, `wrong-password`, `import-unsupported`. */
export async function readForeign(text: string, password: string | undefined): Promise<Foreign> {
  const trimmed = text.replace(/^\uFEFF/, '').trimStart();
  if (trimmed.startsWith('{')) {
    let value: unknown;
    try {
      value = JSON.parse(trimmed);
    } catch (error) {
      throw unknown(error);
    }
    if (isEncryptedBitwarden(value))
      return { ...fromBitwarden(JSON.parse(await decryptBitwarden(value, password))), format: 'Bitwarden (JSON, encrypted)' };
    if (isBitwarden(value)) return fromBitwarden(value);
    throw unknown();
  }
  if (elsewhere.some(([is]) => is(text))) throw unknown(undefined, text);
  return fromCsv(trimmed);
}

/** By header names in lower case; the first that is there counts. */
interface Columns {
  format: string;
  is(header: readonly string[]): boolean;
  title: string[];
  address: string[];
  username: string[];
  password: string[];
  totp: string[];
  note: string[];
}
const known: Columns[] = [
  {
    format: 'KeePass (CSV)',
    is: isKeePass,
    title: ['account'],
    address: ['web site'],
    username: ['login name'],
    password: ['password'],
    totp: [],
    note: ['comments'],
  },
  {
    format: 'KeePassXC (CSV)',
    is: (header) => ['group', 'title', 'username', 'password', 'url'].every((name) => header.includes(name)),
    title: ['title'],
    address: ['url'],
    username: ['username'],
    password: ['password'],
    totp: ['totp'],
    note: ['notes'],
  },
  {
    format: 'LastPass (CSV)',
    is: (header) => ['url', 'password', 'extra', 'grouping'].every((name) => header.includes(name)),
    title: ['name', 'url'],
    address: ['url'],
    username: ['username'],
    password: ['password'],
    totp: ['totp'],
    note: ['extra'],
  },
  {
    format: 'Bitwarden (CSV)',
    is: (header) => header.includes('login_password') && header.includes('name'),
    title: ['name'],
    address: ['login_uri'],
    username: ['login_username'],
    password: ['login_password'],
    totp: ['login_totp'],
    note: ['notes'],
  },
  {
    format: 'Firefox (CSV)',
    is: (header) => header.includes('formactionorigin') && header.includes('password'),
    title: ['url'],
    address: ['url'],
    username: ['username'],
    password: ['password'],
    totp: [],
    note: [],
  },
  {
    format: 'Apple Passwords (CSV)',
    is: (header) => ['title', 'url', 'password', 'otpauth'].every((name) => header.includes(name)) && !header.includes('favorite'),
    title: ['title'],
    address: ['url'],
    username: ['username'],
    password: ['password'],
    totp: ['otpauth'],
    note: ['notes'],
  },
  {
    format: '1Password (CSV)',
    is: (header) =>
      header.includes('title') &&
      header.includes('password') &&
      (header.includes('otpauth') || header.includes('favorite') || header.includes('notes')),
    title: ['title'],
    address: ['url', 'website', 'urls'],
    username: ['username'],
    password: ['password'],
    totp: ['otpauth', 'one-time password'],
    note: ['notes'],
  },
  {
    format: 'Chrome (CSV)',
    is: (header) => ['url', 'username', 'password'].every((name) => header.includes(name)),
    title: ['name', 'url'],
    address: ['url'],
    username: ['username'],
    password: ['password'],
    totp: ['totp', 'otpauth'],
    note: ['note', 'notes'],
  },
];

function isKeePass(header: readonly string[]): boolean {
  return ['account', 'login name', 'password', 'web site'].every((name) => header.includes(name));
}
const headerOf = (rows: readonly string[][]): string[] => (rows[0] ?? []).map((cell) => cell.trim().toLowerCase());

function fromCsv(text: string): Foreign {
  const first = parseCsv(text.slice(0, text.search(/[\r\n]|$/)));
  const [head = [], ...rows] = parseCsv(text, { backslash: isKeePass(headerOf(first)) });
  const header = headerOf([head]);
  const columns = known.find((each) => each.is(header));
  if (columns === undefined) throw unknown();
  const entries: ForeignEntry[] = [];
  const skipped: Foreign['skipped'] = [];
  for (const row of rows) {
    const cell = (names: readonly string[]): string => {
      const at = names.map((name) => header.indexOf(name)).find((index) => index !== -1);
      return at === undefined ? '' : (row[at] ?? '');
    };
    const title = cell(columns.title) || hostOf(cell(columns.address));
    const type = cell(['type']);
    const note = cell(columns.note);
    if (row.length !== header.length)
      skipped.push({ title: clean(title), reason: 'The row has another number of cells than the heading.' });
    // LastPass says so of its notes by their address.
    else if (type === 'note' || cell(columns.address) === 'http://sn') entries.push(noteWith(title, note, []));
    else {
      const values = { username: cell(columns.username), password: cell(columns.password), totp: cell(columns.totp) };
      const found = loginWith(title, values, cell(columns.address), { note, lines: [] });
      if (found.length === 0) skipped.push({ title: clean(title), reason: 'There is no password in it.' });
      entries.push(...found);
    }
  }
  return { format: columns.format, entries, skipped };
}

/** By how a file begins: what of other programs is no export that can be read, and how to make one. */
const elsewhere: [is: (text: string) => boolean, what: string, how: string][] = [
  [
    (text) => text.startsWith('\u0003\uFFFD'),
    'a KeePass database',
    'In KeePass choose File → Export → KeePass CSV (1.x); in KeePassXC, Database → Export → CSV.',
  ],
  [(text) => text.slice(0, 500).includes('<KeePassFile'), 'an XML export of KeePass', 'In KeePass choose KeePass CSV (1.x) as the format.'],
  [
    (text) => text.startsWith('PK\u0003\u0004'),
    'a zip archive, such as a .1pux of 1Password or an export of Bitwarden with attachments',
    'In 1Password export as CSV; in Bitwarden as .json; or unpack it and choose the .json in it.',
  ],
];

function unknown(cause?: unknown, text = ''): AppError {
  const other = elsewhere.find(([is]) => is(text));
  return new AppError('import-unknown', other === undefined ? 'This is not an export that Orrery knows.' : `This is ${other[1]}.`, {
    hint:
      other?.[2] ??
      'Choose a CSV of Chrome, Edge, Firefox, Apple Passwords, 1Password, Bitwarden, KeePass, KeePassXC or LastPass, or a JSON export of Bitwarden.',
    place: 'file',
    cause,
  });
}
