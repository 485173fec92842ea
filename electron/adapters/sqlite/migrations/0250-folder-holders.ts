// Where each granted folder led when this agent, job, server or grant was given it: another's grant of the same path does not move it.
// Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 250,
  name: 'folder-holders',
  up(db) {
    db.exec(`
      create table folder_holders (holder text not null, path text not null, leads text not null, primary key (holder, path))
      strict, without rowid`);
  },
});
