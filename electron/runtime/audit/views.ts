// The log as the Security page asks for it. Entries are read in slices, so that a long log stalls nobody, and the newest are kept at
// hand as they come.

import type { AuditEntry } from '../../../shared/model/audit.ts';
import type { Anomaly, ComplianceReport, ConnectionGroup } from '../../../shared/model/audit-report.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { Ports } from '../ports.ts';
import { findAnomalies } from './anomalies.ts';
import type { AuditService } from './audit.ts';
import { groupConnections } from './ledger.ts';
import { makeReport } from './report.ts';

export interface AuditViews {
  connections(by: 'host' | 'who', since: number | undefined, until: number | undefined): Promise<ConnectionGroup[]>;
  anomalies(): Promise<Anomaly[]>;
  dismiss(id: string): void;
  report(since: number, until: number | undefined, signal: AbortSignal | undefined): Promise<ComplianceReport>;
}

const slice = 500;
/** Anomalies look at so much: a week, and not more than this many entries. */
const weekMs = 7 * 86_400_000;
const mostAtHand = 20_000;

export function createAuditViews({ audit, ports }: { audit: AuditService; ports: Pick<Ports, 'store' | 'clock'> }): AuditViews {
  const { audit: store } = ports.store;
  let recent: AuditEntry[] | undefined;
  let loading: Promise<AuditEntry[]> | undefined;
  /** What came while it was being read. */
  let came: AuditEntry[] = [];
  let isHearing = false;
  let told: { at: number; seq: number; found: Anomaly[] } | undefined;
  const keepAtHand = (entries: readonly AuditEntry[]): void => {
    const { seq: last = 0 } = recent?.at(-1) ?? {};
    // What came while it was read was on disk before it was told.
    for (const entry of entries) if (entry.seq > last) recent?.push(entry);
    if (recent !== undefined && recent.length > mostAtHand * 1.1) recent = recent.slice(-mostAtHand);
  };
  const hear = (entries: readonly AuditEntry[]): void => {
    if (recent !== undefined) keepAtHand(entries);
    else if (loading !== undefined) came.push(...entries);
  };

  async function read(after: number, since: number, until: number, signal?: AbortSignal): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (let from = after; ; ) {
      signal?.throwIfAborted();
      const page = await store.listAfter(from, slice, until, signal);
      for (const entry of page) if (entry.at >= since) found.push(entry);
      if (page.length < slice) return found;
      from = page.at(-1)?.seq ?? from;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async function runsOf(since: number, until: number, signal: AbortSignal | undefined): Promise<RunSummary[]> {
    const found = new Map<RunId, RunSummary>();
    for (let before = until; ; ) {
      signal?.throwIfAborted();
      const page = ports.store.runs.list({ limit: slice, since, before });
      const known = found.size;
      for (const run of page) found.set(run.id, run);
      const last = page.at(-1)?.startedAt;
      if (last === undefined || page.length < slice) return [...found.values()];
      // Those that began in the same millisecond are asked for once more, unless they fill a whole page.
      before = found.size > known && last + 1 < before ? last + 1 : last;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async function latest(): Promise<AuditEntry[]> {
    await audit.written();
    if (recent !== undefined) return recent;
    loading ??= (async () => {
      const since = ports.clock.now() - weekMs;
      const { last } = store.status();
      came = [];
      // Not before somebody asks: what nobody listens to is not read again when it is written.
      if (!isHearing) audit.onEntry(hear);
      isHearing = true;
      recent = await read(Math.max(await store.seqBefore(since), last - mostAtHand), since, Number.MAX_SAFE_INTEGER);
      keepAtHand(came);
      came = [];
      return recent;
    })().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  const anomalies = async (): Promise<Anomaly[]> => {
    const entries = await latest();
    const now = ports.clock.now();
    const seq = entries.at(-1)?.seq ?? 0;
    if (told === undefined || told.seq !== seq || now - told.at > 60_000)
      told = {
        at: now,
        seq,
        found: findAnomalies(
          entries.filter((entry) => now - entry.at <= weekMs),
          now,
        ),
      };
    const dismissed = new Set(store.dismissed());
    return told.found.filter((each) => !dismissed.has(each.id));
  };

  return {
    async connections(by, since, until) {
      const from = since ?? 0;
      await audit.written();
      const after = from === 0 ? 0 : await store.seqBefore(from);
      return groupConnections(await read(after, from, until ?? Number.MAX_SAFE_INTEGER), by);
    },
    anomalies,
    dismiss: (id) => store.dismiss(id, ports.clock.now()),
    async report(since, until, signal) {
      const to = until ?? ports.clock.now();
      const verdict = await audit.verify(signal);
      const entries = await read(await store.seqBefore(since, signal), since, to, signal);
      const { first, firstAt } = store.status();
      return makeReport(entries, {
        since,
        until: to,
        madeAt: ports.clock.now(),
        sealed: firstAt !== undefined && firstAt > since ? Math.max(0, first - 1) : 0,
        verdict,
        anomalies: await anomalies(),
        runs: await runsOf(since, to, signal),
      });
    },
  };
}
