// The audit log lies in a file of its own, audit.db. The tables here stay: they carry the log inside a backup, and the head says where
// the log ended a moment ago. Nothing is added to them one by one any more, so they need no indices; what is in them is taken over and
// cleared when the log is first opened, so nothing fences them in.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 140,
  name: 'audit-file',
  up(db) {
    db.exec(`
drop trigger audit_no_update;
drop trigger audit_no_delete;
drop trigger audit_segment_no_delete;
drop trigger audit_segment_no_update;
drop index audit_by_time;
drop index audit_by_kind;
drop index audit_by_run;
`);
  },
});
