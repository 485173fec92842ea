// Bitwarden's JSON export: logins, notes, cards, identities and SSH keys. What ours has no field for comes as a sealed note beside; a
// passkey, which no export can give away whole, is told as left out.

import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { clean, type Foreign, type ForeignEntry, hostOf, type Lines, loginWith, noteWith } from './foreign-entry.ts';

const text = z.string().nullish();
/** Its parts are texts, and nothing is a text that is not there. */
const texts = z.record(z.string(), z.unknown());
const item = z.object({
  type: z.number(),
  name: text,
  notes: text,
  login: z
    .object({
      uris: z.array(z.object({ uri: text })).nullish(),
      username: text,
      password: text,
      totp: text,
      fido2Credentials: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  card: texts.nullish(),
  identity: texts.nullish(),
  sshKey: z.object({ privateKey: text }).nullish(),
  fields: z.array(z.object({ name: text, value: text, type: z.number().nullish() })).nullish(),
});
type Item = z.infer<typeof item>;
const exported = z.object({ encrypted: z.literal(false).optional(), items: z.array(z.unknown()).max(100_000) });

export const isBitwarden = (value: unknown): boolean => exported.safeParse(value).success;

export function fromBitwarden(value: unknown): Foreign {
  const parsed = exported.safeParse(value);
  if (!parsed.success)
    throw new AppError('import-unknown', 'The export holds no list of entries.', {
      hint: 'Export it again from Bitwarden.',
      place: 'file',
    });
  const entries: ForeignEntry[] = [];
  const skipped: Foreign['skipped'] = [];
  for (const each of parsed.data.items) {
    const one = item.safeParse(each);
    if (one.success) take(one.data, clean(one.data.name ?? ''), entries, skipped);
    else skipped.push({ title: titleIn(each), reason: 'The entry is not as Bitwarden writes it.' });
  }
  return { format: 'Bitwarden (JSON)', entries, skipped };
}

/** Of an entry that cannot be read otherwise. */
const titleIn = (each: unknown): string => {
  const name = typeof each === 'object' && each !== null && 'name' in each ? each.name : undefined;
  return clean(typeof name === 'string' ? name : '');
};

/** What an entry without a name is called. */
const kinds: Record<number, string> = { 1: 'Login', 2: 'Note', 3: 'Card', 4: 'Identity', 5: 'SSH key' };
/** `cardholderName` is shown as “Cardholder name”. */
const partName = (key: string): string => {
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const linesOf = (part: Record<string, unknown> | null | undefined): Lines =>
  Object.entries(part ?? {}).flatMap(([key, value]): Lines => (typeof value === 'string' ? [[partName(key), value]] : []));
const hidden = 1;

function take(one: Item, name: string, entries: ForeignEntry[], skipped: Foreign['skipped']): void {
  const title = name || (one.type === 1 ? '' : (kinds[one.type] ?? ''));
  const note = one.notes ?? '';
  const fields = (one.fields ?? []).filter((field) => (field.value ?? '') !== '');
  // Hidden fields become entries of their own, which can be used by name; the others go with the rest that ours has no field for.
  const lines = fields.filter(({ type }) => type !== hidden).map((field): Lines[number] => [field.name ?? '', field.value ?? '']);
  const before = entries.length;
  for (const field of fields)
    if (field.type === hidden)
      entries.push({
        title: clean(`${name || nameOf(one)} ${field.name ?? ''}`),
        kind: 'token',
        values: { value: field.value ?? '' },
        note: '',
      });
  switch (one.type) {
    case 1:
      entries.push(...ofLogin(one, title, note, lines));
      if ((one.login?.fido2Credentials ?? []).length > 0)
        skipped.push({ title: title || nameOf(one), reason: 'Its passkey cannot be taken along: it stays in Bitwarden.' });
      break;
    case 2:
    case 3:
    case 4:
      if (note !== '' || [...linesOf(one.card), ...linesOf(one.identity), ...lines].some(([, value]) => value !== ''))
        entries.push(noteWith(title, note, [...linesOf(one.card), ...linesOf(one.identity), ...lines]));
      break;
    case 5:
      if ((one.sshKey?.privateKey ?? '') !== '')
        entries.push({ title, kind: 'key-file', values: { content: one.sshKey?.privateKey ?? '' }, note: note.slice(0, 500) });
      if (lines.length > 0) entries.push(noteWith(`${title} more`, '', lines));
      break;
    default:
      skipped.push({ title, reason: 'An entry of a kind that is not known here cannot be taken in.' });
      return;
  }
  if (entries.length === before) skipped.push({ title: title || nameOf(one), reason: 'There is nothing secret in it.' });
}

/** Of one without a name: where it is for, or who. */
const nameOf = ({ type, login }: Item): string =>
  clean(hostOf(login?.uris?.[0]?.uri ?? '') || (login?.username ?? '') || (kinds[type] ?? ''));

/** Also one without its login part, which may hold a note. */
function ofLogin(one: Item, title: string, note: string, lines: Lines): ForeignEntry[] {
  const { username, password, totp } = one.login ?? {};
  const uris = (one.login?.uris ?? []).flatMap(({ uri }) => (uri === null || uri === undefined || uri === '' ? [] : [uri]));
  // A page's address before that of an app.
  const address = uris.find((uri) => /^https?:/i.test(uri)) ?? uris[0] ?? '';
  const others = uris.filter((uri) => uri !== address).map((uri): Lines[number] => ['Address', uri]);
  const values = { username: username ?? '', password: password ?? '', totp: totp ?? '' };
  return loginWith(title || nameOf(one), values, address, { note, lines: [...others, ...lines] });
}
