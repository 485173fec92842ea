// What is out of the ordinary, by plain rules over the log that a person can check by hand: so many of something by the same one
// within so long. Pure; no rule decides anything, each says what it saw.

import type { AuditActor, AuditEntry } from '../../../shared/model/audit.ts';
import type { Anomaly, AnomalyKind } from '../../../shared/model/audit-report.ts';
import { connectionOf, isLocalAddress, whoKey } from './ledger.ts';

const minute = 60_000;
const hour = 60 * minute;

interface Rule {
  kind: AnomalyKind;
  severity: Anomaly['severity'];
  /** So many, each no further from the one before than this. */
  least: number;
  withinMs: number;
  /** Which entries count, and as whose. */
  match(entry: AuditEntry): { key: string; who?: AuditActor; server?: string } | undefined;
  words(found: Episode): { title: string; text: string };
}

interface Episode {
  key: string;
  who: AuditActor | undefined;
  server: string | undefined;
  entries: AuditEntry[];
}

const detail = (entry: AuditEntry, name: string): string | undefined => {
  const value = entry.details?.[name];
  return typeof value === 'string' ? value : undefined;
};
const nameOf = ({ who, server }: Episode): string => who?.name ?? server ?? 'Somebody';
const span = (entries: readonly AuditEntry[]): string => {
  const ms = (entries.at(-1)?.at ?? 0) - (entries[0]?.at ?? 0);
  return ms < 1.5 * minute ? `${Math.max(1, Math.round(ms / 1000))} s` : `${Math.round(ms / minute)} min`;
};
const few = (values: Iterable<string>): string => {
  const all = [...new Set(values)];
  return all.length <= 4 ? all.join(', ') : `${all.slice(0, 4).join(', ')} and ${all.length - 4} more`;
};
const isProgram = (actor: AuditActor): boolean => actor.kind !== 'person' && actor.kind !== 'app';

const rules: readonly Rule[] = [
  {
    kind: 'many-files',
    severity: 'warning',
    least: 20,
    withinMs: 2 * minute,
    match: (entry) =>
      entry.kind === 'change' &&
      isProgram(entry.actor) &&
      entry.outcome === 'done' &&
      /^(file|folder):/.test(entry.what) &&
      (detail(entry, 'op') === 'delete' || detail(entry, 'op') === 'overwrite')
        ? { key: whoKey(entry.actor), who: entry.actor }
        : undefined,
    words(found) {
      const deleted = found.entries.filter((entry) => detail(entry, 'op') === 'delete').length;
      const count = found.entries.length;
      return {
        title: `${nameOf(found)} deleted or overwrote ${count} files`,
        text: `${deleted === 0 ? '' : `${deleted} deleted`}${deleted > 0 && deleted < count ? ' and ' : ''}${deleted === count ? '' : `${count - deleted} overwritten`} within ${span(found.entries)}; 20 without a pause of 2 minutes are out of the ordinary. Look at what changed, and undo it if it was not meant.`,
      };
    },
  },
  {
    kind: 'repeated-denials',
    severity: 'notice',
    least: 5,
    withinMs: 10 * minute,
    match: (entry) =>
      entry.outcome === 'denied' && entry.kind !== 'access' && entry.kind !== 'answer' && isProgram(entry.actor)
        ? { key: whoKey(entry.actor), who: entry.actor }
        : undefined,
    words: (found) => ({
      title: `${nameOf(found)} was denied ${found.entries.length} times`,
      text: `It tried ${few(found.entries.map((entry) => entry.what))} within ${span(found.entries)}. Something may be telling it to go beyond its grant; read what it was asked to do before you widen the grant.`,
    }),
  },
  {
    kind: 'secret-burst',
    severity: 'warning',
    least: 20,
    withinMs: minute,
    match: (entry) => (entry.kind === 'secret' && isProgram(entry.actor) ? { key: whoKey(entry.actor), who: entry.actor } : undefined),
    words: (found) => ({
      title: `${nameOf(found)} used secrets ${found.entries.length} times in a row`,
      text: `${few(found.entries.map((entry) => entry.what.replace(/^secret:/, '')))} within ${span(found.entries)}; 20 without a pause of a minute are out of the ordinary. If that is not what it is for, take its grant for these secrets back.`,
    }),
  },
  {
    kind: 'restart-storm',
    severity: 'warning',
    least: 4,
    withinMs: 3 * minute,
    match(entry) {
      const server = detail(entry, 'server');
      return entry.kind === 'process' && server !== undefined && detail(entry, 'event') === 'start' ? { key: server, server } : undefined;
    },
    words: (found) => ({
      title: `The tool server ${found.server ?? ''} was started ${found.entries.length} times`,
      text: `Within ${span(found.entries)}. It starts and ends again and again; its page says why it ended.`,
    }),
  },
  {
    kind: 'sign-in-failures',
    severity: 'warning',
    least: 5,
    withinMs: 10 * minute,
    match: (entry) => (entry.kind === 'access' && entry.outcome === 'denied' ? { key: 'door' } : undefined),
    words: (found) => ({
      title: `${found.entries.length} requests were turned away at the door`,
      text: `${few(found.entries.map((entry) => entry.what))} within ${span(found.entries)}. A page of another site, or a program without the key, tries to reach this host. Nothing was answered; if you did not try it yourself, look for what did.`,
    }),
  },
];

/** `entries` oldest first. */
export function findAnomalies(entries: readonly AuditEntry[], now: number): Anomaly[] {
  const found = rules.flatMap((rule) => episodesOf(rule, entries).map((episode) => anomalyOf(rule, episode)));
  return [...found, ...newHosts(entries, now), ...brokenLog(entries)].sort((a, b) => b.lastAt - a.lastAt);
}

/** Runs of matching entries by the same one, none further from the one before than the rule allows. */
function episodesOf(rule: Rule, entries: readonly AuditEntry[]): Episode[] {
  const open = new Map<string, Episode>();
  const done: Episode[] = [];
  for (const entry of entries) {
    const match = rule.match(entry);
    if (match === undefined) continue;
    const going = open.get(match.key);
    const last = going?.entries.at(-1);
    if (going !== undefined && last !== undefined && entry.at - last.at <= rule.withinMs) {
      going.entries.push(entry);
      continue;
    }
    if (going !== undefined) done.push(going);
    open.set(match.key, { key: match.key, who: match.who, server: match.server, entries: [entry] });
  }
  return [...done, ...open.values()].filter((episode) => episode.entries.length >= rule.least);
}

function anomalyOf(rule: Pick<Rule, 'kind' | 'severity' | 'words'>, episode: Episode): Anomaly {
  const first = episode.entries[0] as AuditEntry;
  const last = episode.entries.at(-1) as AuditEntry;
  const runs = new Set(episode.entries.map((entry) => entry.run));
  const [run] = runs;
  return {
    id: `${rule.kind}:${episode.key}:${first.seq}`,
    kind: rule.kind,
    severity: rule.severity,
    ...rule.words(episode),
    firstAt: first.at,
    lastAt: last.at,
    count: episode.entries.length,
    ...(episode.who === undefined ? {} : { who: episode.who }),
    ...(episode.server === undefined ? {} : { server: episode.server }),
    ...(runs.size === 1 && run !== undefined ? { run } : {}),
    entries: episode.entries.slice(-50).map((entry) => entry.seq),
  };
}

/** A server is known once it has connected so often, or for so long; hosts it first reaches in the last day are then new. */
const knownAfter = 20;
const knownMs = 24 * hour;

function newHosts(entries: readonly AuditEntry[], now: number): Anomaly[] {
  const servers = new Map<string, { firstAt: number; count: number; hosts: Map<string, AuditEntry[]>; fresh: Set<string> }>();
  for (const entry of entries) {
    const connection = connectionOf(entry);
    const server = entry.actor.kind === 'server' ? (entry.actor.id ?? entry.actor.name) : undefined;
    if (connection === undefined || server === undefined || isLocalAddress(connection.address)) continue;
    const known = servers.get(server) ?? { firstAt: entry.at, count: 0, hosts: new Map(), fresh: new Set() };
    servers.set(server, known);
    const { host } = connection;
    const seen = known.hosts.get(host);
    if (seen === undefined && (known.count >= knownAfter || entry.at - known.firstAt >= knownMs) && now - entry.at <= knownMs)
      known.fresh.add(host);
    known.hosts.set(host, [...(seen ?? []).slice(-9), entry]);
    known.count += 1;
  }
  return [...servers].flatMap(([server, { fresh, hosts, count }]) => {
    if (fresh.size === 0) return [];
    const rows = [...fresh].flatMap((host) => hosts.get(host) ?? []).sort((a, b) => a.seq - b.seq);
    const refused = rows.every((entry) => connectionOf(entry)?.isRefused === true);
    const words = () => ({
      title: `The tool server ${server} ${refused ? 'tried to reach' : 'reached'} ${fresh.size === 1 ? 'a new host' : `${fresh.size} new hosts`}`,
      text: `${few(fresh)}. In ${count} connections before it had never gone there. ${refused ? 'All were refused.' : 'If you did not change what it does, stop it and look at what it was sent.'}`,
    });
    const rule = { kind: 'new-hosts' as const, severity: refused ? ('notice' as const) : ('warning' as const), words };
    return [anomalyOf(rule, { key: server, who: undefined, server, entries: rows })];
  });
}

/** What the log itself says of losses. */
const brokenLog = (entries: readonly AuditEntry[]): Anomaly[] =>
  entries
    .filter((entry) => entry.what === 'audit:lost' || (entry.what === 'audit:verified' && entry.outcome === 'failed'))
    .slice(-5)
    .map((entry) => ({
      id: `log-broken:${entry.seq}`,
      kind: 'log-broken',
      severity: 'warning',
      title: entry.what === 'audit:lost' ? 'Entries of the audit log were lost' : 'The audit log is not whole',
      text: entry.reason,
      firstAt: entry.at,
      lastAt: entry.at,
      count: 1,
      entries: [entry.seq],
    }));
