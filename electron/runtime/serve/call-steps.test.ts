// A program's call whose end the disk refuses: it is in the audit log all the same, and the program hears what became of it.

import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { createCallSteps, type StepDeps } from './call-steps.ts';

const full = (): AppError => new AppError('disk-full', 'The disk is full.');

function lab() {
  const entries: NewAuditEntry[] = [];
  const withdrawn: string[] = [];
  const deps = {
    ports: {
      clock: { now: () => 1 },
      ids: { next: () => 'run-1' },
      vault: { redact: (text: string) => text },
      log: { warn: () => undefined },
      store: { workflows: { get: () => undefined }, agents: { get: () => undefined } },
    },
    policy: { explain: () => ({ outcome: 'allow' }), require: async () => ({ outcome: 'allow' }) },
    audit: { record: (entry: NewAuditEntry) => void entries.push(entry) },
    // It takes what begins, and nothing of what ends.
    hub: {
      create: () => undefined,
      record: async (_run: string, { type }: { type: string }) => void (type !== 'step-start' && fail(full())),
    },
    inbox: { withdraw: (_run: string, step: string) => void withdrawn.push(step) },
    limits: { call: () => undefined, ask: () => undefined },
    hostEnds: () => false,
  } as unknown as StepDeps;
  return { entries, withdrawn, steps: createCallSteps(deps, 'Editor', new AbortController().signal) };
}
function fail(error: Error): never {
  throw error;
}
const call = (signal: AbortSignal) => ({ name: 'run_workflow', args: {}, signal, isBegun: true });

test('a call that was done is in the log when its result cannot be kept', async () => {
  const { steps, entries } = lab();
  await expect(steps.step(call(new AbortController().signal), async () => 'done')).rejects.toMatchObject({ code: 'disk-full' });
  expect(entries).toMatchObject([{ kind: 'call', what: 'orrery.run_workflow', outcome: 'failed', reason: 'The disk is full.' }]);
  steps.close();
});

test('one that failed says why, and takes its question back when its program has left', async () => {
  const { steps, entries, withdrawn } = lab();
  const left = new AbortController();
  const work = async (): Promise<never> => {
    left.abort();
    throw new AppError('workflow-not-found', 'There is no such workflow.');
  };
  await expect(steps.step(call(left.signal), work)).rejects.toMatchObject({ code: 'workflow-not-found' });
  expect(entries).toMatchObject([{ outcome: 'failed', reason: 'There is no such workflow.' }]);
  expect(withdrawn).toEqual(['call-1']);
  steps.close();
});
