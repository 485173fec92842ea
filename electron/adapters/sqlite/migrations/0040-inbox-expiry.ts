// When a question's time is over: a column of its own, so that those whose time has come are found without reading all. And what a
// person made a run's priority while it waited.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 40,
  name: 'inbox-expiry',
  up(db) {
    db.exec(`
alter table inbox add column expires_at real;
create index inbox_by_expiry on inbox (expires_at) where status = 'open' and expires_at is not null;

create table run_priorities (
  run text primary key not null references runs (id) on delete cascade, priority integer not null
) strict, without rowid;
`);
  },
});
