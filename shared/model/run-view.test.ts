import { expect, test } from 'vitest';
import type { RunEvent } from './run.ts';
import { emptyRunView, foldRun } from './run-view.ts';

const error = { code: 'it-broke', message: 'It broke.', retryable: false };
const start: RunEvent = { type: 'run-start', at: 1, inputs: {} };
const ending: RunEvent = { type: 'run-ending', at: 2, status: 'failed', error };

test('a run that cleans up still goes, and is known to end and why; its end says it for good', () => {
  const cleaning = foldRun(emptyRunView, [start, ending]);
  expect(cleaning).toMatchObject({ status: 'running', ending: 'failed', error });
  expect(cleaning.endedAt).toBeUndefined();
  const over = foldRun(cleaning, [{ type: 'run-end', at: 3, status: 'failed', error }]);
  expect(over).toMatchObject({ status: 'failed', endedAt: 3, error });
  expect(over.ending).toBeUndefined();
});
