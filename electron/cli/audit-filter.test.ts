// What a person names on the command line becomes what the log is asked for; what is not there is said, with what to do.

import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { HostClient } from '../wires/attach.ts';
import { auditFilterOf } from './audit-filter.ts';

const run = { id: 'r-12', number: 12 };
const client = {
  runs: {
    list: async () => [run],
    get: async ({ id }: { id: string }) => {
      if (id !== run.id) throw new AppError('run-not-found', 'It is gone.');
      return { run, document: { nodes: [{ id: 'save', kind: 'data.write-file', title: 'Save report' }] } };
    },
  },
  workflows: { listNodeTypes: async () => [] },
  policy: { listGrants: async () => [{ id: 'g-a' }, { id: 'g-b' }] },
} as unknown as HostClient;
const filter = (options: object) => auditFilterOf(client, { limit: '50', ...options });

test('runs by number, steps by name with their place, grants by number, and who by kind', async () => {
  expect(await filter({})).toEqual({ limit: 50 });
  expect(await filter({ run: '12', step: 'save report#2', grant: '2', who: 'agent', change: 'ch-1', kind: 'call' })).toEqual({
    ...{ limit: 50, run: 'r-12', step: 'save#2', grant: 'g-b', actor: ['agent'], change: 'ch-1', kind: ['call'] },
  });
});

test('a run and a grant that are not kept any more are known by their ids', async () => {
  expect(await filter({ run: 'r-old', step: 'tool-1-0', grant: 'g-old' })).toEqual({
    limit: 50,
    run: 'r-old',
    step: 'tool-1-0',
    grant: 'g-old',
  });
});

test.each([
  [{ step: 'save' }, 'input-usage', 'Name the run too'],
  [{ run: '13' }, 'input-run-unknown', 'orrery runs list'],
  [{ run: '12', step: 'nope' }, 'input-step-unknown', 'Save report (save)'],
  [{ grant: '3' }, 'grant-not-found', 'orrery grants'],
  [{ who: 'somebody' }, 'input-choice', 'person, agent'],
  [{ since: 'then' }, 'input-time', '7d'],
  [{ limit: '0' }, 'input-limit', '--limit 20'],
])('%j is refused with what to do', async (options, code, hint) => {
  await expect(filter(options)).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
});
