import { expect, it } from 'vitest';
import { inboxItem } from '../../../shared/model/grant.ts';
import { settledFirst } from './approval-text.ts';
import { deadlineWords } from './deadline.ts';

// Sunday, 22 November 2026, in the machine's own zone.
const now = new Date(2026, 10, 22, 10).getTime();

it('says when an unanswered question counts as answered', () => {
  expect(deadlineWords(now + 20_000, now)).toBe('in 1 min');
  expect(deadlineWords(now + 5 * 60_000, now)).toBe('in 5 min');
  expect(deadlineWords(new Date(2026, 10, 23, 8).getTime(), now)).toBe('tomorrow 08:00');
  expect(deadlineWords(new Date(2026, 10, 24, 14).getTime(), now)).toBe('on Tuesday 14:00');
  expect(deadlineWords(new Date(2026, 11, 3, 14).getTime(), now)).toBe('on 3 Dec 14:00');
});

it('lists what was settled by when it was, also what nobody answered', () => {
  const item = (id: string, more: object) =>
    inboxItem.parse({ id, run: 'r1', step: 's', title: 'Digest', createdAt: 1, request: { kind: 'question', question: 'Go?' }, ...more });
  const items = [
    item('early', { status: 'answered', answeredAt: 10 }),
    item('gone', { status: 'expired', expiresAt: 30 }),
    item('late', { status: 'answered', answeredAt: 40 }),
  ];
  expect(settledFirst(items).map(({ id }) => id)).toEqual(['late', 'gone', 'early']);
});
