import { afterEach, expect, test, vi } from 'vitest';
import type { RunSummary } from '../../shared/model/run.ts';
import { emptyRunView, type StepView } from '../../shared/model/run-view.ts';
import { printRun } from './run-print.ts';

afterEach(() => vi.restoreAllMocks());

test('what is inside a loop is one line for all its rounds, besides those that failed', () => {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const step = (key: string, status: StepView['status'], more: Partial<StepView> = {}): StepView => ({
    step: key,
    node: key.split('#')[0] ?? '',
    status,
    attempt: 1,
    startedAt: 0,
    ...(status === 'done' ? { ms: 2 } : {}),
    ...more,
  });
  const steps = [
    step('list', 'done'),
    step('read#0', 'done'),
    step('read#1', 'skipped'),
    step('read#2', 'failed', { error: { code: 'file-not-text', message: 'It is not text.', retryable: false } }),
    step('read#3', 'done'),
  ];
  const run = { id: 'r', number: 7, title: 'Digest', status: 'failed', startedAt: 0, endedAt: 9 } as RunSummary;
  printRun(
    run,
    { ...emptyRunView, status: 'failed', steps: new Map(steps.map((one) => [one.step, one])) },
    new Map([['read', 'Read file']]),
  );
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
  expect(lines).toContain('✓ Read file · 2 of 4 4 ms');
  expect(lines).toContain('✗ Read file · 3 It is not text.');
  expect(lines.filter((line) => line.includes('Read file'))).toHaveLength(2);
});
