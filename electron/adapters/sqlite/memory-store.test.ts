import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MemoryId } from '../../../shared/model/ids.ts';
import type { MemoryItem } from '../../../shared/model/memory.ts';
import { markEnd, markStart } from './full-text.ts';
import { withStore } from './test-support.ts';

let clock = 0;
const item = (id: string, text: string, more: Partial<MemoryItem> = {}): MemoryItem => {
  clock += 1;
  return { id: id as MemoryId, text, tags: [], source: { kind: 'person' }, createdAt: clock, updatedAt: clock, ...more };
};

test('an item with the same key takes the place of the one before, keeping its id', () =>
  withStore(({ store: { memory } }) => {
    const first = memory.put(item('a', 'old words', { key: 'k', tags: ['x', 'y', 'x'] }));
    expect(first.tags).toEqual(['x', 'y']);
    const second = memory.put(item('b', 'new words', { key: 'k', tags: ['z'] }));
    expect(second).toMatchObject({ id: 'a', text: 'new words', createdAt: first.createdAt });
    expect(memory.get('a' as MemoryId)).toEqual(second);
    expect(memory.findByKey('k')).toEqual(second);
    expect(memory.list({ limit: 5 }).total).toBe(1);
    expect(memory.tags()).toEqual([{ tag: 'z', count: 1 }]);
    expect(memory.search('old', 5)).toEqual([]);
    expect(memory.search('new', 5)).toHaveLength(1);
  }));

test('an item that is edited to the key of another stays itself', () =>
  withStore(({ store: { memory } }) => {
    memory.put(item('a', 'one', { key: 'k' }));
    const b = memory.put(item('b', 'two'));
    expect(memory.put({ ...b, key: 'k' }).id).toBe('b');
    expect(memory.get('a' as MemoryId)).toBeUndefined();
    expect(memory.findByKey('k')?.id).toBe('b');
  }));

test('all words first, then some of them; stop words never widen it; other forms of a word match', () =>
  withStore(({ store: { memory } }) => {
    memory.put(item('both', 'The invoice of the plumber is paid'));
    memory.put(item('one', 'Invoices are due on Friday'));
    memory.put(item('none', 'What is the weather of the day'));
    const hits = memory.search('what is the invoice of the plumber', 10);
    expect(hits.map((hit) => hit.id)).toEqual(['both', 'one']);
    expect(hits[0]?.snippet).toContain(`${markStart}invoice${markEnd}`);
    expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? Number.POSITIVE_INFINITY);
    expect(memory.search('what is the', 10).map((hit) => hit.id)).toEqual(['none']);
  }));

test('tags and the title of the source are searched too, and a tag narrows', () =>
  withStore(({ store: { memory } }) => {
    memory.put(item('a', 'text', { tags: ['travel'], source: { kind: 'conversation', conversation: 'c', title: 'Lisbon' } }));
    memory.put(item('b', 'Lisbon text'));
    expect(memory.search('lisbon', 5).map((hit) => hit.id)).toEqual(['b', 'a']);
    expect(memory.search('lisbon', 5, 'travel').map((hit) => hit.id)).toEqual(['a']);
    expect(memory.search('travel', 5).map((hit) => hit.id)).toEqual(['a']);
    expect(memory.list({ limit: 5, tag: 'travel' })).toMatchObject({ total: 1, items: [{ id: 'a' }] });
    expect(memory.list({ limit: 1, before: memory.get('b' as MemoryId)?.updatedAt })).toMatchObject({ total: 2, items: [{ id: 'a' }] });
  }));

test('forgotten is gone from lists, tags and search', () =>
  withStore(({ store: { memory }, check }) => {
    memory.put(item('a', 'secret plan', { tags: ['t'] }));
    memory.forget('a' as MemoryId);
    expect(memory.list({ limit: 5 })).toEqual({ items: [], total: 0 });
    expect(memory.tags()).toEqual([]);
    expect(memory.search('secret plan', 5)).toEqual([]);
    expect(check()).toEqual([]);
  }));

test('no text is ever syntax', () =>
  withStore(({ store: { memory } }) => {
    memory.put(item('a', `what's "this OR (`));
    expect(memory.search(`what's "this OR (`, 5).map((hit) => hit.id)).toEqual(['a']);
    for (const query of ['"', '(((', 'a AND', 'NEAR(a b)', 'text: x', '^a', 'a*', '-b', '\u0000', '{a b}: c']) memory.search(query, 5);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (query) => {
        memory.search(query, 5);
      }),
      { numRuns: 300 },
    );
  }));
