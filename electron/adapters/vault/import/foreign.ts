// What files of browsers and password managers hold, as entries of ours. Throws only for a file that is none of them; a row that
// cannot be taken is told with its reason, never with its content.

import { AppError } from '../../../../shared/errors.ts';
import { fromBitwarden, isBitwarden } from './bitwarden.ts';
import { decryptBitwarden, isEncryptedBitwarden } from './bitwarden-crypto.ts';
import { parseCsv } from './csv.ts';
import { clean, type Foreign, type ForeignEntry, hostOf, login } from './foreign-entry.ts';

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
    totp: [],
    note: ['note', 'notes'],
  },
];

function fromCsv(text: string): Foreign {
  const [head = [], ...rows] = parseCsv(text);
  const header = head.map((cell) => cell.trim().toLowerCase());
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
    else if (type === 'note') entries.push({ title: clean(title), kind: 'note', values: { text: note }, note: '' });
    else
      entries.push(
        login(
          title,
          { username: cell(columns.username), password: cell(columns.password), totp: cell(columns.totp) },
          cell(columns.address),
          note,
        ),
      );
  }
  return { format: columns.format, entries, skipped };
}

const unknown = (cause?: unknown): AppError =>
  new AppError('import-unknown', 'This is not an export that Orrery knows.', {
    hint: 'Choose a CSV of Chrome, Firefox, 1Password or Bitwarden, or a JSON export of Bitwarden.',
    place: 'file',
    cause,
  });
