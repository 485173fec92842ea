// Programs without a token are marked as unknown, and what had started them is kept. The grants that such a name had stay with the bare
// name: they hold again for the program that gets a token of that name. Frozen.

import { defineMigration } from './define-migration.ts';

export const migration = defineMigration({
  version: 150,
  name: 'programs',
  up(db) {
    db.exec(`
alter table clients add column program text;
update or ignore clients set name = trim(substr(name, 1, 50)) || ' (unknown)' where comes = 'local';
delete from clients where comes = 'local' and name not like '% (unknown)';
`);
  },
});
