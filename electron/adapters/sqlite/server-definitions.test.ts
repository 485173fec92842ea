import { expect, test } from 'vitest';
import { openStore } from './open.ts';
import { withStore } from './test-support.ts';

test('what was accepted of a server is kept, replaced as a whole, and told apart from never seen', async () => {
  await withStore(async (opened, folder) => {
    const { definitions } = opened;
    expect(definitions.accepted('notes')).toBeUndefined();
    definitions.accept(
      'notes',
      new Map([
        ['read', '{"a":1}'],
        ['list', '{}'],
      ]),
      1,
    );
    definitions.accept('empty', new Map(), 1);
    definitions.accept('notes', new Map([['read', '{"a":2}']]), 2);
    definitions.setQuarantine('notes', { reason: 'too much', at: 3 });
    definitions.setQuarantine('notes', { reason: 'again', at: 4 });
    await opened.close();
    const again = openStore({ folder });
    try {
      expect(again.definitions.accepted('notes')).toEqual(new Map([['read', '{"a":2}']]));
      expect(again.definitions.accepted('empty')).toEqual(new Map());
      expect(again.definitions.quarantine('notes')).toEqual({ reason: 'again', at: 4 });
      again.definitions.setQuarantine('notes', undefined);
      expect(again.definitions.quarantine('notes')).toBeUndefined();
    } finally {
      await again.close();
    }
  });
});
