// The audit service: takes entries from everywhere, redacts and bounds them, and writes them together a moment later. `record` never
// throws and never waits. What the disk refuses is kept here and tried again, with a banner; what would fill the memory is counted,
// and the count is itself an entry.

import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { AuditEntry, AuditStatus, AuditVerdict, NewAuditEntry } from '../../../shared/model/audit.ts';
import { auditLine, fieldsOfLine, plainEntry } from '../../../shared/model/audit-line.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { Slots } from '../../../shared/slots.ts';
import type { Ports } from '../ports.ts';
import type { ActionAudit, SettingsService } from '../services.ts';
import { Channel } from '../util/channel.ts';
import { type Begun, late, whole } from './begun.ts';
import { tidied } from './tidy.ts';

export interface AuditService extends ActionAudit {
  /** Writes what is queued now, as far as the disk takes it. */
  flush(): void;
  /** What was recorded until now is on disk, or the disk has refused it; holds up nothing. Never throws. */
  written(): Promise<void>;
  status(): AuditStatus;
  verify(signal: AbortSignal | undefined): Promise<AuditVerdict>;
  /** New entries as they are written. */
  follow(signal: AbortSignal | undefined): AsyncIterableIterator<AuditEntry>;
  onEntry(listener: (entries: readonly AuditEntry[]) => void): () => void;
  /** Puts the head down now, in the vault where that is open. Never throws. */
  anchor(): Promise<void>;
  start(): void;
  /** Writes what is queued; from now on each entry is written at once, as nothing may wait while the host closes. */
  settle(): void;
  /** The last: anchors the head and takes nothing more. */
  close(): Promise<void>;
}

/** Entries that come within this time share a commit. */
const gatherMs = 100;
/**
 * So many are written before that. Each commit costs a sync of the disk, and pages that the next one writes again; but whoever waits for
 * all to be on disk waits for as many as this.
 */
const mostAtOnce = 200;
/** So many are sent at once; who writes them does so elsewhere when they are many. */
const mostSent = 1000;
const mostWaiting = 20_000;
/** The head is put into the vault after so many entries, but not more often than this; or after some minutes when there were any. */
const anchorEvery = 200;
const anchorPauseMs = 1000;
const anchorMs = 5 * 60_000;
/** After the start. */
const firstAnchorMs = 500;
const retryMs = 3000;
const dayMs = 86_400_000;
/** Closing does not wait longer for the vault than this. */
const closeMs = 3000;

type Deps = {
  ports: { store: Pick<Ports['store'], 'audit'> } & Pick<Ports, 'clock' | 'log' | 'vault'>;
  settings: Pick<SettingsService, 'get'>;
};

export function createAudit({ ports, settings }: Deps): AuditService {
  const { store, clock, log } = ports;
  const news = new Channel<AuditEntry>();
  const listeners = new Set<(entries: readonly AuditEntry[]) => void>();
  /** Texts of `auditLine`. */
  let queue: string[] = [];
  /** What is under way and not told yet. */
  const begun = new Slots<Begun>();
  /** So many of the first of the queue are being written. */
  let sent = 0;
  /** They are being written at the next turn. */
  let isSoon = false;
  /** Who waits until so many of the first of the queue are written. */
  let waiting: { left: number; done: () => void }[] = [];
  let lost = 0;
  let isRefused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  let sinceAnchor = 0;
  let anchoredAt = clock.now();
  let notBefore = 0;
  let anchorTimer: ReturnType<typeof setTimeout> | undefined;
  let anchoring: Promise<void> | undefined;
  let sealedAt = 0;
  let verdict: AuditVerdict | undefined;
  let isSettled = false;
  let isClosed = false;

  function plan(ms: number): void {
    if (timer !== undefined || isSettled) return;
    timer = setTimeout(() => {
      timer = undefined;
      pass();
    }, ms);
  }

  /** Many at once, and those that somebody waits for, do not wait for others: they are written while the rest is still being done. */
  function soon(): void {
    clearTimeout(timer);
    timer = undefined;
    isSoon = true;
    plan(0);
  }

  /** Sends what is queued, one batch at a time; the next follows when it is on disk. */
  function pass(): void {
    isSoon = false;
    tellBegun(clock.now() - gatherMs);
    if (sent > 0 || queue.length === 0) return;
    // A list of its own: what comes while it is being written is not of it.
    const batch = queue.slice(0, mostSent);
    sent = batch.length;
    store.audit.send(batch, (result) => {
      sent = 0;
      if ('error' in result) return refused(result.error);
      taken(batch, result.last);
      if (queue.length > 0 && waiting.length > 0) soon();
      else if (queue.length > 0) plan(queue.length >= mostAtOnce ? 0 : gatherMs);
    });
  }

  /** What began before this and has not ended is told now; what becomes of it will be an entry of its own. */
  function tellBegun(before: number): void {
    // One from the future began before the clock was put back.
    const now = clock.now();
    const late = begun.all().filter((each) => each.at <= before || each.at > now);
    for (const each of late.sort((a, b) => a.at - b.at)) {
      begun.take(each.place);
      each.isTold = true;
      take(each.entry, each.at);
    }
    if (begun.size > 0) plan(gatherMs);
  }

  function flush(): void {
    tellBegun(Number.POSITIVE_INFINITY);
    store.audit.settle();
    while (queue.length > 0)
      try {
        const batch = queue.slice(0, mostSent);
        taken(batch, store.audit.append(batch));
      } catch (error) {
        refused(error);
        break;
      }
  }

  function written(): Promise<void> {
    if (isSettled) flush();
    else tellBegun(Number.POSITIVE_INFINITY);
    if (isSettled || queue.length === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ left: queue.length, done: resolve });
    if (sent === 0 && !isSoon) soon();
    return promise;
  }

  /** So many more of the queue are dealt with. */
  function letGo(count: number): void {
    for (const each of waiting) {
      each.left -= count;
      if (each.left <= 0) each.done();
    }
    waiting = waiting.filter((each) => each.left > 0);
  }

  /** The first of the queue are on disk. */
  function taken(written: readonly string[], last: number): void {
    if (isRefused) store.audit.showWaiting(0);
    isRefused = false;
    queue = queue.slice(written.length);
    sinceAnchor += written.length;
    tell(written, last - written.length);
    letGo(written.length);
    if (lost > 0 && queue.length < mostWaiting) tellLost();
    if (sinceAnchor >= anchorEvery && !isSettled) anchorSoon();
  }

  /** Nobody looks at most of them, and for nobody they are not read again. */
  function tell(written: readonly string[], before: number): void {
    if (listeners.size === 0 && news.readerCount === 0) return;
    const entries = written.map((line, at) => plainEntry(before + 1 + at, fieldsOfLine(line)) as AuditEntry);
    for (const entry of entries) news.send(entry);
    for (const listener of listeners) listener(entries);
  }

  function refused(error: unknown): void {
    // Not the disk: what the thread had not written is written here, and nobody need hear of it.
    if (toAppError(error).code === 'audit-thread-gone') {
      plan(0);
      return;
    }
    if (!isRefused) log.error('The audit log cannot be written', { error: toAppError(error).message });
    isRefused = true;
    letGo(Number.POSITIVE_INFINITY);
    store.audit.showWaiting(queue.length);
    plan(retryMs);
  }

  function tellLost(): void {
    const count = lost;
    lost = 0;
    record({
      kind: 'change',
      actor: { kind: 'app', name: 'Orrery' },
      what: 'audit:lost',
      outcome: 'failed',
      reason: `${count} entries could not be kept while the disk refused to be written to.`,
    });
  }

  function record(entry: NewAuditEntry): void {
    take(entry, clock.now());
  }

  function take(entry: NewAuditEntry, at: number): void {
    try {
      if (isClosed) return;
      if (queue.length >= mostWaiting) {
        lost += 1;
        return;
      }
      queue.push(
        auditLine(
          tidied(entry, (text) => ports.vault.redact(text)),
          at,
        ),
      );
      if (isSettled) flush();
      else if (queue.length >= mostAtOnce && !isSoon && sent === 0 && !isRefused) soon();
      else plan(gatherMs);
    } catch (error) {
      log.error('An entry of the audit log could not be taken', { error: String(error) });
    }
  }

  function begin(entry: NewAuditEntry): (ended: NewAuditEntry) => void {
    if (isSettled || begun.size >= mostWaiting) {
      record(entry);
      return record;
    }
    const mine: Begun = { entry, at: clock.now(), place: 0, isTold: false };
    mine.place = begun.add(mine);
    plan(gatherMs);
    return (ended) => {
      if (mine.isTold) return record(late(mine.entry, ended));
      begun.take(mine.place);
      mine.isTold = true;
      record(whole(mine.entry, ended));
    };
  }

  function anchorSoon(): void {
    const left = notBefore - clock.now();
    if (left <= 0) void anchor();
    else
      anchorTimer ??= setTimeout(
        () => {
          if (!isSettled) void anchor();
        },
        Math.min(left, anchorPauseMs),
      );
  }

  function anchor(): Promise<void> {
    clearTimeout(anchorTimer);
    anchorTimer = undefined;
    sinceAnchor = 0;
    anchoredAt = clock.now();
    notBefore = anchoredAt + anchorPauseMs;
    anchoring ??= store.audit
      .anchor()
      .then(() => undefined)
      .catch((error: unknown) => log.warn('The head of the audit log could not be anchored', { error: toAppError(error).message }))
      .finally(() => {
        anchoring = undefined;
      });
    return anchoring;
  }

  async function seal(): Promise<void> {
    sealedAt = clock.now();
    const days = settings.get().keepAuditDays;
    try {
      const done = await store.audit.seal({ removeBefore: days === 0 ? undefined : clock.now() - days * dayMs });
      if (done.sealed + done.removed > 0)
        record({
          kind: 'change',
          actor: { kind: 'app', name: 'Orrery' },
          what: 'audit:segments',
          outcome: 'done',
          reason: `Old entries were put away: ${done.sealed} sealed, ${done.removed} sealed ${done.removed === 1 ? 'file' : 'files'} removed by age.`,
          details: done as unknown as JsonObject,
        });
    } catch (error) {
      log.warn('Old entries of the audit log could not be sealed', { error: toAppError(error).message });
    }
  }

  return {
    record,
    begin,
    flush: () => flush(),
    written,
    status: () => ({ ...store.audit.status(), waiting: queue.length, ...(verdict === undefined ? {} : { verdict }) }),
    async verify(signal) {
      await written();
      try {
        verdict = await store.audit.verify(signal);
        return verdict;
      } catch (error) {
        if (!isCancelled(error)) log.error('The audit log could not be verified', { error: toAppError(error).message });
        throw error;
      }
    },
    follow: (signal) => news.follow(signal),
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async anchor() {
      if (isSettled) return;
      flush();
      // One that is under way may have looked at a vault that was not open yet.
      await anchoring;
      await anchor();
    },
    start() {
      // Not on the way to the first page: it opens the log's file and asks the vault for its key.
      anchorTimer ??= setTimeout(() => void anchor(), firstAnchorMs);
      ticker = setInterval(() => {
        if (sinceAnchor > 0 && clock.now() - anchoredAt >= anchorMs) void anchor();
        if (clock.now() - sealedAt >= dayMs / 24) void seal();
      }, 30_000);
    },
    settle() {
      clearInterval(ticker);
      // First: from then on each entry is written by itself, and telling one would come to the others again.
      if (!isSettled) tellBegun(Number.POSITIVE_INFINITY);
      clearTimeout(timer);
      clearTimeout(anchorTimer);
      isSettled = true;
      flush();
    },
    async close() {
      this.settle();
      isClosed = true;
      let late: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([
        (anchoring ?? Promise.resolve()).then(anchor),
        new Promise<void>((resolve) => {
          late = setTimeout(resolve, closeMs);
        }),
      ]);
      clearTimeout(late);
      news.end();
    },
  };
}
