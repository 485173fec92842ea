// What is attached to messages that are not sent yet, by the draft it belongs to: a conversation's id, or `new`. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 240,
  name: 'draft-attachments',
  up(db) {
    db.exec(`
create table draft_attachments (
  seq integer primary key,
  id text unique not null,
  draft text not null,
  size integer not null,
  body text not null
) strict;
create index draft_attachments_of on draft_attachments (draft, seq);
create trigger draft_attachments_go after delete on conversations begin
  delete from draft_attachments where draft = old.id;
end;
`);
  },
});
