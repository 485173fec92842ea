// Rows of many runs that share a commit wait here in the order in which they came, so that the commit writes a few pages and not
// one for each run; they are moved to the journal many at a time. A row is in the one or the other. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 60,
  name: 'journal-tail',
  up(db) {
    db.exec('create table journal_tail (place integer primary key, id integer not null, crc integer not null, event text not null) strict');
  },
});
