import { expect, it } from 'vitest';
import type { AttachmentPart } from '../../../../shared/model/chat.ts';
import { foldAttached } from './attached.ts';

const part = (id: string): AttachmentPart => ({
  ...{ type: 'attachment', id, server: 'notes' as never, serverTitle: 'Notes', title: id, messages: [], isPrivate: false },
  source: { kind: 'resource', uri: 'notes://a' },
});

it('is what is attached by now, in its order; all of it replaces what was known', () => {
  const [a, b, c] = [part('a'), part('b'), part('c')];
  const first = foldAttached(
    [part('old')],
    [
      { type: 'all', parts: [a] },
      { type: 'added', part: b },
    ],
  );
  expect(first).toEqual([a, b]);
  // The stream was opened again: nothing is there twice.
  expect(foldAttached(first, [{ type: 'added', part: a }])).toEqual([b, a]);
  expect(
    foldAttached(first, [
      { type: 'gone', ids: ['a', 'nobody'] },
      { type: 'added', part: c },
    ]),
  ).toEqual([b, c]);
});
