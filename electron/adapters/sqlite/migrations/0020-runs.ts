// Queued runs and origins of every kind, quick lists of many runs, large outputs named by runs, results to use again. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 20,
  name: 'runs',
  up(db) {
    db.exec(`
-- The whole origin as JSON; null for older rows, whose other three columns say all.
alter table runs add column origin text;

drop index runs_by_time;
drop index runs_by_workflow;
create index runs_by_time on runs (started_at desc, number desc, kind);
create index runs_by_workflow on runs (workflow, started_at desc, number desc, status) where workflow is not null;
create index runs_by_origin on runs (origin_kind, started_at desc, number desc);
create index runs_by_title on runs (title, started_at desc, number desc);
-- The job, conversation or run that a run came from.
create index runs_by_source on runs (origin_of, started_at desc, number desc) where origin_kind <> 'manual';

-- Titles repeat (a workflow's name), so searching looks at each once and not at every run.
create table run_titles (title text primary key not null) strict, without rowid;
insert into run_titles select distinct title from runs;
create trigger run_title_added after insert on runs begin
  insert or ignore into run_titles values (new.title);
end;

-- Which large outputs a run's journal names.
create table large_uses (
  hash text not null, number integer not null references runs (number) on delete cascade, primary key (hash, number)
) strict, without rowid;
create index large_uses_by_run on large_uses (number);

create table reusable (
  content_hash text primary key not null, number integer not null references runs (number) on delete cascade, step text not null
) strict, without rowid;
create index reusable_by_run on reusable (number);

-- Runs that are gone from the lists and whose journal rows are still being removed, a few at a time.
create table removed_runs (number integer primary key) strict;
`);
  },
});
