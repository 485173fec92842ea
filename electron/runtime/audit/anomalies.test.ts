import { describe, expect, it } from 'vitest';
import type { AuditEntry, NewAuditEntry } from '../../../shared/model/audit.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { findAnomalies } from './anomalies.ts';
import { groupConnections } from './ledger.ts';
import { makeReport } from './report.ts';
import { reportMarkdown } from './report-text.ts';
import { tidied } from './tidy.ts';

const now = 1_760_000_000_000;
const day = 86_400_000;
let seq = 0;
const entry = (over: Partial<AuditEntry>): AuditEntry => {
  seq += 1;
  return {
    seq,
    at: now,
    kind: 'call',
    actor: { kind: 'agent', id: 'lib', name: 'Librarian' },
    what: 'x',
    outcome: 'done',
    reason: 'r',
    ...over,
  };
};
const times = (count: number, everyMs: number, over: Partial<AuditEntry>, from = now - day / 2): AuditEntry[] =>
  Array.from({ length: count }, (_, i) => entry({ at: from + i * everyMs, ...over }));
const connection = (host: string, over: Partial<AuditEntry> & { refused?: boolean; id?: string; open?: boolean } = {}): AuditEntry => {
  const { refused = false, id, open = false, ...rest } = over;
  return entry({
    kind: 'connection',
    actor: { kind: 'server', id: 'github', name: 'GitHub' },
    what: `${host}:443`,
    outcome: refused ? 'denied' : 'done',
    details: {
      connection: id ?? `c${seq}`,
      host,
      address: refused ? '' : '93.184.216.34',
      port: 443,
      localPort: refused ? 0 : 50_000,
      method: 'GET',
      purpose: 'p',
      bytesOut: open ? 10 : 100,
      bytesIn: open ? 20 : 200,
      ms: 5,
      isReused: false,
      isOpen: open,
      isRefused: refused,
      ...(refused ? { error: 'host-not-allowed' } : {}),
    },
    ...rest,
  });
};
const kindsOf = (entries: AuditEntry[]): string[] => findAnomalies(entries, now).map((each) => each.kind);

describe('anomalies', () => {
  const deletes = { kind: 'change', what: 'file:/a', details: { op: 'delete' } } as const;
  it.each<[string, AuditEntry[], string[]]>([
    ['20 files deleted in a row', times(20, 1000, deletes), ['many-files']],
    ['19 files deleted', times(19, 1000, deletes), []],
    ['20 files deleted over days', times(20, 3_600_000, deletes), []],
    ['20 new files', times(20, 1000, { ...deletes, details: { op: 'create' } }), []],
    ['the person deleting 30', times(30, 1000, { ...deletes, actor: { kind: 'person', name: 'You' } }), []],
    ['5 denials', times(5, 60_000, { kind: 'decision', outcome: 'denied' }), ['repeated-denials']],
    ['4 denials', times(4, 60_000, { kind: 'decision', outcome: 'denied' }), []],
    [
      '5 denials of different agents',
      times(5, 1000, { outcome: 'denied' }).map((each, i) => ({ ...each, actor: { kind: 'agent', id: `${i}`, name: `${i}` } })),
      [],
    ],
    ['20 uses of secrets', times(20, 2000, { kind: 'secret', what: 'secret:a' }), ['secret-burst']],
    [
      'a server started 4 times',
      times(4, 30_000, { kind: 'process', what: 'server:x', details: { server: 'x', event: 'start' } }),
      ['restart-storm'],
    ],
    ['a server started 3 times', times(3, 30_000, { kind: 'process', details: { server: 'x', event: 'start' } }), []],
    [
      '5 turned away',
      times(5, 1000, { kind: 'access', outcome: 'denied', actor: { kind: 'client', name: 'A page' } }),
      ['sign-in-failures'],
    ],
    ['5 let in', times(5, 1000, { kind: 'access', outcome: 'allowed' }), []],
    ['entries lost', [entry({ kind: 'change', what: 'audit:lost', outcome: 'failed' })], ['log-broken']],
  ])('%s', (_what, entries, kinds) => expect(kindsOf(entries)).toEqual(kinds));

  it('tells of hosts that are new for a server that is known, and only of those', () => {
    const known = Array.from({ length: 20 }, (_, i) => connection('api.github.com', { at: now - 2 * day + i }));
    expect(kindsOf([...known, connection('evil.example', { at: now - 1000 })])).toEqual(['new-hosts']);
    const [found] = findAnomalies([...known, connection('evil.example', { at: now - 1000, refused: true })], now);
    expect(found).toMatchObject({ severity: 'notice', server: 'github', title: expect.stringContaining('tried') });
    expect(kindsOf([...known, connection('api.github.com', { at: now })])).toEqual([]);
    // At its first connections everything is new.
    expect(kindsOf([connection('a.example'), connection('b.example')])).toEqual([]);
    // What was new last week is no longer.
    expect(
      kindsOf([...known.map((each) => ({ ...each, at: each.at - 5 * day })), connection('evil.example', { at: now - 2 * day })]),
    ).toEqual([]);
  });

  it('keeps its id while it goes on, so that a dismissed one stays away', () => {
    const all = times(30, 1000, deletes);
    expect(findAnomalies(all.slice(0, 25), now)[0]?.id).toBe(findAnomalies(all, now)[0]?.id);
  });
});

describe('the ledger', () => {
  it('counts each connection once, by host and by who', () => {
    const entries = [
      connection('a.example', { id: 'one', open: true }),
      connection('a.example', { id: 'one' }),
      connection('a.example', { id: 'two', actor: { kind: 'agent', id: 'lib', name: 'Librarian' } }),
      connection('b.example', { id: 'three', refused: true }),
    ];
    const hosts = groupConnections(entries, 'host');
    expect(hosts.find((group) => group.key === 'a.example')).toMatchObject({ connections: 2, bytesOut: 200, bytesIn: 400, refused: 0 });
    expect(hosts.find((group) => group.key === 'b.example')).toMatchObject({ connections: 1, refused: 1 });
    const who = groupConnections(entries, 'who');
    expect(who.find((group) => group.title === 'GitHub')).toMatchObject({
      connections: 2,
      others: [
        { name: 'a.example', count: 1 },
        { name: 'b.example', count: 1 },
      ],
    });
  });
});

describe('the report', () => {
  it('says what ran, who approved and where data went, and cannot be made to say more', () => {
    const entries = [
      entry({ what: 'files.write_text', run: 'r1' as never, details: { rule: 'a granted folder', why: 'Its folder is granted.' } }),
      entry({ what: 'evil | # **x**\n[a](http://b)', outcome: 'failed' }),
      entry({ kind: 'decision', outcome: 'allowed', details: { rule: 'a granted folder' } }),
      entry({ kind: 'decision', outcome: 'denied' }),
      entry({ kind: 'answer', actor: { kind: 'person', name: 'You' }, outcome: 'allowed' }),
      entry({ kind: 'secret', what: 'secret:github' }),
      entry({ kind: 'change', what: 'file:/a' }),
      entry({ kind: 'change', what: 'link:a.example', outcome: 'failed' }),
      connection('a.example'),
    ];
    const run = (id: string, origin: RunSummary['origin'], status: RunSummary['status'] = 'done') =>
      ({ id, number: 1, title: 'Digest', kind: 'workflow', origin, status, startedAt: now, stepsDone: 1 }) as RunSummary;
    // The first left something in the log too, and is one run.
    const runs = [
      run('r1', { kind: 'manual', by: 'cli' }),
      run('r2', { kind: 'job', job: 'j' as never }, 'failed'),
      { ...run('r3', { kind: 'chat', conversation: 'c' as never }), kind: 'turn' as const },
    ];
    const report = makeReport(entries, { since: 0, until: now + 1, madeAt: now, sealed: 0, verdict: undefined, anomalies: [], runs });
    expect(report).toMatchObject({
      entries: 9,
      chain: { state: 'unknown' },
      ran: {
        runs: 3,
        workflows: [
          {
            title: 'Digest',
            count: 2,
            failed: 1,
            by: [
              { name: 'Its job', count: 1 },
              { name: 'You', count: 1 },
            ],
          },
        ],
      },
      approved: { byPerson: 1, denied: 1, byRule: [{ name: 'a granted folder', count: 2 }] },
      data: { bytesOut: 100, bytesIn: 200, refused: 0, secrets: [{ name: 'github', uses: 1 }] },
      changed: { byKind: [{ name: 'file', count: 1 }] },
    });
    const text = reportMarkdown(report);
    expect(text).toContain('| files.write\\_text | 1 | 0 | Librarian (1) |');
    expect(text).toContain('| Digest | 2 | 1 | Its job (1), You (1) |');
    expect(report.changed.byKind).toHaveLength(1);
    expect(text).toContain('| Files | 1 |');
    expect(text).not.toContain('[a](http');
    const ofRule = { ...report, approved: { ...report.approved, byRule: [{ name: 'your-workflow', count: 7 }] } };
    expect(reportMarkdown(ofRule)).toContain('| Part of a workflow that you started | 7 |');
    expect(text).toContain('a.example');
  });
});

describe('what is recorded', () => {
  it('is redacted in every part, bounded, and kept although a part of it is wrong', () => {
    const given: NewAuditEntry = {
      kind: 'call',
      actor: { kind: 'agent', name: 'has hunter2' },
      what: 'call hunter2 '.repeat(100),
      outcome: 'done',
      reason: 'hunter2',
      details: { a: ['hunter2', { hunter2: 'x' }], long: 'y'.repeat(40_000) },
    };
    const kept = tidied(given, (text) => text.replaceAll('hunter2', '[secret:x]'));
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(JSON.stringify(kept).length).toBeLessThan(5000);
    expect(kept.what.length).toBeLessThanOrEqual(500);
    const wrong = tidied({ ...given, run: '../bad run' as never, details: {} }, (text) => text);
    expect(wrong).toMatchObject({ kind: 'call', details: { incomplete: 'run' } });
    expect(wrong.run).toBeUndefined();
  });
});
