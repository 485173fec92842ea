// What may be kept: the quick look lets through exactly what the schema does, redacts everywhere, and bounds everything.

import { expect, it } from 'vitest';
import { type NewAuditEntry, newAuditEntry } from '../../../shared/model/audit.ts';
import { tidied } from './tidy.ts';

const entry: NewAuditEntry = {
  kind: 'call',
  actor: { kind: 'agent', id: 'a', name: 'Agent' },
  what: 'files.read_text',
  outcome: 'done',
  reason: 'It was called.',
  run: '01a-b' as never,
  step: 's1',
  details: { server: 'files', n: 1, deep: [{ a: null, b: true }] },
};
const same = (text: string) => text;

it('keeps what fits as it is', () => {
  expect(tidied(entry, same)).toEqual(entry);
  expect(newAuditEntry.parse(tidied(entry, same))).toEqual(entry);
});

it.each<[string, object]>([
  ['a run that is no id', { run: '../x' }],
  ['a conversation that is no id', { conversation: '' }],
  ['a step that is no text', { step: 4 }],
  ['a kind that there is not', { kind: 'party' }],
  ['an outcome that there is not', { outcome: 'maybe' }],
  ['an actor that there is not', { actor: { kind: 'ghost', name: 'x' } }],
  ['an id that is no text', { actor: { kind: 'agent', id: 4, name: 'x' } }],
  ['a poisoned key in its details', { details: JSON.parse('{"a":{"__proto__":{"polluted":true}}}') }],
  ['a constructor in its details', { details: { constructor: { prototype: {} } } }],
])('says what does not fit: %s', (_, more) => {
  const tidy = tidied({ ...entry, ...more } as NewAuditEntry, same);
  expect(tidy.details).toMatchObject({ incomplete: expect.stringMatching(/./) });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

it('leaves out what no entry has', () => {
  const tidy = tidied({ ...entry, extra: 1, actor: { ...entry.actor, more: 2 } } as NewAuditEntry, same);
  expect(tidy).toEqual(entry);
});

it('redacts texts and keys at every depth', () => {
  const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
  const secret: NewAuditEntry = {
    ...entry,
    actor: { kind: 'app', name: 'hunter2' },
    what: 'x hunter2',
    reason: 'hunter2',
    details: { hunter2: ['hunter2', { deep: 'hunter2' }] },
  };
  expect(JSON.stringify(tidied(secret, redact))).not.toContain('hunter2');
});

it.each([
  ['texts', { a: 'x'.repeat(20_000), b: 'kept' }],
  ['signs that grow when they are written', { a: '\u0001'.repeat(4_000), b: 'kept' }],
  ['numbers', { a: Array.from({ length: 4_000 }, (_, i) => i + 0.123456), b: 'kept' }],
  ['keys', { a: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`key${i}`, 1])), b: 'kept' }],
])('bounds details of many %s', (_, details) => {
  const tidy = tidied({ ...entry, details }, same);
  expect(JSON.stringify(tidy.details).length).toBeLessThanOrEqual(16_000);
  expect(tidy.details).toMatchObject({ b: 'kept', cut: JSON.stringify(details).length });
});

it('is well formed, also where an emoji was cut in half: what is stored would not be what was signed', () => {
  const half = '\ud83d';
  const odd: NewAuditEntry = {
    ...entry,
    actor: { kind: 'agent', id: `a${half}`, name: `${'n'.repeat(198)}😀😀` },
    what: half,
    reason: `Made the memory ${half}`,
    step: half,
    details: { [half]: half },
  };
  const tidy = tidied(odd, same);
  for (const text of [tidy.actor.id, tidy.actor.name, tidy.what, tidy.reason, tidy.step]) expect(text?.isWellFormed(), text).toBe(true);
  expect(tidy.reason).toBe('Made the memory \ufffd');
  const unknown = tidied({ ...odd, run: '../x' as never }, same);
  for (const text of [unknown.actor.name, unknown.reason, unknown.step]) expect(text?.isWellFormed(), text).toBe(true);
});

it.each([[7], [true], [{ deep: 1 }], [['a']]])(
  'an id that is no text (%j) is left out, and said: as it is it could not be stored',
  (id) => {
    const tidy = tidied({ ...entry, actor: { kind: 'agent', name: 'Ada', id: id as never } }, same);
    expect(tidy.actor).toEqual({ kind: 'agent', name: 'Ada' });
    expect(tidy.details).toEqual({ incomplete: 'actor.id' });
    expect(newAuditEntry.safeParse(tidy).success).toBe(true);
  },
);
