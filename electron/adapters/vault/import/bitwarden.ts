// Bitwarden's JSON export: logins, secure notes and SSH keys come along; cards and identities are told as left out.

import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { clean, type Foreign, type ForeignEntry, login } from './foreign-entry.ts';

const text = z.string().nullish();
const item = z.object({
  type: z.number(),
  name: text,
  notes: text,
  login: z.object({ uris: z.array(z.object({ uri: text })).nullish(), username: text, password: text, totp: text }).nullish(),
  sshKey: z.object({ privateKey: text }).nullish(),
  fields: z.array(z.object({ name: text, value: text, type: z.number().nullish() })).nullish(),
});
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
    const title = clean(one.success ? (one.data.name ?? '') : '');
    if (!one.success) skipped.push({ title, reason: 'The entry is not as Bitwarden writes it.' });
    else take(one.data, title, entries, skipped);
  }
  return { format: 'Bitwarden (JSON)', entries, skipped };
}

const names: Record<number, string> = { 3: 'A card', 4: 'An identity' };

function take(one: z.infer<typeof item>, title: string, entries: ForeignEntry[], skipped: Foreign['skipped']): void {
  const note = one.notes ?? '';
  // Bitwarden's own hidden fields become entries beside it: ours have fixed fields.
  for (const field of one.fields ?? [])
    if (field.type === 1 && (field.value ?? '') !== '')
      entries.push({ title: clean(`${title} ${field.name ?? ''}`), kind: 'token', values: { value: field.value ?? '' }, note: '' });
  if (one.type === 1 && one.login)
    entries.push(
      login(
        title,
        { username: one.login.username ?? '', password: one.login.password ?? '', totp: one.login.totp ?? '' },
        one.login.uris?.[0]?.uri ?? '',
        note,
      ),
    );
  else if (one.type === 2) entries.push({ title, kind: 'note', values: { text: note }, note: '' });
  else if (one.type === 5 && one.sshKey)
    entries.push({ title, kind: 'key-file', values: { content: one.sshKey.privateKey ?? '' }, note: note.slice(0, 500) });
  else skipped.push({ title, reason: `${names[one.type] ?? 'An entry of a kind that is not known here'} cannot be taken in.` });
}
