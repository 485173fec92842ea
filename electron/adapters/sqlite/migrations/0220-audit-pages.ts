// Where a backup carries the audit log since entries that are written together are one page. Without fences and empty, like the tables of
// 0140: the log itself lies in audit.db. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 220,
  name: 'audit-pages',
  up(db) {
    // A backup that was made just before this may have it already.
    db.exec(`
create table if not exists audit_pages (
  first integer primary key not null, last integer not null,
  first_at integer not null, last_at integer not null,
  key text not null, mac text not null,
  lines text not null
) strict;
`);
  },
});
