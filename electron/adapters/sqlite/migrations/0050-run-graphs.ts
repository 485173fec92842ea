// A graph is kept once under the hash of its text, however many runs there are of it. Older runs keep theirs in their details. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 50,
  name: 'run-graphs',
  up(db) {
    db.exec(`
create table graphs (id integer primary key, hash text not null unique, crc integer not null, body text not null) strict;
alter table run_details add column graph integer references graphs (id);
create index run_details_by_graph on run_details (graph) where graph is not null;
`);
  },
});
