// The compliance report of a period: what ran, who approved, where data went. Pure, from the entries of the period alone.

import { assertNever } from '../../../shared/errors.ts';
import { type AuditEntry, type AuditVerdict, allowedBy } from '../../../shared/model/audit.ts';
import type { Anomaly, ComplianceReport } from '../../../shared/model/audit-report.ts';
import type { RunOrigin, RunSummary } from '../../../shared/model/run.ts';
import { groupConnections, mostFrequent } from './ledger.ts';

const mostListed = 200;
const mostBy = 10;

class Tally {
  readonly #groups = new Map<string, { count: number; failed: number; by: Map<string, number> }>();

  add(name: string, by: string, isFailed = false): void {
    const group = this.#groups.get(name) ?? { count: 0, failed: 0, by: new Map<string, number>() };
    group.count += 1;
    if (isFailed) group.failed += 1;
    group.by.set(by, (group.by.get(by) ?? 0) + 1);
    this.#groups.set(name, group);
  }

  list(): { name: string; count: number; failed: number; by: { name: string; count: number }[] }[] {
    return [...this.#groups]
      .map(([name, { count, failed, by }]) => ({ name, count, failed, by: mostFrequent(by, mostBy) }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }
}

export interface ReportFacts {
  since: number;
  until: number;
  madeAt: number;
  sealed: number;
  verdict: AuditVerdict | undefined;
  anomalies: readonly Anomaly[];
  /** Those of the period that are still kept; most leave nothing in the log, as they reach out of themselves nowhere. */
  runs: readonly RunSummary[];
}

/** `entries` oldest first, all of the period. */
export function makeReport(entries: readonly AuditEntry[], facts: ReportFacts): ComplianceReport {
  const of = (kind: AuditEntry['kind']) => entries.filter((entry) => entry.kind === kind);
  const decisions = of('decision');
  const connections = groupConnections(entries, 'host');
  const access = of('access');
  const rules = new Map<string, number>();
  for (const entry of entries) {
    const allowed = allowedBy(entry);
    // One that was decided in an entry of its own is counted there.
    if (allowed !== undefined && entry.details?.decided !== true) count(rules, allowed.rule);
  }
  const answers = entries.filter((entry) => entry.kind === 'answer' || (entry.kind === 'decision' && entry.outcome === 'denied'));
  // What did not come about changed nothing.
  const changes = of('change').filter(({ outcome }) => outcome === 'done' || outcome === 'allowed');
  return {
    since: facts.since,
    until: facts.until,
    madeAt: facts.madeAt,
    entries: entries.length,
    sealed: facts.sealed,
    chain: chainWords(facts.verdict),
    ran: whatRan(entries, facts.runs),
    approved: {
      byRule: mostFrequent(rules, 50),
      byPerson: of('answer').filter((entry) => entry.outcome === 'allowed').length,
      asked: decisions.filter((entry) => entry.outcome === 'asked').length,
      denied: answers.filter((entry) => entry.outcome === 'denied').length,
      answers: answers.slice(-mostListed).reverse(),
    },
    data: {
      hosts: connections.filter((group) => !group.isLocal),
      refused: connections.reduce((sum, group) => sum + group.refused, 0),
      bytesOut: sumOf(connections, 'bytesOut'),
      bytesIn: sumOf(connections, 'bytesIn'),
      secrets: secretsOf(of('secret')),
    },
    changed: {
      byKind: changedOf(changes),
      undone: of('undo').filter((entry) => entry.outcome === 'done').length,
      newest: changes.slice(-mostListed).reverse(),
    },
    access: {
      allowed: access.filter((entry) => entry.outcome === 'allowed').length,
      refused: access.filter((entry) => entry.outcome === 'denied').length,
    },
    anomalies: facts.anomalies.filter((each) => each.lastAt >= facts.since && each.firstAt < facts.until),
  };
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
/** Beyond this machine. */
const sumOf = (groups: ReturnType<typeof groupConnections>, name: 'bytesOut' | 'bytesIn'): number =>
  groups.filter((group) => !group.isLocal).reduce((sum, group) => sum + group[name], 0);

function whatRan(entries: readonly AuditEntry[], runs: readonly RunSummary[]): ComplianceReport['ran'] {
  const calls = new Tally();
  const processes = new Tally();
  for (const entry of entries) {
    if (entry.kind === 'call') calls.add(entry.what, entry.actor.name, entry.outcome === 'failed');
    if (entry.kind === 'process' && entry.details?.event === 'start')
      processes.add(
        typeof entry.details.server === 'string' ? entry.details.server : entry.what,
        entry.actor.name,
        entry.outcome === 'failed',
      );
  }
  const workflows = new Tally();
  for (const { kind, title, origin, status } of runs) if (kind === 'workflow') workflows.add(title, startedBy(origin), status === 'failed');
  // A run that is not kept any more is still known by what it did.
  const all = new Set([...runs.map(({ id }) => id), ...entries.flatMap((entry) => (entry.run === undefined ? [] : [entry.run]))]);
  return {
    runs: all.size,
    workflows: workflows
      .list()
      .slice(0, mostListed)
      .map(({ name: title, ...rest }) => ({ title, ...rest })),
    calls: calls.list().map(({ name, ...rest }) => ({ tool: name, ...rest })),
    processes: processes.list().map(({ name, count: starts, failed }) => ({ name, starts, failed })),
  };
}

function startedBy(origin: RunOrigin): string {
  switch (origin.kind) {
    case 'manual':
    case 'fork':
    case 'replay':
      return 'You';
    case 'job':
      return 'Its job';
    case 'client':
      return origin.client;
    case 'chat':
      return 'A chat';
    case 'sub-workflow':
      return 'Another run';
    default:
      return assertNever(origin);
  }
}

function secretsOf(entries: readonly AuditEntry[]): ComplianceReport['data']['secrets'] {
  const tally = new Tally();
  for (const entry of entries) tally.add(entry.what.replace(/^secret:/, ''), entry.actor.name, entry.outcome === 'denied');
  return tally.list().map(({ name, count: uses, failed, by }) => ({ name, uses: uses - failed, refused: failed, by }));
}

function changedOf(entries: readonly AuditEntry[]): ComplianceReport['changed']['byKind'] {
  const tally = new Tally();
  for (const entry of entries) tally.add(/^([a-z-]+):/.exec(entry.what)?.[1] ?? 'other', entry.actor.name);
  return tally.list().map(({ name, count: n, by }) => ({ name, count: n, by }));
}

export function chainWords(verdict: AuditVerdict | undefined): ComplianceReport['chain'] {
  if (verdict === undefined) return { state: 'unknown', text: 'The chain was not verified.' };
  const checked = `${verdict.checked} entries, ${verdict.first} to ${verdict.last}`;
  switch (verdict.state) {
    case 'whole':
      return { state: 'whole', text: `Verified: ${checked}, with nothing changed or missing.` };
    case 'partial':
      return { state: 'partial', text: `${checked} were verified; ${verdict.unchecked} could not be, as the vault is locked.` };
    case 'broken':
      return { state: 'broken', text: `Not whole: ${verdict.broken?.message ?? 'something was changed.'}` };
  }
}
