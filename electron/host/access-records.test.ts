import { expect, it } from 'vitest';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import { type AccessEvent, createAccessRecorder } from './access-records.ts';

it('whoever may not come in cannot hide by knocking who did, and a flood is a few entries', () => {
  const entries: NewAuditEntry[] = [];
  let now = 60_000;
  const told = createAccessRecorder(
    (entry) => entries.push(entry),
    () => now,
  );
  const denied: AccessEvent = { by: 'page', outcome: 'denied', what: 'GET /x', reason: 'no' };
  for (let n = 0; n < 1000; n += 1) told(denied);
  expect(entries).toHaveLength(31);
  expect(entries[30]).toMatchObject({ what: 'access:more', outcome: 'denied', reason: expect.stringContaining('More than 30') });
  told({ by: 'page', outcome: 'allowed', what: 'GET /wire', reason: 'its token' });
  told({ by: 'webhook', outcome: 'denied', what: 'POST /hooks', reason: 'no' });
  expect(entries.slice(31)).toMatchObject([
    { what: 'GET /wire', outcome: 'allowed', actor: { name: 'A page' } },
    { what: 'POST /hooks', actor: { name: 'A webhook caller' } },
  ]);
  now += 60_000;
  told(denied);
  expect(entries.slice(33)).toMatchObject([{ what: 'access:more', outcome: 'denied', details: { count: 970 } }, { what: 'GET /x' }]);
});
