// What the tools of a server that others wrote were when a person last saw them, and servers that were set aside. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 80,
  name: 'server-definitions',
  up(db) {
    db.exec(`
create table server_definitions (
  server text not null, tool text not null, definition text not null, accepted_at integer not null,
  primary key (server, tool)
) strict, without rowid;
create table server_quarantine (server text primary key not null, reason text not null, at integer not null) strict;
`);
  },
});
