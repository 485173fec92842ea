// What the audit torture counts by: every way in which a log can say something else than what was promised is seen.

import { expect, it } from 'vitest';
import { type AuditLife, compareLife } from '../torture/audit-ledger.ts';

const done = (id: string, outcome = 'done') => ({ what: `l1:${id}`, outcome, reason: '' });
const lost = (count: number) => ({ what: 'audit:lost', outcome: 'failed', reason: `${count} entries could not be kept.` });
const killed: AuditLife[] = [
  { taken: 1, pairs: 0, at: 1000 },
  { taken: 3, pairs: 1, at: 1060 },
];
const closed: AuditLife[] = [...killed, { isClosed: true }];
const all = [done('r0'), done('r1'), done('b0', 'allowed'), done('b0'), done('r2')];

it.each([
  ['all are there', closed, all, { taken: 4, kept: 4, lost: 0, doubled: 0, invented: 0, cutOff: 0 }],
  ['the last are cut off by a kill', killed, [done('r0')], { kept: 1, lost: 0, cutOff: 3, cutMs: 0 }],
  ['all of it is cut off', killed, [], { kept: 0, lost: 0, cutOff: 4, cutMs: 60 }],
  ['one is missing before one that is there', killed, [done('r0'), done('r2')], { lost: 1, cutOff: 1 }],
  ['one is missing after an orderly end', closed, all.slice(0, -1), { lost: 1, cutOff: 0 }],
  ['a pair is missing after an orderly end', closed, [done('r0'), done('r1'), done('r2')], { lost: 1 }],
  ['it was told as written', [...killed, { kept: ['r2', 'b0'] }], [done('r0'), done('r1')], { lost: 2, cutOff: 0 }],
  ['the log itself says how many', closed, [done('r0'), lost(3)], { kept: 1, lost: 0, toldLost: 3 }],
  ['it says of too few', closed, [done('r0'), lost(1)], { lost: 2 }],
  ['one is there twice', closed, [...all, done('r1')], { lost: 0, doubled: 1 }],
  ['one was never taken', closed, [...all, done('r7')], { lost: 0, invented: 1 }],
] as const)('%s', (_what, lines, entries, counts) => {
  expect(compareLife(lines, entries, 'l1')).toMatchObject(counts);
});
