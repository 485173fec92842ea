// Where each granted folder led when it was granted. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 180,
  name: 'granted-folders',
  up(db) {
    db.exec('create table granted_folders (path text primary key, leads text not null) strict, without rowid');
  },
});
