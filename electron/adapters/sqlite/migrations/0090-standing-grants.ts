// Standing grants with conditions, in place of the plain ones, which are taken over; and the uses that limits count. Frozen.

import { defineMigration } from './define-migration.ts';

const tables = `
create table standing_grants (
  id text primary key not null, effect text not null, kind text not null, body text not null, created_at real not null,
  uses integer not null default 0, last_used_at real, revoked_at real
) strict;

create table limited_uses (key text not null, at real not null, tokens real not null) strict;
create index limited_uses_by_time on limited_uses (at);
`;

/** The old name under which a secret's receiver was kept: "secret NAME receiver". */
const secretName = /^secret ([A-Za-z][A-Za-z0-9_.-]{0,63}) (.*)$/s;

export const migration = defineMigration({
  version: 90,
  name: 'standing-grants',
  up(db) {
    db.exec(tables);
    const old = db.all('select agent, server, tool, effect, definition from grants order by agent, server, tool');
    old.forEach((row, index) => {
      const [agent, server, tool, definition] = [String(row.agent), String(row.server), String(row.tool), String(row.definition)];
      const secret = secretName.exec(tool);
      const body = {
        subject: agent === '' ? { kind: 'everyone' } : { kind: 'agent', agent },
        server,
        tool: secret === null ? tool : secret[2],
        ...(secret === null ? {} : { target: secret[1] }),
        conditions: {},
        definition,
        from: 'an answer before there was a page of grants',
      };
      const kind = secret === null ? 'tool-call' : 'secret-use';
      // When it was given was not kept.
      db.run(
        'insert into standing_grants (id, effect, kind, body, created_at) values (?, ?, ?, ?, 0)',
        `g-old-${index + 1}`,
        String(row.effect),
        kind,
        JSON.stringify(body),
      );
    });
    db.exec('drop table grants');
  },
});
