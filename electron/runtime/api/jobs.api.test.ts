import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { openJobs } from '../../../tests/helpers/jobs-lab.ts';
import { builtInNodes } from '../nodes/nodes.generated.ts';
import { createRegistry } from '../nodes/registry.ts';
import type { Consent, Proposal } from '../policy/proposals.ts';
import { createSettings } from '../settings.ts';
import { jobsApi } from './jobs.api.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

function openApi(agrees: boolean, meanwhile: (rig: ReturnType<typeof openJobs>) => void = () => undefined) {
  const rig = openJobs();
  const asked: Proposal[] = [];
  const consent: Consent = {
    isChosen: () => false,
    ask: async (proposal) => {
      asked.push(proposal);
      meanwhile(rig);
      return agrees;
    },
  };
  const { ports } = rig.lab.lab;
  const api = jobsApi({
    ports,
    registry: createRegistry({ nodes: builtInNodes, toolHost: ports.tools }),
    jobs: rig.jobs,
    settings: createSettings(ports.store.settings),
  });
  const client = createRouterClient({ jobs: api }, { context: { log, client: 'page', consent } });
  const workflow = rig.save('w', [{ id: 's', kind: 'trigger.schedule', config: { cron: '0 8 * * 1-5' } }]);
  return { rig, asked, client, workflow };
}
const turnOn = (workflow: WorkflowId, folder: string, tools: string[] = ['write_text']) => ({
  workflow,
  node: 's',
  grant: {
    tools: tools.map((tool) => ({ server: 'files' as never, tool, effect: 'allow' as const })),
    folders: [folder],
    hosts: ['example.org'],
  },
  inputs: {},
});

test('a page’s word turns nothing on until the person agrees to what is shown outside it', async () => {
  const { rig, asked, client, workflow } = openApi(false);
  await expect(client.jobs.turnOn(turnOn(workflow, rig.folder))).rejects.toMatchObject({ data: { code: 'not-confirmed' } });
  expect(asked).toMatchObject([
    {
      title: 'Let "Workflow w" start by itself?',
      lines: [
        'Every weekday at 08:00',
        `Read and write ${rig.folder}`,
        'Call files.write_text without asking',
        'Reach example.org without asking',
      ],
      button: 'Turn on',
    },
  ]);
  expect(rig.jobs.list()).toEqual([]);
});

test('it is asked again only for what a changed grant newly allows', async () => {
  const { rig, asked, client, workflow } = openApi(true);
  const job = await client.jobs.turnOn(turnOn(workflow, rig.folder));
  expect((await client.jobs.list({})).map((each) => each.id)).toEqual([job.id]);
  await client.jobs.turnOn(turnOn(workflow, rig.folder));
  expect(asked).toHaveLength(1);
  await client.jobs.turnOn(turnOn(workflow, rig.folder, ['write_text', '*']));
  expect(asked[1]?.lines).toEqual(['Call every tool of files without asking']);
});

test.each([
  [
    'its graph',
    (rig: ReturnType<typeof openJobs>) =>
      rig.save('w', [
        { id: 's', kind: 'trigger.schedule', config: { cron: '0 8 * * 1-5' } },
        { id: 'x', kind: 'data.write-file', config: { path: `${rig.folder}/x`, text: 'x' } },
      ]),
  ],
  [
    'when it starts',
    (rig: ReturnType<typeof openJobs>) => rig.save('w', [{ id: 's', kind: 'trigger.schedule', config: { cron: '* * * * *' } }]),
  ],
])('a yes is for what was shown: %s that changes while the person reads turns nothing on', async (_what, meanwhile) => {
  const { rig, client, workflow } = openApi(true, meanwhile);
  await expect(client.jobs.turnOn(turnOn(workflow, rig.folder))).rejects.toMatchObject({ data: { code: 'workflow-changed-elsewhere' } });
  expect(rig.jobs.list()).toEqual([]);
});

test('a schedule is read in words with its next times, or refused with the place', async () => {
  const { client } = openApi(true);
  const { words, next } = await client.jobs.previewSchedule({ cron: '0 8 * * *', zone: 'UTC' });
  expect([words, next.length, new Date(next[0] ?? 0).toISOString()]).toEqual(['Every day at 08:00 (UTC)', 5, '2026-11-22T08:00:00.000Z']);
  expect((await client.jobs.previewSchedule({ everyMs: 90_000 })).words).toBe('Every 90 seconds');
  await expect(client.jobs.previewSchedule({ cron: '0 0 30 2 *' })).rejects.toMatchObject({
    data: { code: 'schedule-never', place: 'cron' },
  });
});
