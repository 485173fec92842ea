import { expect, it } from 'vitest';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import { connectionEntry } from './audit-records.ts';
import { fewerRefused } from './refused-rows.ts';

it('a server that is refused without end has a few entries and a count; what left the machine and what others did is all there', () => {
  const entries: NewAuditEntry[] = [];
  let now = 0;
  const record = fewerRefused(
    (entry) => entries.push(entry),
    () => now,
  );
  const row = (server: string, error: string | undefined, address = '') =>
    connectionEntry({
      ...{ server, at: now, host: 'evil.example:443', address, method: 'CONNECT', purpose: `tool server ${server}` },
      ...{ status: undefined, bytes: 0, ms: 1, error },
    });
  for (let n = 0; n < 100_000; n += 1) {
    now += 1;
    record(row('mad', 'host-not-allowed'));
    if (n % 1000 === 0) record(row('mad', undefined, '203.0.113.5'));
  }
  record(row('good', 'host-not-allowed'));
  const of = (what: string) => entries.filter((each) => each.what === what);
  expect(entries.length).toBeLessThan(400);
  expect(entries.filter((each) => each.outcome === 'done')).toHaveLength(100);
  expect(entries.filter((each) => each.actor.id === 'good')).toHaveLength(1);
  const counted = of('connection:more').reduce((sum, { details }) => sum + Number(details?.count ?? 0), 0);
  const listed = entries.filter((each) => each.kind === 'connection' && each.outcome === 'denied' && each.actor.id === 'mad').length;
  // All but those since the last count.
  expect(counted + listed).toBeGreaterThan(95_000);
  expect(counted + listed).toBeLessThanOrEqual(100_000);
});
