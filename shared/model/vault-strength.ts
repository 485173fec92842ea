// A cautious estimate of how hard a value is to guess, and what a generated one is worth. Pure; the page uses it while a person
// types, the vault when it stores.

import type { GeneratorOptions } from './vault.ts';

/** How many words the generator chooses from. */
export const wordCount = 1024;

export const alphabets = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  signs: '!#$%&*+-./:;<=>?@^_~',
} as const;
const alike = /[0Oo1lI]/g;

/** The characters of each class that is chosen. */
export const classesOf = (options: Extract<GeneratorOptions, { kind: 'characters' }>): string[] =>
  (['lower', 'upper', 'digits', 'signs'] as const)
    .filter((name) => options[name])
    .map((name) => (options.clear ? alphabets[name].replace(alike, '') : alphabets[name]));

/** In bits; 0 when nothing is chosen. */
export function entropyOf(options: GeneratorOptions): number {
  if (options.kind === 'words') return options.words * Math.log2(wordCount);
  const size = classesOf(options).join('').length;
  return size === 0 ? 0 : options.length * Math.log2(size);
}

/** 0 (guessed at once) to 4 (out of reach). */
export const strengthOfBits = (bits: number): number => (bits < 28 ? 0 : bits < 40 ? 1 : bits < 60 ? 2 : bits < 80 ? 3 : 4);

/** Repetitions and runs (aaaa, 1234, abcd) count once, well-known beginnings hardly at all. */
export function strengthOf(value: string): number {
  const known = value.toLowerCase().replace(/(password|passwort|qwerty|letmein|welcome|admin|secret|iloveyou|dragon|monkey)/g, '*');
  let free = 0;
  for (let i = 0; i < known.length; i += 1) {
    const step = i === 0 ? Number.NaN : known.charCodeAt(i) - known.charCodeAt(i - 1);
    free += Math.abs(step) <= 1 ? 0.25 : 1;
  }
  const size =
    (/[a-z]/.test(value) ? 26 : 0) + (/[A-Z]/.test(value) ? 26 : 0) + (/\d/.test(value) ? 10 : 0) + (/[^A-Za-z0-9]/.test(value) ? 32 : 0);
  return strengthOfBits(free * Math.log2(Math.max(2, size)));
}
