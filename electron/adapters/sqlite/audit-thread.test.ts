// The log's own thread: what it writes, what is kept of what it was sent when the disk refuses, when the process is killed, and when it is
// lost at the worst moments: while it waits for the file, while it commits, between commit and answer.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { AuditWritten } from '../../runtime/audit-ports.ts';
import { chainWriter } from './audit-chain.ts';
import { auditLab, entryOf, fakeVault, inThread, lines, numbers } from './audit-test-support.ts';
import { type AuditThread, startAuditThread } from './audit-thread.ts';
import { openWriteDb } from './db.ts';
import { Health } from './health.ts';

const lab = auditLab({ auditLimits: inThread });

it('writes in a thread what it writes without one: in order, chained, and found by who asks', async () => {
  const { audit } = lab;
  expect(audit.append(lines(3))).toBe(3);
  const answers: unknown[] = [];
  audit.send(lines(200, 4), (result) => answers.push(result));
  audit.send(lines(50, 204), (result) => answers.push(result));
  expect(answers).toEqual([]);
  // Who has to wait gets the answers of all before, in their order, and then its own.
  expect(audit.append(lines(2, 254))).toBe(255);
  expect(answers).toEqual([{ last: 203 }, { last: 253 }]);
  expect(await lab.send(45, 256)).toEqual({ last: 300 });
  expect(audit.list({ limit: 500 }).map((each) => each.what)).toEqual(numbers(1, 300).map((n) => `thing ${301 - n}`));
  expect(audit.get(220)).toEqual({ seq: 220, ...entryOf(220) });
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 300, last: 300, faults: 0 });
  await lab.reopen();
  lab.audit.append(lines(1, 301));
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 301 });
});

it('goes on with the vault’s key in the middle, seals while the thread writes, and gives the thread back', async () => {
  await lab.reopen(undefined, { auditLimits: { threadFrom: 1, idleMs: 20 } });
  await lab.send(60, 1);
  lab.opened.attachAuditVault(fakeVault().vault);
  expect(await lab.audit.anchor()).toBe(true);
  const sealing = lab.audit.seal({ maxEntries: 50 });
  await lab.send(60, 61);
  expect((await sealing).sealed).toBeGreaterThan(0);
  // Idle: the main thread writes again, and later the thread.
  await new Promise((resolve) => setTimeout(resolve, 60));
  lab.audit.append(lines(1, 121));
  expect(await lab.send(3, 122)).toEqual({ last: 124 });
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 124, anchor: { where: 'vault', seq: 60 } });
});

it('refuses as a whole what the disk refuses, and takes it again', async () => {
  await lab.send(5, 1);
  const lock = new Database(join(lab.folder, 'audit.db'));
  lock.exec('begin immediate');
  const refused = await lab.send(3, 6);
  expect(refused).toMatchObject({ error: { code: 'database-busy' } });
  lock.exec('rollback');
  lock.close();
  expect(await lab.send(3, 6)).toEqual({ last: 8 });
  expect((await lab.verify()).state).toBe('whole');
}, 30_000);

it('goes on without its thread when that ends, and forgets no batch that was not acknowledged', async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  process.on('worker', note);
  try {
    expect(await lab.send(50, 1)).toEqual({ last: 50 });
    expect(threads).toHaveLength(1);
    const answer = lab.send(5000, 51);
    await threads[0]?.terminate();
    const result = await answer;
    // Who sent it sends it again: all of it was there, or nothing.
    if ('error' in result) {
      expect(result.error).toMatchObject({ code: 'audit-thread-gone', retryable: true });
      expect(await lab.send(5000, 51)).toEqual({ last: 5050 });
    }
    expect(await lab.send(20, 5051)).toEqual({ last: 5070 });
    expect(threads).toHaveLength(1);
    expect(await lab.verify()).toMatchObject({ state: 'whole', last: 5070 });
  } finally {
    process.off('worker', note);
  }
});

it.each([
  ['before it ended', false],
  ['when it had been given up already', true],
])('writes nothing twice that its thread committed without saying so, %s', async (_when, isLate) => {
  const gone = new AppError('audit-thread-gone', 'The thread ended.', { retryable: true });
  let end = (): void => undefined;
  // It commits two batches, answers the first of them only, and does not come to the third.
  const start: typeof startAuditThread = (file, from, lost) => {
    const write = openWriteDb(file, new Health(1000));
    const put = chainWriter(write);
    const work: (() => void)[] = [];
    const waiting: Parameters<AuditThread['append']>[2][] = [];
    let at = from;
    let taken = 0;
    end = () => {
      if (!isLate) work[0]?.();
      lost(gone);
      for (const answered of waiting) answered(gone);
      if (isLate) work[0]?.();
      write.close();
    };
    return {
      append(key, given, answered) {
        taken += 1;
        const commit = (): void => {
          at = write.atomically(() => put(at, key, given));
        };
        if (taken > 1) {
          work.push(commit);
          waiting.push(answered);
          return;
        }
        commit();
        answered(at);
      },
      settle: () => end(),
      close: async () => undefined,
    };
  };
  await lab.reopen(undefined, { auditLimits: { ...inThread, start } });
  const { audit } = lab;
  const answers: unknown[] = [];
  for (const [count, from] of [
    [5, 1],
    [450, 6],
    [3, 456],
  ] as const)
    audit.send(lines(count, from), (result) => answers.push(result));
  expect(answers).toEqual([{ last: 5 }]);
  end();
  const unknown = { error: expect.objectContaining({ code: 'audit-thread-gone' }) };
  expect(answers).toEqual([{ last: 5 }, unknown, unknown]);
  // Sent again in other pieces, and not first: what was there is not written, and the rest is.
  expect(audit.append(lines(1, 900))).toBe(456);
  expect(audit.append(lines(100, 6))).toBe(105);
  expect(await lab.send(353, 106)).toEqual({ last: 459 });
  const things = [...numbers(1, 455), 900, ...numbers(456, 458)].map((n) => `thing ${n}`);
  expect(audit.list({ limit: 500 }).map((each) => each.what)).toEqual(things.toReversed());
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 459 });
});

it('commits nothing once it was given up while it waited for the file', async () => {
  await lab.reopen(undefined, { auditLimits: { ...inThread, start: (file, end, lost) => startAuditThread(file, end, lost, 250) } });
  const { audit } = lab;
  await lab.send(5, 1);
  const other = new Database(join(lab.folder, 'audit.db'));
  other.exec('begin immediate');
  const answers: AuditWritten[] = [];
  audit.send(lines(20, 6), (answer) => {
    answers.push(answer);
    // The file is free again, and the thread has all the time to go on.
    other.exec('rollback');
    other.close();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  });
  audit.settle();
  expect(answers).toEqual([{ error: expect.objectContaining({ code: 'audit-thread-gone' }) }]);
  expect(audit.status().last).toBe(5);
  expect(audit.append(lines(25, 6))).toBe(30);
  expect(audit.list({ limit: 500 }).map((each) => each.what)).toEqual(numbers(1, 30).map((n) => `thing ${31 - n}`));
  expect(await lab.verify()).toMatchObject({ state: 'whole', checked: 30 });
});

it('is written by the main thread where the computer gives no further one, and does not ask for it again at once', async () => {
  let tries = 0;
  const start = (): never => {
    tries += 1;
    throw new Error('ERR_WORKER_INIT_FAILED: EAGAIN');
  };
  await lab.reopen(undefined, { auditLimits: { ...inThread, start } });
  expect(await lab.send(3, 1)).toEqual({ last: 3 });
  expect(await lab.send(3, 4)).toEqual({ last: 6 });
  expect(tries).toBe(1);
});

it('loses no entry that was acknowledged when the process is killed', async () => {
  const program = join(lab.folder, 'writer.ts');
  const source = (name: string) => JSON.stringify(new URL(`./${name}`, import.meta.url).href);
  writeFileSync(
    program,
    `import { openStore } from ${source('open.ts')};
import { auditLine } from ${source('../../../shared/model/audit-line.ts')};
const { store } = openStore({ folder: process.argv[2], auditLimits: { threadFrom: 1, idleMs: 60000 } });
let n = 0;
const next = () => {
  const batch = Array.from({ length: 40 }, () => auditLine({ kind: 'call', actor: { kind: 'app', name: 'x' }, what: 'w' + ++n, outcome: 'done', reason: '' }, 1));
  store.audit.send(batch, (result) => { process.stdout.write(result.last + '\\n'); next(); });
};
setInterval(() => undefined, 1000);
next();`,
  );
  const child = spawn(process.execPath, [program, lab.folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (text) => {
    told += String(text);
    if (told.split('\n').length > 12) child.kill('SIGKILL');
  });
  await lab.reopen(() => once(child, 'exit'), {});
  const acknowledged = Number(told.trim().split('\n').at(-1));
  expect(acknowledged).toBeGreaterThanOrEqual(400);
  const verdict = await lab.verify();
  expect(verdict).toMatchObject({ state: 'whole', first: 1 });
  expect(verdict.last).toBeGreaterThanOrEqual(acknowledged);
}, 30_000);
