// What came of a replay is said in words, with both texts where they part.

import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { type RunStatus, runSummary } from '../../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../../shared/model/run-view.ts';
import { countReplayed, ReplayWords } from './replay-note.tsx';

const source = runSummary.parse({
  id: 'r1',
  number: 41,
  title: 'Digest',
  kind: 'workflow',
  origin: { kind: 'manual', by: 'desktop' },
  status: 'done',
  startedAt: 1,
  stepsDone: 2,
});

const note = (status: RunStatus, error?: object, recorded = source): string => {
  const run = runSummary.parse({ ...source, id: 'r2', number: 42, origin: { kind: 'replay', run: 'r1', by: 'desktop' }, status, error });
  const html = renderToStaticMarkup(
    createElement(ReplayWords, {
      run,
      recorded,
      name: 'Run 41',
      counts: { again: 2, taken: 1 },
      link: (words) => words,
      titleOf: (step) => `Node ${step}`,
    }),
  );
  return html.replace(/<[^>]+>/g, '\n');
};

it('says that the run is byte-equal', () => {
  expect(note('done')).toContain('Byte-equal to Run 41');
  expect(note('done')).toContain('2 steps were computed again and gave the same. One was taken from the record');
});

it('names the first difference and shows both texts', () => {
  const error = {
    code: 'replay-differs',
    message: 'm',
    retryable: false,
    details: { step: 'sum', port: 'out', was: '{"total":10}', is: '{"total":11}' },
  };
  const text = note('failed', error);
  expect(text).toContain('Differs from Run 41');
  expect(text).toContain('The first difference is at “Node sum”, output “out”.');
  expect(text).toMatch(/−\s+total: 10/);
  expect(text).toMatch(/\+\s+total: 11/);
});

it('says that a failed run came to the same failure', () => {
  const error = { code: 'file-not-found', message: 'There is no file.', retryable: false };
  const text = note('failed', error, runSummary.parse({ ...source, status: 'failed', error }));
  expect(text).toContain('Byte-equal to Run 41');
  expect(text).toContain('It failed in the same way');
  expect(note('failed', error)).toBe('');
});

it('leaves other failures to the run’s own error', () => {
  expect(note('failed', { code: 'replay-incomplete', message: 'It was cut off.' })).toBe('');
});

it('counts what was computed again and what came from the record', () => {
  const done = (step: string, taken: boolean) => ({
    type: 'step-done' as const,
    at: 1,
    step,
    node: step,
    attempt: 1,
    ms: 1,
    outputs: {},
    ...(taken ? { from: { kind: 'replay' as const, run: source.id } } : {}),
  });
  expect(countReplayed(foldRun(emptyRunView, [done('a', false), done('b', true), done('c', false)]))).toEqual({ again: 2, taken: 1 });
});
