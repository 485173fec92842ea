// One entry of another program's file, and how its texts become ours. Pure.

import type { SecretKind, SecretValues } from '../../../../shared/model/vault.ts';

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

export const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).hostname : '');
/** Titles are shown: no control signs, and not without end. */
export const clean = (title: string): string =>
  title
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
