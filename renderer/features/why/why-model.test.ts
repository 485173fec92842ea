import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { placeOfActor, sourceOf, stepOfCall, whyFor, whysOf } from './why-model.ts';

const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  at: 1000,
  kind: 'decision',
  actor: { kind: 'agent', id: 'a-1', name: 'Librarian' },
  what: 'files.write_text',
  outcome: 'allowed',
  reason: 'You always allow it.',
  ...over,
});

describe('why something was allowed', () => {
  it('is the decision, or what a quick call says of its own', () => {
    const decided = whysOf([entry({ details: { rule: 'standing-grant', grant: 'g-1' } })])[0];
    expect(decided).toMatchObject({ outcome: 'allowed', rule: 'standing-grant', grant: 'g-1', reason: 'You always allow it.' });
    const quick = entry({
      kind: 'call',
      outcome: 'done',
      reason: 'It was called.',
      details: { rule: 'only-reads', why: 'It only reads.' },
    });
    expect(whysOf([quick])[0]).toMatchObject({ outcome: 'allowed', rule: 'only-reads', reason: 'It only reads.' });
    expect(whysOf([entry({ kind: 'change', outcome: 'done' })])).toEqual([]);
  });

  it('has the answer with the question, and the grant that came of it; the last attempt counts', () => {
    const asked = entry({
      seq: 4,
      outcome: 'asked',
      reason: 'Librarian asks because it writes files.',
      details: { rule: 'nothing-allows' },
    });
    const answer = entry({ seq: 6, kind: 'answer', actor: { kind: 'person', name: 'You' }, details: { answer: 'always', grant: 'g-2' } });
    // Newest first, as the log gives them.
    const [why, ...others] = whysOf([answer, asked, entry({ seq: 2, outcome: 'denied', details: { rule: 'grant-forbids' } })]);
    expect(others).toEqual([]);
    expect(why).toMatchObject({ outcome: 'asked', entry: 4, answer: { entry: 6, isAllowed: true, grant: 'g-2' } });
    expect(why && sourceOf(why)).toEqual({ key: 'grant', id: 'g-2' });
  });

  it('says of a question whose time was over that nobody answered, whatever it was asked as', () => {
    const asked = entry({ seq: 4, what: 'send the secret X to a', outcome: 'asked', details: { rule: 'nothing-allows' } });
    const over = entry({ seq: 6, kind: 'answer', what: 'web.http_request', outcome: 'denied', actor: { kind: 'app', name: 'Orrery' } });
    const [why] = whysOf([{ ...over, reason: 'Nobody answered in time.', details: { answer: 'expired' } }, asked]);
    expect(why).toMatchObject({ outcome: 'asked', answer: { entry: 6, isAllowed: false, reason: 'Nobody answered in time.' } });
  });

  it('keeps what a step did apart, and finds the one that an entry goes by', () => {
    const whys = whysOf([
      entry({ seq: 5, what: 'send the secret X to a', details: { rule: 'standing-grant' } }),
      entry({ seq: 3, details: { rule: 'only-reads' } }),
    ]);
    expect(whys.map((why) => why.entry)).toEqual([3, 5]);
    expect(whyFor(entry({ seq: 9, kind: 'call' }), whys)?.entry).toBe(3);
    expect(whyFor(entry({ seq: 4, kind: 'change', what: 'file:/a' }), whys)?.entry).toBe(3);
    expect(whyFor(entry({ seq: 1, kind: 'change', what: 'file:/a' }), whys)?.entry).toBe(3);
  });

  it('leads to what allowed it and to who did it', () => {
    const why = (over: Partial<AuditEntry>) => whysOf([entry(over)])[0];
    const of = (over: Partial<AuditEntry>) => {
      const found = why(over);
      return found && sourceOf(found);
    };
    expect(of({ details: { rule: 'agent-grant' } })).toEqual({ key: 'agent', id: 'a-1' });
    expect(of({ details: { rule: 'job-grant' }, actor: { kind: 'job', id: 'j-1', name: 'Digest' } })).toEqual({ key: 'job', id: 'j-1' });
    expect(of({ details: { rule: 'this-chat' }, conversation: 'c-1' as never })).toEqual({ key: 'chat', id: 'c-1' });
    expect(of({ details: { rule: 'your-workflow' } })).toBeUndefined();
    expect(placeOfActor({ kind: 'server', id: 'notes', name: 'Notes' })).toEqual({ key: 'tools', id: 'notes' });
    expect(placeOfActor({ kind: 'client', id: 'My editor', name: 'My editor' })).toEqual({ key: 'settings', id: 'programs' });
    expect(placeOfActor({ kind: 'person', name: 'You' })).toBeUndefined();
  });

  it('knows the step of a call in a chat', () => {
    expect(stepOfCall('01m800n9z8cz7crbttrh8frm1v-3-0')).toBe('tool-3-0');
    expect(stepOfCall('c1')).toBeUndefined();
  });
});
