// Programs over the real database: what the version before had kept of them, and what had started them.

import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migration as clients } from './migrations/0130-clients.ts';
import { migration as programs } from './migrations/0150-programs.ts';

it('a program of the version before that has no token is marked as unknown; one with a token stays as it is', () => {
  const db = new Database(':memory:');
  clients.up(db as never);
  const put = db.prepare('insert into clients (name, comes, token_hash, created_at) values (?, ?, ?, 1)');
  put.run('Editor', 'token', 'hash');
  put.run('Desk', 'local', null);
  put.run('x'.repeat(60), 'local', null);
  programs.up(db as never);
  const rows = db.prepare('select name, comes, token_hash as hash, program from clients order by name').all();
  expect(rows).toEqual([
    { name: 'Desk (unknown)', comes: 'local', hash: null, program: null },
    { name: 'Editor', comes: 'token', hash: 'hash', program: null },
    { name: `${'x'.repeat(50)} (unknown)`, comes: 'local', hash: null, program: null },
  ]);
  db.close();
});
