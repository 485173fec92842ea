// Whether the host closed in order when it was last there: then the time is exact, and else the last one at which it was seen. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 170,
  name: 'host-ended',
  up(db) {
    db.exec('alter table host_seen add column is_end integer not null default 0');
  },
});
