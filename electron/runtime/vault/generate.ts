// New passwords, drawn without bias: a random number that would favour some choices is drawn again.

import { AppError } from '../../../shared/errors.ts';
import type { GeneratorOptions } from '../../../shared/model/vault.ts';
import { classesOf } from '../../../shared/model/vault-strength.ts';
import { words } from './words.ts';

/** A whole number from 0 to below `size` (at most 65,536), each as likely as the others. */
export function below(size: number): number {
  const limit = 65_536 - (65_536 % size);
  const drawn = new Uint16Array(1);
  for (;;) {
    crypto.getRandomValues(drawn);
    const number = drawn[0] ?? 0;
    if (number < limit) return number % size;
  }
}

/** Throws `generator-empty` when no class of characters is chosen. */
export function generateSecret(options: GeneratorOptions): string {
  if (options.kind === 'words') return Array.from({ length: options.words }, () => words[below(words.length)]).join(options.separator);
  const classes = classesOf(options);
  const all = classes.join('');
  if (all === '')
    throw new AppError('generator-empty', 'No kind of character is chosen.', { hint: 'Choose at least one.', place: 'generate' });
  // Sites ask for one of each. Drawing the whole again keeps every fitting text as likely as the others.
  for (;;) {
    const text = Array.from({ length: options.length }, () => all[below(all.length)]).join('');
    if (classes.every((signs) => [...text].some((sign) => signs.includes(sign)))) return text;
  }
}
