// The ledger as people ask for it: connections by host, or by who made them. Pure folds over entries of the audit log.

import { type AuditActor, type AuditEntry, type ConnectionDetails, connectionDetails } from '../../../shared/model/audit.ts';
import type { ConnectionGroup } from '../../../shared/model/audit-report.ts';

/** Undefined for an entry that is no connection, or one whose details are not as they should be. */
export function connectionOf(entry: AuditEntry): ConnectionDetails | undefined {
  if (entry.kind !== 'connection') return undefined;
  const parsed = connectionDetails.safeParse(entry.details);
  return parsed.success ? parsed.data : undefined;
}

export const isLocalAddress = (address: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(address);
const isLocal = ({ host, address }: ConnectionDetails): boolean =>
  address !== '' ? isLocalAddress(address) : /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host);

/** A server is who it is; a run's connection is its agent's, workflow's or job's. */
export const whoKey = (actor: AuditActor): string => `${actor.kind}:${actor.id ?? actor.name}`;

interface Group extends Omit<ConnectionGroup, 'others'> {
  counts: Map<string, number>;
}

export function groupConnections(entries: Iterable<AuditEntry>, by: 'host' | 'who'): ConnectionGroup[] {
  const groups = new Map<string, Group>();
  // A connection that stayed open for long has two rows; the last one counts.
  const last = new Map<string, { entry: AuditEntry; details: ConnectionDetails }>();
  for (const entry of entries) {
    const details = connectionOf(entry);
    if (details !== undefined) last.set(details.connection, { entry, details });
  }
  for (const { entry, details } of last.values()) {
    const key = by === 'host' ? details.host : whoKey(entry.actor);
    const group = groups.get(key) ?? newGroup(key, by === 'host' ? details.host : entry.actor.name, entry);
    if (by === 'who') group.actor = entry.actor;
    group.isLocal = by === 'host' && (group.connections === 0 ? isLocal(details) : group.isLocal && isLocal(details));
    group.connections += 1;
    if (details.isRefused) group.refused += 1;
    else if (details.error !== undefined) group.failed += 1;
    group.bytesOut += details.bytesOut;
    group.bytesIn += details.bytesIn;
    group.firstAt = Math.min(group.firstAt, entry.at);
    group.lastAt = Math.max(group.lastAt, entry.at);
    const other = by === 'host' ? entry.actor.name : details.host;
    group.counts.set(other, (group.counts.get(other) ?? 0) + 1);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.lastAt - a.lastAt || (a.key < b.key ? -1 : 1))
    .map(({ counts, ...group }) => ({ ...group, others: mostFrequent(counts, 20) }));
}

const newGroup = (key: string, title: string, entry: AuditEntry): Group => ({
  key,
  title,
  connections: 0,
  refused: 0,
  failed: 0,
  bytesOut: 0,
  bytesIn: 0,
  firstAt: entry.at,
  lastAt: entry.at,
  isLocal: false,
  counts: new Map(),
});

export const mostFrequent = (counts: ReadonlyMap<string, number>, most: number): { name: string; count: number }[] =>
  [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, most);
