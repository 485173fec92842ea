// Vault entries have a kind and facts (what is not secret but sealed with the value), and every use is kept. Rows from before have
// no facts: they open as they did. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 120,
  name: 'vault',
  up(db) {
    db.exec(`
alter table vault_entries add column kind text not null default 'token';
alter table vault_entries add column facts text not null default '';

create table vault_uses (
  seq integer primary key autoincrement, name text not null, field text not null, at real not null, outcome text not null,
  used_by text not null, used_to text not null, reason text, run text
) strict;
create index vault_uses_by_name on vault_uses (name, seq);

-- What the app itself keeps under the vault's key.
create table vault_own (name text primary key not null, envelope text not null, version integer not null) strict;
`);
  },
});
