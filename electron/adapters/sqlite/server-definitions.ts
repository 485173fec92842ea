// Accepted definitions of tools, and servers that were set aside. One server's definitions are replaced together.

import type { ReadDb, WriteDb } from './db.ts';

export interface ServerDefinitions {
  /** By tool: its definition as JSON text. Undefined when none of the server was ever accepted. */
  accepted(server: string): ReadonlyMap<string, string> | undefined;
  accept(server: string, definitions: ReadonlyMap<string, string>, at: number): void;
  quarantine(server: string): { reason: string; at: number } | undefined;
  setQuarantine(server: string, quarantine: { reason: string; at: number } | undefined): void;
}

/** Stands for "accepted, and it offered no tools then". No tool has an empty name. */
const none = '';

export function serverDefinitions(read: ReadDb, write: WriteDb): ServerDefinitions {
  const list = read.select<{ tool: string; definition: string }>('select tool, definition from server_definitions where server = ?');
  const clear = write.change('delete from server_definitions where server = ?');
  const put = write.change('insert into server_definitions (server, tool, definition, accepted_at) values (?, ?, ?, ?)');
  const held = read.select<{ reason: string; at: number }>('select reason, at from server_quarantine where server = ?');
  const hold = write.change(
    'insert into server_quarantine (server, reason, at) values (?, ?, ?) on conflict (server) do update set reason = excluded.reason, at = excluded.at',
  );
  const free = write.change('delete from server_quarantine where server = ?');
  return {
    accepted(server) {
      const rows = list.all(server);
      return rows.length === 0 ? undefined : new Map(rows.filter((row) => row.tool !== none).map((row) => [row.tool, row.definition]));
    },
    accept: (server, definitions, at) =>
      write.atomically(() => {
        clear.run(server);
        if (definitions.size === 0) put.run(server, none, '', at);
        for (const [tool, definition] of definitions) put.run(server, tool, definition, at);
      }),
    quarantine: (server) => held.get(server),
    setQuarantine: (server, quarantine) =>
      void (quarantine === undefined ? free.run(server) : hold.run(server, quarantine.reason, quarantine.at)),
  };
}
