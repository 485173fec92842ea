// Programs that use Orrery over MCP. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 130,
  name: 'clients',
  up(db) {
    db.exec(`
create table clients (
  name text primary key not null, comes text not null, token_hash text unique, created_at real not null, last_seen_at real,
  revoked_at real
) strict;
`);
  },
});
