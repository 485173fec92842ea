// What a migration is. A migration that was released is frozen: a later change of saved data is a new file, numbered by tens.

export interface MigrationDb {
  /** Runs SQL statements. Foreign keys are off meanwhile and checked afterwards. */
  exec(sql: string): void;
  /** Rows of a query, for changes that SQL alone cannot make. */
  all(sql: string, ...params: (string | number | null)[]): Record<string, unknown>[];
  run(sql: string, ...params: (string | number | null)[]): void;
}

export interface Migration {
  /** The number its file name starts with; kept in the database as `user_version`. */
  version: number;
  name: string;
  up(db: MigrationDb): void;
}

export const defineMigration = (migration: Migration): Migration => migration;
