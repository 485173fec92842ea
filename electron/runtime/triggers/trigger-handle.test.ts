import { expect, it } from 'vitest';
import type { StoredJob } from '../ports.ts';
import { handleOf } from './trigger-handle.ts';

const job = { id: 'j', workflow: 'w', node: 'n', grant: { folders: ['/a', '/b'] }, state: {} } as unknown as StoredJob;

it('watches the folders that the job is granted now, and those it had where it is gone', () => {
  const kept = new Map([['j', job]]);
  const deps = { ports: { store: { jobs: { get: (id: string) => kept.get(id) } } } };
  const handle = handleOf(deps as never, job, { config: {} } as never, new AbortController().signal);
  expect(handle.folders).toEqual(['/a', '/b']);
  kept.set('j', { ...job, grant: { ...job.grant, folders: ['/a'] } });
  expect(handle.folders).toEqual(['/a']);
  kept.clear();
  expect(handle.folders).toEqual(['/a', '/b']);
});
