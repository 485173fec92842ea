import { describe, expect, it } from 'vitest';
import { isNotLoaded } from './page-load.ts';

describe('a page whose file cannot be fetched', () => {
  it.each([
    'Failed to fetch dynamically imported module: http://127.0.0.1:4173/assets/security.js',
    'Importing a module script failed.',
    'error loading dynamically imported module: http://127.0.0.1:4173/assets/security.js',
    'Unable to preload CSS for http://127.0.0.1:4173/assets/security.css',
  ])('is told from one that broke: %s', (message) => expect(isNotLoaded(message)).toBe(true));

  it('is not what any other fault is taken for', () => {
    expect(isNotLoaded("Cannot read properties of undefined (reading 'css')")).toBe(false);
  });
});
