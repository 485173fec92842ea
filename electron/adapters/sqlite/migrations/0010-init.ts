// The first shape of the database. Frozen.

import { defineMigration } from './define-migration.ts';

const workflowsAndRuns = `
create table workflows (
  id text primary key not null, name text not null, description text not null, node_count integer not null,
  document text not null, revision integer not null, created_at real not null, updated_at real not null
) strict;
create index workflows_by_time on workflows (updated_at desc);

create table runs (
  number integer primary key autoincrement, id text not null unique, title text not null, kind text not null, workflow text,
  origin_kind text not null, origin_of text not null, origin_step text,
  status text not null, started_at real not null, ended_at real, steps_done integer not null default 0, error text
) strict;
create index runs_by_time on runs (started_at desc, number desc);
create index runs_by_workflow on runs (workflow, started_at desc, number desc) where workflow is not null;
create index runs_by_status on runs (status, started_at desc, number desc);

create table run_details (
  number integer primary key references runs (number) on delete cascade, crc integer not null, body text not null
) strict;

-- id is number * 2^21 + seq: one small b-tree in the order in which a run is read.
create table journal (id integer primary key, crc integer not null, event text not null) strict;
`;

const chats = `
create table conversations (
  seq integer primary key autoincrement, id text not null unique, title text not null, agent text not null,
  created_at real not null, updated_at real not null, message_count integer not null default 0
) strict;
create index conversations_by_time on conversations (updated_at desc);

create table messages (
  seq integer primary key autoincrement, id text not null unique,
  conversation integer not null references conversations (seq) on delete cascade,
  state text not null, body text not null
) strict;
create index messages_by_conversation on messages (conversation, seq);

create virtual table title_fts using fts5 (title, tokenize = 'porter unicode61');
create virtual table message_fts using fts5 (text, tokenize = 'porter unicode61');

create trigger conversation_added after insert on conversations begin
  insert into title_fts (rowid, title) values (new.seq, new.title);
end;
create trigger conversation_renamed after update of title on conversations begin
  update title_fts set title = new.title where rowid = new.seq;
end;
create trigger conversation_removed after delete on conversations begin
  delete from title_fts where rowid = old.seq;
end;
create trigger message_added after insert on messages begin
  update conversations set message_count = message_count + 1 where seq = new.conversation;
end;
create trigger message_removed after delete on messages begin
  update conversations set message_count = message_count - 1 where seq = old.conversation;
  delete from message_fts where rowid = old.seq;
end;
`;

const memory = `
create table memory (
  seq integer primary key autoincrement, id text not null unique, text text not null, key text unique, tags text not null,
  source text not null, created_at real not null, updated_at real not null
) strict;
create index memory_by_time on memory (updated_at desc, seq desc);

create table memory_tags (
  seq integer not null references memory (seq) on delete cascade, tag text not null, primary key (tag, seq)
) strict, without rowid;
create index memory_tags_by_item on memory_tags (seq);

-- extra holds tags and where it came from, so that a name found only there still finds the item.
create virtual table memory_fts using fts5 (text, extra, tokenize = 'porter unicode61');
create trigger memory_removed after delete on memory begin
  delete from memory_fts where rowid = old.seq;
end;
`;

const rest = `
create table agents (id text primary key not null, name text not null, body text not null) strict;

create table inbox (
  seq integer primary key autoincrement, id text not null unique, run text not null, step text not null, status text not null,
  created_at real not null, body text not null, answer text, answered_at real
) strict;
create index inbox_by_status on inbox (status, created_at desc);
create index inbox_by_step on inbox (run, step);

-- agent is '' for a grant that holds for everyone.
create table grants (
  agent text not null, server text not null, tool text not null, effect text not null, definition text not null,
  primary key (agent, server, tool)
) strict, without rowid;

create table servers (seq integer primary key autoincrement, id text not null unique, body text not null) strict;
create table settings (id integer primary key check (id = 1), body text not null) strict;

create table vault_entries (
  name text primary key not null, note text not null, envelope text not null, key_id text not null, version integer not null,
  created_at real not null, updated_at real not null, last_used_at real
) strict;
create table vault_meta (id integer primary key check (id = 1), body text not null) strict;

-- Written while a banner shows, to find out whether the disk takes writes again.
create table probe (id integer primary key check (id = 1), pad blob not null) strict;
`;

export const migration = defineMigration({
  version: 10,
  name: 'init',
  up(db) {
    db.exec(workflowsAndRuns);
    db.exec(chats);
    db.exec(memory);
    db.exec(rest);
  },
});
