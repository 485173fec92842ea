import { describe, expect, it } from 'vitest';
import { type PaletteEntry, scoreOf, sections } from './palette-entries.ts';

const entry = (group: PaletteEntry['group'], title: string, more: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: `${group}:${title}`,
  group,
  icon: 'x',
  title,
  run: () => undefined,
  ...more,
});

describe('scoreOf', () => {
  it('prefers the start of the title, then the start of a word, then words in any order', () => {
    expect(scoreOf({ title: 'Folder digest' }, 'fold')).toBeGreaterThan(scoreOf({ title: 'Inbox folder' }, 'fold'));
    expect(scoreOf({ title: 'Inbox folder' }, 'fold')).toBeGreaterThan(scoreOf({ title: 'Digest of a folder' }, 'folder digest'));
  });
  it('finds words out of order and without their accents', () => {
    expect(scoreOf({ title: 'Résumé of the week' }, 'week resume')).toBeGreaterThan(0);
  });
  it('says no when a word is missing', () => {
    expect(scoreOf({ title: 'Folder digest', text: 'Workflow' }, 'folder invoice')).toBe(0);
  });
});

describe('sections', () => {
  it('puts the group with the best hit first', () => {
    const found = sections([entry('goto', 'Memory'), entry('workflows', 'Tidy memory cards'), entry('ask', 'Ask Librarian')], 'memory');
    expect(found.map(({ group }) => group)).toEqual(['goto', 'workflows', 'ask']);
  });
  it('keeps asking before finds that only the host saw', () => {
    const found = sections([entry('find', 'You use ISO dates', { isFound: true }), entry('ask', 'Ask Librarian')], 'file names');
    expect(found.map(({ group }) => group)).toEqual(['ask', 'find']);
  });
  it('drops what does not fit', () => {
    expect(sections([entry('goto', 'Runs')], 'zzz')).toEqual([]);
  });
});
