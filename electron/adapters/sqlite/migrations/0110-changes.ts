// What was changed, by whom, with what was there before: rows are written before the effect. Images up to a size lie in the table, larger
// ones in the content-addressed store, where the row is what keeps them. An undo that was begun is taken up again. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 110,
  name: 'changes',
  up(db) {
    db.exec(`
      create table changes (
        seq integer primary key autoincrement,
        id text not null unique,
        at integer not null,
        kind text not null,
        target text not null,
        title text not null,
        op text not null,
        state text not null,
        before text,
        after text,
        intended text,
        bytes integer not null,
        cannot_undo text,
        undone_at integer,
        undoes text,
        actor_kind text not null,
        actor_id text,
        actor_name text not null,
        run text,
        run_title text,
        step text,
        conversation text,
        set_id text not null,
        moved_from text,
        root text,
        mode integer,
        note text
      ) strict;
      create index changes_by_set on changes (set_id, seq);
      create index changes_by_target on changes (kind, target, seq);
      create index changes_begun on changes (seq) where state = 'begun';
      create index changes_by_before on changes (before) where before is not null;
      create index changes_by_after on changes (after) where after is not null;
      create table change_images (
        hash text primary key,
        bytes integer not null,
        at integer not null,
        content blob
      ) strict, without rowid;
      create index change_images_by_age on change_images (at);
      create table undos (id text primary key, at integer not null, body text not null) strict;
    `);
  },
});
