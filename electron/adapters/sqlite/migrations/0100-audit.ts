// The audit log: rows that are only ever added, each chained to the one before by a keyed hash; the head of the chain; and the
// segments into which old rows are sealed. The triggers are a first fence against a slip or a careless tool; the chain is the proof.

import { defineMigration } from './define-migration.ts';

const audit = `
create table audit_entries (
  seq integer primary key not null, at integer not null, kind text not null,
  actor_kind text not null, actor_id text, actor_name text not null,
  what text not null, outcome text not null, reason text not null,
  run text, step text, conversation text, details text,
  -- Which key chained it, and HMAC-SHA-256 over this row and the one before.
  key text not null, mac text not null
) strict;
create index audit_by_time on audit_entries (at);
create index audit_by_kind on audit_entries (kind, seq);
create index audit_by_run on audit_entries (run, seq) where run is not null;

create table audit_head (
  id integer primary key check (id = 1), seq integer not null, mac text not null, key text not null, seal text not null
) strict;

create table audit_segments (
  first integer primary key not null, last integer not null, first_at integer not null, last_at integer not null,
  -- The hash before its first row and the one of its last.
  previous text not null, head text not null,
  file text not null, sealed_at integer not null, removed_at integer,
  key text not null, seal text not null
) strict;

create table audit_dismissed (id text primary key not null, at integer not null) strict;

create trigger audit_no_update before update on audit_entries begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_no_delete before delete on audit_entries
when not exists (select 1 from audit_segments where old.seq between first and last) begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_segment_no_delete before delete on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_segment_no_update before update of
  first, last, first_at, last_at, previous, head, file, sealed_at, key, seal on audit_segments begin
  select raise(abort, 'the audit log is append-only');
end;
`;

export const migration = defineMigration({
  version: 100,
  name: 'audit',
  up(db) {
    db.exec(audit);
  },
});
