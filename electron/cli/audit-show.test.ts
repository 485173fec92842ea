import { expect, it } from 'vitest';
import type { AuditEntry } from '../../shared/model/audit.ts';
import { whyIn, whysOf } from '../../shared/model/audit-why.ts';
import { linesOf } from './audit-show.ts';

const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  ...{ seq: 7, at: 0, kind: 'call', actor: { kind: 'agent', id: 'a', name: 'Librarian' }, what: 'files.write_text' },
  ...{ outcome: 'done', reason: 'It was called.', ...over },
});
const shown = (given: AuditEntry, same: AuditEntry[] = []): Record<string, string> =>
  Object.fromEntries(linesOf(given, whyIn(given) ?? whysOf(same)[0]));

it('says who, why, by which grant and the way back', () => {
  const run = 'r1' as never;
  const call = entry({ run, step: 's', details: { rule: 'standing-grant', why: 'You always allow it.', grant: 'g1' } });
  expect(shown(call)).toMatchObject({
    ...{ Who: 'Librarian (agent)', Why: 'You always allow it. Rule: A standing grant (standing-grant).', Grant: 'g1', Run: 'r1, step s' },
    Back: 'What it changed: orrery undo show r1',
  });
  const change = entry({ kind: 'change', what: 'file:/a', run, step: 's', details: { change: 'ch-1' } });
  expect(shown(change, [call])).toMatchObject({
    Why: 'You always allow it. Rule: A standing grant (standing-grant).',
    Back: 'orrery undo change ch-1',
  });
  expect(shown({ ...change, details: { change: 'ch-1', cannotUndo: 'Too large.' } }).Back).toBe('Cannot be undone: Too large.');
});

it('says of a question what was answered, and of what was done by hand where from and how it is taken back', () => {
  const asked = entry({ seq: 3, kind: 'decision', outcome: 'asked', reason: 'It asks.', details: { rule: 'nothing-allows' } });
  const answer = entry({
    seq: 4,
    kind: 'answer',
    outcome: 'allowed',
    reason: 'You allowed it once.',
    actor: { kind: 'person', name: 'You' },
  });
  expect(shown(entry({}), [asked, answer])).toMatchObject({
    Why: 'It asks. Rule: Nothing allows it (nothing-allows).',
    Answer: expect.stringContaining('once'),
  });
  const hand = entry({ kind: 'change', actor: { kind: 'person', name: 'You' }, details: { by: 'a page', wayBack: 'Lock it.' } });
  expect(shown(hand)).toMatchObject({ Who: 'You, from a page', Why: expect.stringContaining('yourself'), Back: 'Lock it.' });
});
