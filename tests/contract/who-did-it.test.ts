// A person can see, of anything that was done through the contract, who did it and when, and take it back or read why not. Each call is
// really done on a whole host, and the log is read. A new call without a row in deeds.ts does not compile; one without a way to do it
// here fails.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deed } from '../../electron/runtime/deeds/deed.ts';
import { deeds } from '../../electron/runtime/deeds/deeds.ts';
import { contract } from '../../shared/contract/index.ts';
import type { AuditEntry } from '../../shared/model/audit.ts';
import type { ChangeId } from '../../shared/model/change.ts';
import { openWhoLab, type WhoLab } from '../helpers/who-lab.ts';
import { acts } from './who-acts.ts';

let lab: WhoLab;
beforeAll(async () => {
  lab = await openWhoLab();
});
afterAll(() => lab?.close());

const calls = Object.entries(contract).flatMap(([area, of]) => Object.keys(of).map((name) => `${area}.${name}`));
const deedOf = (call: string): Deed | undefined => {
  const [area = '', name = ''] = call.split('.');
  return (deeds as unknown as Record<string, Record<string, Deed>>)[area]?.[name];
};
const does = calls.filter((call) => ['recorded', 'told'].includes(deedOf(call)?.is ?? ''));

it('knows of each call what it is to the audit log, and how to do it', () => {
  expect(
    calls.filter((call) => deedOf(call) === undefined),
    'say in electron/runtime/deeds/deeds.ts what it is: read, stored, recorded, told or passing',
  ).toEqual([]);
  expect(
    does.filter((call) => !(call in acts)),
    'say in tests/contract/who-acts.ts how a person does it',
  ).toEqual([]);
  expect(
    Object.keys(acts).filter((call) => !does.includes(call)),
    'there is no such call, or it does nothing',
  ).toEqual([]);
});

const textIn = ({ details }: AuditEntry, name: string): string => (typeof details?.[name] === 'string' ? details[name] : '');
const shown = (entries: readonly AuditEntry[]): string =>
  entries.map(({ kind, actor, what, outcome, reason }) => `${kind} ${actor.kind} ${what} ${outcome}: ${reason}`).join('\n');

describe('who did it, and the way back', () => {
  it.each(does.filter((call) => acts[call]?.elsewhere === undefined))('%s', async (call) => {
    const act = acts[call];
    const deed = deedOf(call);
    if (act === undefined || deed === undefined) throw new Error(`${call} is not known.`);
    await act.before?.(lab);
    const last = await lab.last();
    let refused: unknown;
    await act.do(lab).catch((error: unknown) => {
      refused = error;
    });
    if (refused !== undefined && act.mayFail === undefined) throw refused;
    const entries = await lab.since(last);
    for (const entry of entries) {
      expect(entry.reason, shown([entry])).not.toMatch(/^$|undefined|\[object/);
      expect(entry.actor.name).not.toBe('');
    }
    if (deed.is === 'told') {
      told(call, entries, refused !== undefined);
      return;
    }
    if (act.leaves !== undefined) {
      const found = entries.filter(({ kind, actor }) => act.leaves?.includes(kind) && actor.kind === (act.by ?? 'person'));
      expect(found.length, `${act.leaves} by ${act.by ?? 'person'} in\n${shown(entries)}`).toBeGreaterThan(0);
      return;
    }
    if (refused === undefined) await takenBack(call, entries);
  });
});

function told(call: string, entries: readonly AuditEntry[], isRefused: boolean): void {
  const found = entries.filter((entry) => textIn(entry, 'call') === call);
  expect(found.length, `an entry of ${call} in\n${shown(entries)}`).toBe(1);
  const [entry] = found as [AuditEntry];
  expect(entry.actor).toEqual({ kind: 'person', name: 'You' });
  expect(textIn(entry, 'by')).toBe('a page');
  expect(entry.outcome).toBe(isRefused ? 'failed' : 'done');
  if (isRefused) {
    expect(entry.reason).toMatch(/^Not done: ./);
    return;
  }
  expect(entry.reason).toMatch(/^You .+\.$/);
  // A name that was not found would stand as “it”.
  expect(entry.reason).not.toMatch(/(?:tool server|let|of|answer in|message in|conversation|held|stopped|removed|had|job) it\b/);
  expect(textIn(entry, 'wayBack')).toMatch(/^[A-Z].+\.$/);
}

async function takenBack(call: string, entries: readonly AuditEntry[]): Promise<void> {
  const changes = entries.filter((entry) => entry.kind === 'change' && textIn(entry, 'change') !== '');
  expect(changes.length, `a change by ${call} in\n${shown(entries)}`).toBeGreaterThan(0);
  for (const entry of changes.toReversed()) {
    expect(entry.actor.kind, shown([entry])).toBe('person');
    const change = textIn(entry, 'change') as ChangeId;
    const { before } = await lab.page.undo.getChange({ id: change });
    const [item] = await lab.page.undo.plan({ selection: { change } });
    if (item?.state === 'cannot' || item?.change.cannotUndo !== undefined) {
      expect(item.words).toMatch(/.{10}/);
      continue;
    }
    expect(item?.state, `${call}: ${item?.words}`).toMatch(/^(ready|already)$/);
    const result = await lab.page.undo.undo({ selection: { change } });
    expect(result.failed, call).toEqual([]);
    const { now } = await lab.page.undo.getChange({ id: change });
    expect(withoutTimes(now?.text), `${call}: ${item?.words}`).toEqual(withoutTimes(before?.text));
  }
}

/** What changes each time that something is written. */
const withoutTimes = (text: string | undefined): string | undefined =>
  text?.replaceAll(/"(updatedAt|revision|version)": ?\d+|\(state \d+\)/g, '');
