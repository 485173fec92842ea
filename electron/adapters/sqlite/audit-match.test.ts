// What SQLite and a look at the text pass over must never be what is asked for: each filter against each entry, with and without them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AuditFilter, NewAuditEntry } from '../../../shared/model/audit.ts';
import { auditLine, fieldsOfLine } from '../../../shared/model/audit-line.ts';
import { linesWith, matcherOf } from './audit-match.ts';
import { openStore } from './open.ts';

const odd = ['plain', 'a "quoted" one', 'back\\slash', 'línea ✓ “x”', 'two\nlines\t', '%_', '\ud83d cut', '",null,"', 'İ'];
const entries = odd.flatMap((word, i): NewAuditEntry[] => [
  {
    kind: 'call',
    actor: { kind: 'server', id: word, name: word },
    what: `${word}.tool`,
    outcome: 'done',
    reason: '',
    run: word as never,
    step: word,
  },
  {
    kind: 'change',
    actor: { kind: 'agent', name: 'A' },
    what: `grant:${word}`,
    outcome: 'denied',
    reason: word.toUpperCase(),
    details: { change: word, server: word, deep: { grant: word } },
  },
  {
    kind: 'answer',
    actor: { kind: 'person', name: 'You' },
    what: 'x',
    outcome: 'allowed',
    reason: `call "change" ${i}`,
    details: { grant: word },
  },
]);
const filters: Omit<AuditFilter, 'limit'>[] = [
  ...odd.flatMap((word) => [
    { text: word },
    { run: word as never },
    { run: word as never, step: word },
    { server: word },
    { change: word },
    { grant: word },
    { grant: word, kind: ['answer' as const] },
  ]),
  { kind: ['call', 'undo'] },
  { kind: [] },
  { outcome: ['denied'], actor: ['agent'] },
  { outcome: ['allowed'], text: 'CHANGE you' },
  { since: 5, until: 9, kind: ['change'] },
];

it('finds what a look at each entry finds, and every odd word in its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-match-'));
  const opened = openStore({ folder });
  try {
    const lines = entries.map((entry, i) => auditLine(entry, i));
    // Some in a page with others, some alone.
    opened.store.audit.append(lines.slice(0, 14));
    for (const line of lines.slice(14)) opened.store.audit.append([line]);
    // A name that is none is kept and verified, but not shown.
    const isReadable = (seq: number): boolean => {
      try {
        return opened.store.audit.get(seq) !== undefined;
      } catch {
        return false;
      }
    };
    expect(lines.filter((_, i) => isReadable(i + 1)).length).toBeGreaterThan(18);
    for (const filter of filters) {
      const matches = matcherOf({ ...filter, limit: 500 });
      const wanted = lines.flatMap((line, i) => (matches(fieldsOfLine(line)) ? [i + 1] : []));
      const may = linesWith({ ...filter, limit: 500 });
      expect(
        wanted.filter((seq) => !may(lines[seq - 1] as string)),
        JSON.stringify(filter),
      ).toEqual([]);
      const found = opened.store.audit.list({ ...filter, limit: 500 }).map((entry) => entry.seq);
      expect(found, JSON.stringify(filter)).toEqual(wanted.filter(isReadable).toReversed());
      expect(Object.keys(filter).length === 0 || wanted.length > 0 || filter.kind !== undefined, JSON.stringify(filter)).toBe(true);
    }
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
