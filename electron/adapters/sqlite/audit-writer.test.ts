// Where the computer gives no further thread, the log is written all the same.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { AuditWritten } from '../../runtime/audit-ports.ts';
import { openStore } from './open.ts';

const tries = vi.hoisted(() => ({ count: 0 }));
vi.mock('./audit-thread.ts', () => ({
  startAuditThread() {
    tries.count += 1;
    throw new Error('ERR_WORKER_INIT_FAILED: EAGAIN');
  },
}));

it('writes on the main thread when no thread can be begun, and does not try again at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-audit-writer-'));
  const opened = openStore({ folder, auditLimits: { threadFrom: 1, idleMs: 60_000 } });
  try {
    for (const last of [1, 2]) {
      const result = await new Promise<AuditWritten>((resolve) =>
        opened.store.audit.send(
          [{ at: 1, kind: 'call', actor: { kind: 'app', name: 'x' }, what: 'w', outcome: 'done', reason: '' }],
          resolve,
        ),
      );
      expect(result).toMatchObject({ entries: [{ seq: last }] });
    }
    expect(tries.count).toBe(1);
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
