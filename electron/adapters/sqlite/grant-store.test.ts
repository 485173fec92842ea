import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { AgentId, ServerId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { migration } from './migrations/0090-standing-grants.ts';
import type { MigrationDb } from './migrations/define-migration.ts';
import { withStore } from './test-support.ts';

const grant = (over: Partial<StandingGrant> = {}): StandingGrant => ({
  id: 'g1',
  subject: { kind: 'agent', agent: 'ada' as AgentId },
  effect: 'allow',
  kind: 'tool-call',
  server: 'files' as ServerId,
  tool: 'write_text',
  conditions: { folders: ['/notes'], perHour: 3 },
  createdAt: 10,
  from: 'the page of grants',
  uses: 0,
  ...over,
});

it('keeps a grant with its conditions, its uses and that it was revoked; a plain look-up leaves out what has conditions', () =>
  withStore(({ store: { grants } }) => {
    grants.put(grant());
    grants.noteUses([{ id: 'g1', uses: 2, lastUsedAt: 50 }]);
    grants.noteUses([{ id: 'g1', uses: 1, lastUsedAt: 40 }]);
    expect(grants.all()).toEqual([grant({ uses: 3, lastUsedAt: 50 })]);
    expect(grants.find('ada' as AgentId, 'files' as ServerId, 'write_text')).toEqual([]);
    grants.put(grant({ conditions: {}, revokedAt: 60 }));
    expect(grants.all()).toEqual([grant({ conditions: {}, revokedAt: 60, uses: 3, lastUsedAt: 50 })]);
    expect(grants.find('ada' as AgentId, 'files' as ServerId, 'write_text')).toEqual([]);
  }));

it('what forbids and can no longer be read forbids everything of its kind; what allows is left out', () =>
  withStore(({ store: { grants } }, folder) => {
    grants.put(grant({ id: 'allows' }));
    grants.put(grant({ id: 'forbids', effect: 'deny' }));
    grants.put(grant({ id: 'taken-back', effect: 'deny', revokedAt: 20 }));
    const other = new Database(join(folder, 'orrery.db'));
    other.exec("update standing_grants set body = '{'");
    other.close();
    expect(grants.all()).toEqual([
      expect.objectContaining({ id: 'forbids', effect: 'deny', kind: 'tool-call', subject: { kind: 'everyone' }, conditions: {} }),
    ]);
    expect(grants.all()[0]).not.toHaveProperty('server');
  }));

it('counts limited uses for a day', () =>
  withStore(({ store: { grants } }) => {
    const day = 86_400_000;
    grants.noteLimited('g1', 1000, 5);
    grants.noteLimited('g2', day, 7);
    expect(grants.limitedSince(0)).toEqual([
      { key: 'g1', at: 1000, tokens: 5 },
      { key: 'g2', at: day, tokens: 7 },
    ]);
    grants.noteLimited('g1', day + 2000, 0);
    expect(grants.limitedSince(0).map(({ key }) => key)).toEqual(['g2', 'g1']);
    // The clock was put back: what was later counts from now on, and not for a day and as long as it was put back.
    grants.noteLimited('g1', 5000, 1);
    expect(grants.limitedSince(0).map(({ at }) => at)).toEqual([5000, 5000, 5000]);
  }));

it('takes the plain grants of before over, with the pins of tools and the receivers of secrets', () => {
  const rows = [
    { agent: '', server: 'web', tool: 'secret TOKEN https://a.org', effect: 'allow', definition: 'h1' },
    { agent: 'ada', server: 'files', tool: '*', effect: 'deny', definition: 'h2' },
  ];
  const written: unknown[][] = [];
  const statements: string[] = [];
  const db: MigrationDb = {
    exec: (sql) => void statements.push(sql),
    all: () => rows,
    run: (_sql, ...params) => void written.push(params),
  };
  migration.up(db);
  expect(written.map(([, effect, kind, body]) => [effect, kind, JSON.parse(String(body))])).toMatchObject([
    ['allow', 'secret-use', { subject: { kind: 'everyone' }, target: 'TOKEN', tool: 'https://a.org', definition: 'h1' }],
    ['deny', 'tool-call', { subject: { kind: 'agent', agent: 'ada' }, server: 'files', tool: '*', definition: 'h2' }],
  ]);
  expect(statements.at(-1)).toContain('drop table grants');
});
