// Words that are taken as they stand are what the library would have said.

import i18next from 'i18next';
import { expect, it } from 'vitest';
import { getT, type StringsOf } from './index.ts';

const catalogues = i18next.getDataByLanguage('en') as unknown as Record<StringsOf, Record<string, unknown>>;
const features = Object.keys(catalogues) as StringsOf[];

it('says what the library says, for every key of every feature', () => {
  let count = 0;
  for (const feature of features) {
    const [t, full] = [getT(feature), i18next.getFixedT(null, feature)] as unknown as ((key: string) => unknown)[];
    for (const key of Object.keys(catalogues[feature])) {
      expect(t?.(key), `${feature} ${key}`).toEqual(full?.(key));
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(1000);
});

it('leaves numbers, names and what it does not know to the library', () => {
  const t = getT('shell');
  expect([t('running', { count: 1 }), t('running', { count: 2 })]).toEqual([
    i18next.t('running', { ns: 'shell', count: 1 }),
    i18next.t('running', { ns: 'shell', count: 2 }),
  ]);
  expect(t('running', { count: 2 })).toContain('2');
  expect(t('no.such.key' as 'search')).toBe('no.such.key');
  expect(t('toString' as 'search')).toBe('toString');
});

it('gives the same words each time, so that what depends on them is not made anew', () => {
  expect(getT('chat')).toBe(getT('chat'));
});
