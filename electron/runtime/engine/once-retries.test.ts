// Retries of a step that must not happen twice: only where it is known that it has not happened.

import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';

const unreachable = (code: string) => new AppError('net-unreachable', 'Gone.', { retryable: true, details: { code } });

test.each([
  ['the server ended before it answered', () => Promise.reject(new AppError('tool-failed', 'It ended.', { retryable: true })), 1],
  ['the call broke off', () => Promise.reject(new DOMException('Aborted', 'AbortError')), 1],
  ['it gave what cannot be kept', async () => ({ out: (() => 1) as unknown as JsonValue }), 1],
  ['no whole answer came', () => Promise.reject(new AppError('net-timeout', 'No answer.', { retryable: true })), 1],
  ['the connection ended in the middle', () => Promise.reject(unreachable('ECONNRESET')), 1],
  ['nobody listened', () => Promise.reject(unreachable('ECONNREFUSED')), 3],
  ['the answer was too large', () => Promise.reject(new AppError('response-too-large', 'Too large.')), 1],
  ['the tool said no', () => Promise.reject(new AppError('tool-said-no', 'No.')), 3],
  ['the server was not there', () => Promise.reject(new AppError('server-not-running', 'Not there.')), 3],
] as const)('once: %s', async (_name, act, times) => {
  let began = 0;
  const lab = openLab([
    testNode('test.once', {
      effect: 'once',
      run: () => {
        began += 1;
        return act();
      },
    }),
  ] as AnyNodeType[]);
  try {
    const end = await lab.run(graph([{ id: 's', kind: 'test.once', retry: { times: 2, delayMs: 1 } }]));
    expect(end.status).toBe('failed');
    expect(began).toBe(times);
  } finally {
    await lab.close();
  }
});
