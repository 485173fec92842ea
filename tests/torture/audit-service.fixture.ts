// A process that takes entries into the real audit service over a real data folder: `<folder> <seed> <life> <how>`. Says on stdout, one
// JSON line each, what was taken, and what the service itself told as written. How it ends:
// `kill`: goes on until it is killed. `close`: in order. `full`: the disk is full for a while (`<ballast>`), then in order.
// `locked`: another connection holds the log, so that commits are refused, for a while; then in order.

import { rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { auditFile } from '../../electron/adapters/sqlite/audit-file.ts';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { createAudit } from '../../electron/runtime/audit/audit.ts';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import type { AuditLife } from './audit-ledger.ts';

const [folder = '', seed = '1', life = '', how = 'kill', ballast = ''] = process.argv.slice(2);
const random = seeded(Number(seed));
const say = (line: AuditLife): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const below = (n: number): number => Math.floor(random() * n);

const opened = openStore({ folder, probeEveryMs: 50, auditLimits: { threadFrom: random() < 0.5 ? 100 : 10_000_000, idleMs: 60_000 } });
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const audit = createAudit({
  ports: {
    store: opened.store,
    clock: { now: () => Date.now(), sleep: (ms) => sleep(ms) },
    log: quiet,
    vault: { redact: (text: string) => text } as never,
  },
  settings: { get: () => ({ keepAuditDays: 0 }) as never },
});
audit.onEntry((entries) => {
  const told = entries.flatMap(({ what }) => (what.startsWith(`${life}:`) ? [what.slice(life.length + 1)] : []));
  say({ kept: told });
});
audit.start();

let taken = 0;
/** Of those that begin and end: they come when they end, or once more where they take long. */
let pairs = 0;
const entry = (id: string, outcome: NewAuditEntry['outcome']): NewAuditEntry => ({
  ...{ kind: 'call', actor: { kind: 'agent', id: 'a', name: 'Librarian' }, what: `${life}:${id}`, outcome },
  reason: 'x'.repeat(below(300)),
});

/** Some at once, as calls come: most are one entry, some begin and end. */
function take(count: number): void {
  for (let i = 0; i < count; i += 1) {
    audit.record(entry(`r${taken}`, 'done'));
    taken += 1;
    if (random() > 0.1) continue;
    const id = `b${pairs}`;
    pairs += 1;
    const end = audit.begin(entry(id, 'allowed'));
    setTimeout(() => end(entry(id, 'done')), below(250)).unref();
  }
  say({ taken, pairs, at: Date.now() });
}

async function takeFor(ms: number, most = 12_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const isBurst = random() < 0.3;
    if (taken < most) take(isBurst ? 1 + below(800) : 1 + below(30));
    if (random() < 0.2) await sleep(below(120));
    else await nextTurn();
  }
}

/** Until it is let go. */
async function withFullDisk(work: () => Promise<void>): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - below(300_000))));
  try {
    await work();
  } finally {
    rmSync(ballast, { force: true });
  }
}

/** SQLite waits for 5 s before it gives up. */
async function withLockedLog(work: () => Promise<void>): Promise<void> {
  const other = new Database(auditFile(folder), { timeout: 2000 });
  other.exec('begin immediate');
  try {
    await work();
  } finally {
    other.exec('rollback');
    other.close();
  }
}

await takeFor(100);
switch (how) {
  case 'full':
    // More than it keeps waiting, now and then.
    await withFullDisk(() => takeFor(400 + below(600), random() < 0.3 ? 60_000 : 12_000));
    break;
  case 'locked':
    audit.flush();
    await withLockedLog(() => takeFor(6_000));
    break;
  case 'kill':
    await takeFor(60_000, 200_000);
    break;
  default:
    await takeFor(below(500));
}
say({ isRefused: audit.status().waiting });
// What has begun ends first, as the work of a host does before its log is closed.
await sleep(300);
await audit.close();
await opened.close();
say({ isClosed: true });
