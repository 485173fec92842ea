// Safe, unique names for entries that come from elsewhere. Pure.

import { type SecretName, secretName } from '../../../../shared/model/ids.ts';

const plain = (title: string): string => {
  // The beginning alone: the patterns below take hours for a million dots.
  const text = title
    .slice(0, 500)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/^https?:\/\/(www\.)?/i, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .replace(/[-.]+$/, '')
    .slice(0, 56);
  return text === '' ? 'secret' : text;
};

/** The same title twice in a file gives `name` and `name-2`. */
export function nameFinder(): (title: string) => SecretName {
  const taken = new Set<string>();
  return (title) => {
    const base = plain(title);
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${base}-${n}`;
    taken.add(name.toLowerCase());
    return secretName.parse(name);
  };
}
