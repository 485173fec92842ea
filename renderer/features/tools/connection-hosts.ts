// Entries of the ledger about one server, by host. Pure.

import { type AuditEntry, connectionDetails } from '../../../shared/model/audit.ts';

export interface ReachedHost {
  host: string;
  connections: number;
  refused: number;
  isOpen: boolean;
  bytesOut: number;
  bytesIn: number;
  lastAt: number;
}

/** Newest host first. Of a connection that has two entries, one when it opened and one when it ended, the newer counts. */
export function hostsOf(entries: readonly AuditEntry[]): ReachedHost[] {
  const seen = new Set<string>();
  const hosts = new Map<string, ReachedHost>();
  for (const entry of [...entries].sort((a, b) => b.seq - a.seq)) {
    const parsed = connectionDetails.safeParse(entry.details);
    if (!parsed.success) continue;
    const { connection, host: name, port, isRefused, isOpen, bytesOut, bytesIn } = parsed.data;
    if (seen.has(connection)) continue;
    seen.add(connection);
    const key = port === 443 || port === 80 || port === 0 ? name : `${name}:${port}`;
    const host = hosts.get(key) ?? { host: key, connections: 0, refused: 0, isOpen: false, bytesOut: 0, bytesIn: 0, lastAt: entry.at };
    host.connections += isRefused ? 0 : 1;
    host.refused += isRefused ? 1 : 0;
    host.isOpen ||= isOpen;
    host.bytesOut += bytesOut;
    host.bytesIn += bytesIn;
    host.lastAt = Math.max(host.lastAt, entry.at);
    hosts.set(key, host);
  }
  return [...hosts.values()].sort((a, b) => b.lastAt - a.lastAt);
}
