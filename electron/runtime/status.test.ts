import { expect, test } from 'vitest';
import type { ServerStatus } from '../../shared/model/tool.ts';
import { serverCounts } from './status.ts';

const server = (id: string, more: Partial<ServerStatus>): ServerStatus =>
  ({ id, title: id, kind: 'external', state: 'stopped', tools: [], ...more }) as unknown as ServerStatus;

test('a tool server that sleeps until it is called counts as ready; one that was stopped or failed does not, and one that wants a sign-in has not failed', () => {
  const servers = [
    server('runs', { state: 'ready' }),
    server('sleeps', { isAsleep: true }),
    server('stopped', {}),
    server('failed', { state: 'failed' }),
    server('wants a sign-in', { state: 'failed', signIn: { needed: true } }),
    server('off', { config: { enabled: false } as ServerStatus['config'] }),
  ];
  expect(serverCounts(servers)).toEqual({ ready: 2, total: 5, failed: 1 });
});
