// One entry of another program's file, and how its texts become ours. Pure.

import type { SecretKind, SecretValues } from '../../../../shared/model/vault.ts';
import { periodOf } from '../totp.ts';

export interface ForeignEntry {
  title: string;
  kind: SecretKind;
  values: SecretValues;
  note: string;
  address?: string;
}
export interface Foreign {
  format: string;
  entries: ForeignEntry[];
  skipped: { title: string; reason: string }[];
}

export const login = (
  title: string,
  values: Pick<SecretValues, 'username' | 'password' | 'totp'>,
  address: string,
  note: string,
): ForeignEntry => ({
  title: clean(title === '' ? hostOf(address) : title),
  kind: 'login',
  values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')),
  note: note.slice(0, 500),
  ...(address === '' ? {} : { address: address.slice(0, 2000) }),
});

/** What ours has no field for, a line each; empty ones are left out. */
export type Lines = [name: string, value: string][];
const textOf = (lines: Lines): string => lines.map(([name, value]) => (name === '' ? value : `${name}: ${value}`)).join('\n');
const filled = (lines: Lines): Lines => lines.filter(([, value]) => value.trim() !== '');

export const noteWith = (title: string, text: string, lines: Lines): ForeignEntry => ({
  title: clean(title),
  kind: 'note',
  values: { text: [text, textOf(filled(lines))].filter((part) => part !== '').join('\n') },
  note: '',
});

/**
 * A login, and beside it a sealed note of what has no field in ours: nothing is lost. One without a password and one-time codes is a note,
 * or nothing at all.
 */
export function loginWith(
  title: string,
  { username = '', password = '', totp = '' }: Pick<SecretValues, 'username' | 'password' | 'totp'>,
  address: string,
  given: { note: string; lines: Lines },
): ForeignEntry[] {
  const isLong = given.note.length > shownNote;
  const isKnown = totp === '' || isUsable(totp);
  const more = filled([
    ...given.lines,
    ['One-time codes, of a kind that is not known here', isKnown ? '' : totp],
    ['', isLong ? given.note : ''],
  ]);
  const named = title === '' ? hostOf(address) || username : title;
  if (password === '' && (totp === '' || !isKnown)) {
    const text = isLong ? '' : given.note;
    return text === '' && more.length === 0 ? [] : [noteWith(named, text, [['Username', username], ['Address', address], ...more])];
  }
  const entry = login(named, { username, password, totp: isKnown ? totp : '' }, address, isLong ? '' : given.note);
  return more.length === 0 ? [entry] : [entry, noteWith(`${named} more`, '', more)];
}

/** What is said of an entry is shown with its name, and that is short. */
const shownNote = 500;

function isUsable(seed: string): boolean {
  try {
    return periodOf(seed) > 0;
  } catch {
    return false; // its text is kept in the note beside
  }
}

export const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).hostname : '');
/** Titles are shown: no control signs, and not without end. */
export const clean = (title: string): string =>
  title
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
