// Standing grants, and the uses that their limits count. `find` gives those of the plain kind that hold for an agent: its own first,
// then everyone's; a `*` tool counts. What more there is to a grant is decided by the runtime, which reads all of them.

import { z } from 'zod';
import { toolGrant } from '../../../shared/model/grant.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import { type StandingGrant, standingGrant } from '../../../shared/model/policy.ts';
import type { GrantStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { isDamaged, readable, readJson } from './rows.ts';

const body = z
  .object(standingGrant.shape)
  .omit({ id: true, effect: true, kind: true, createdAt: true, uses: true, lastUsedAt: true, revokedAt: true });

interface Row {
  id: string;
  effect: StandingGrant['effect'];
  kind: StandingGrant['kind'];
  body: string;
  created_at: number;
  uses: number;
  last_used_at: number | null;
  revoked_at: number | null;
}
const columns = 'id, effect, kind, body, created_at, uses, last_used_at, revoked_at';
const dayMs = 86_400_000;

export function grantStore(read: ReadDb, write: WriteDb): GrantStore {
  const all = read.select<Row>(`select ${columns} from standing_grants order by created_at, id`);
  const upsert = write.change(`
    insert into standing_grants (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do update set effect = excluded.effect, kind = excluded.kind, body = excluded.body, revoked_at = excluded.revoked_at`);
  const used = write.change('update standing_grants set uses = uses + ?, last_used_at = max(coalesce(last_used_at, 0), ?) where id = ?');
  const limited = write.change('insert into limited_uses (key, at, tokens) values (?, ?, ?)');
  const forget = write.change('delete from limited_uses where at < ?');
  const dateAgain = write.change('update limited_uses set at = ? where at > ?');
  let newest = Number.POSITIVE_INFINITY;
  const since = read.select<{ key: string; at: number; tokens: number }>(
    'select key, at, tokens from limited_uses where at >= ? order by at',
  );

  let revision = 0;
  const put = (grant: StandingGrant): void => {
    revision += 1;
    const { id, effect, kind, createdAt, uses, lastUsedAt, revokedAt, ...rest } = grant;
    upsert.run(id, effect, kind, JSON.stringify(rest), createdAt, uses, lastUsedAt ?? null, revokedAt ?? null);
  };
  const list = (): StandingGrant[] =>
    readable(all.all(), (row) => {
      try {
        return toGrant(row);
      } catch (error) {
        // What allows is as good as gone; what forbids holds for all that it may have been about, until a person takes it back.
        if (row.effect === 'allow' || row.revoked_at !== null || !isDamaged(error)) throw error;
        return {
          ...rowFacts(row),
          subject: { kind: 'everyone' },
          target: '*',
          conditions: {},
          from: 'a record that can no longer be read',
        };
      }
    });
  const plain = (agent: AgentId | null): StandingGrant[] => {
    const holds = (grant: StandingGrant): boolean =>
      agent === null ? grant.subject.kind === 'everyone' : grant.subject.kind === 'agent' && grant.subject.agent === agent;
    return list().filter(
      (grant) => grant.revokedAt === undefined && grant.kind === 'tool-call' && holds(grant) && Object.keys(grant.conditions).length === 0,
    );
  };
  const toTool = ({ server, tool, effect }: StandingGrant) => toolGrant.parse({ server, tool, effect });

  return {
    list: (agent) => plain(agent).map(toTool),
    add(agent, { server, tool, effect }, definition) {
      const same = plain(agent).find((grant) => grant.server === server && grant.tool === tool);
      const subject = agent === null ? { kind: 'everyone' as const } : { kind: 'agent' as const, agent };
      const now = Date.now();
      const id = same?.id ?? `g-${agent ?? 'all'}-${server}-${tool}`.slice(0, 200);
      put({ id, subject, effect, kind: 'tool-call', server, tool, conditions: {}, definition, createdAt: now, from: 'an answer', uses: 0 });
    },
    find: (agent, server, tool) =>
      [...(agent === null ? [] : plain(agent)), ...plain(null)]
        .filter((grant) => grant.server === server && (grant.tool === tool || grant.tool === '*'))
        .map((grant) => ({ ...toTool(grant), definition: grant.definition ?? '' })),
    revision: () => revision,
    all: list,
    put,
    noteUses: (uses) =>
      write.atomically(() => {
        for (const use of uses) used.run(use.uses, use.lastUsedAt, use.id);
      }),
    noteLimited: (key, at, tokens) =>
      write.atomically(() => {
        limited.run(key, at, tokens);
        forget.run(at - dayMs);
        // After the clock was put back, also while nobody ran here.
        if (at < newest) dateAgain.run(at, at);
        newest = at;
      }),
    limitedSince: (at) => since.all(at),
  };
}

const toGrant = (row: Row): StandingGrant => ({ ...readJson(body, row.body, `grant ${row.id}`), ...rowFacts(row) });

function rowFacts(row: Row): Pick<StandingGrant, 'id' | 'effect' | 'kind' | 'createdAt' | 'uses' | 'lastUsedAt' | 'revokedAt'> {
  return {
    id: row.id,
    effect: row.effect,
    kind: row.kind,
    createdAt: row.created_at,
    uses: row.uses,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}
