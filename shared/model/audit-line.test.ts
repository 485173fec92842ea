// What is written as a line is read as it was given, whatever is in it, and a line is one line.

import { expect, it } from 'vitest';
import { auditEntry, type NewAuditEntry } from './audit.ts';
import { auditLine, fieldsOfLine, plainEntry } from './audit-line.ts';

const bare: NewAuditEntry = { kind: 'call', actor: { kind: 'person', name: 'You' }, what: 'x', outcome: 'done', reason: '' };
const whole: NewAuditEntry = {
  kind: 'decision',
  actor: { kind: 'agent', id: 'a', name: 'An “agent”\n\r\t' },
  what: '["x"],\u0000\u2028\u2029',
  outcome: 'asked',
  reason: '\\n é 👍 \ud83d',
  run: 'r1' as NonNullable<NewAuditEntry['run']>,
  step: '',
  conversation: 'c1' as NonNullable<NewAuditEntry['conversation']>,
  details: { text: 'a\n"b"', deep: [1, null, { x: 1.5e300 }], '': false },
};

it.each([bare, whole])('is read as it was given, on one line', (entry) => {
  const line = auditLine(entry, 1_760_000_000_000.4);
  expect(line).not.toMatch(/[\n\r]/);
  const read = plainEntry(7, fieldsOfLine(line));
  expect(read).toEqual({ seq: 7, at: 1_760_000_000_000, ...entry });
  expect(auditEntry.safeParse(read).success).toBe(true);
});

it('shows details that are no JSON any more as they are', () => {
  const fields = fieldsOfLine(auditLine(whole, 1));
  fields[11] = '{"text":';
  expect(plainEntry(1, fields)).toMatchObject({ details: { damaged: '{"text":' } });
});
