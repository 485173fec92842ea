// Jobs, the times they had to run, and when a host was last there to run them.

import { defineMigration } from './define-migration.ts';

const jobs = `
create table jobs (
  id text primary key not null, workflow text not null, node text not null, kind text not null, is_on integer not null,
  body text not null, state text not null, created_at real not null, updated_at real not null,
  -- Started due runs up to this time are no longer kept one by one.
  forgotten real not null default 0
) strict;
create index jobs_by_workflow on jobs (workflow);

create table due_runs (
  id text primary key not null, job text not null references jobs (id) on delete cascade, title text not null,
  due_at real not null, state text not null, reason text, run text, settled_at real,
  unique (job, due_at)
) strict;
create index due_runs_waiting on due_runs (due_at) where state = 'due';
create index due_runs_by_time on due_runs (due_at desc);

create table host_seen (id integer primary key check (id = 1), at real not null) strict;
`;

export const migration = defineMigration({
  version: 30,
  name: 'jobs',
  up(db) {
    db.exec(jobs);
  },
});
