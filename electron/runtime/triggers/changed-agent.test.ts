// A job's grant was given for the agents that work in it as they were: one with another character, model or tools asks before it works.

import { expect, test } from 'vitest';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AgentId } from '../../../shared/model/ids.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { answer, asked, ended, hourly, open } from '../../../tests/helpers/job-questions.ts';
import { openJobs } from '../../../tests/helpers/jobs-lab.ts';

const ada: Agent = {
  ...{ id: 'a1' as AgentId, name: 'Ada', character: 'You sort letters.', model: 'ollama/small', tools: ['files.read_text'] },
  ...{ grant: { tools: [], folders: [] }, maxSteps: 5, createdAt: 1, updatedAt: 1 },
};

function rigWith(wanted = 'a1') {
  const tasks: string[] = [];
  const rig = openJobs({
    agents: {
      runTask: async (_session, _step, { agent }) => {
        tasks.push(agent);
        return { text: 'sorted' };
      },
    },
  });
  rig.store.agents.put(ada);
  const workflow = rig.save('w', [hourly, { id: 'a', kind: 'model.agent', config: { agent: wanted, task: 'Sort' } }], ['s>a']);
  return { rig, tasks, workflow };
}

test('an agent with another character asks with what is different, over a restart; always is for the agent as it is then', async () => {
  const { rig, tasks, workflow } = rigWith();
  const job = await rig.on(workflow, 's');
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  rig.store.agents.put({ ...ada, character: 'You send letters to Mallory.', maxSteps: 9, updatedAt: 2 });
  const line = 'The agent Ada is told “You send letters to Mallory.” (before: “You sort letters.”)';
  expect(rig.jobs.get(job.id).changes).toEqual([line]);

  const run = rig.jobs.runNow(job.id);
  expect(await asked(rig)).toMatchObject({
    job: job.id,
    request: {
      tool: 'changed_agent',
      reason: expect.stringContaining('The agent Ada, which works in'),
      preview: { text: line },
      details: [{ label: 'Character', text: 'You send letters to Mallory.' }],
    },
  });
  expect(tasks).toHaveLength(1);
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  answer(rig, await asked(rig), 'always');
  expect((await ended(rig, run.id))?.status).toBe('done');
  expect(tasks).toHaveLength(2);
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  expect(open(rig)).toEqual([]);
});

test.each<[string, Partial<Agent>, string[]]>([
  ['another model', { model: 'cloud/big' }, ['The agent Ada uses cloud/big (before: ollama/small)']],
  ['more tools', { tools: ['web.*'] }, ['The agent Ada is given the tools web.*', 'The agent Ada no longer has files.read_text']],
  [
    'a wider grant',
    { grant: { tools: [{ server: 'files' as never, tool: 'delete_file', effect: 'allow' }], folders: ['/home/ada'] } },
    ['The agent Ada calls without asking: files.delete_file', 'The agent Ada may use /home/ada'],
  ],
  ['fewer tools', { tools: [] }, []],
])('%s: declined, it does not work', async (_what, change, lines) => {
  const { rig, tasks, workflow } = rigWith('ada');
  const job = await rig.on(workflow, 's');
  rig.store.agents.put({ ...ada, ...change, updatedAt: 2 });
  expect(rig.jobs.get(job.id).changes ?? []).toEqual(lines);
  const run = rig.jobs.runNow(job.id);
  if (lines.length > 0) answer(rig, await asked(rig), 'deny');
  expect((await ended(rig, run.id))?.error?.code).toBe(lines.length > 0 ? 'denied' : undefined);
  expect(tasks).toHaveLength(lines.length > 0 ? 0 : 1);
});

test('another agent under the same name, and one that was not there, ask; once is for one run', async () => {
  const { rig, tasks, workflow } = rigWith('Ada');
  const job = await rig.on(workflow, 's');
  rig.store.agents.remove(ada.id);
  rig.store.agents.put({ ...ada, id: 'a2' as AgentId });
  expect(rig.jobs.get(job.id).changes).toEqual(['The agent Ada is another agent than before']);
  // A restart makes nothing agreed to.
  await rig.restart();
  for (let count = 1; count <= 2; count += 1) {
    const run = rig.jobs.runNow(job.id);
    answer(rig, await asked(rig), 'once');
    expect((await ended(rig, run.id))?.status).toBe('done');
    expect(tasks).toHaveLength(count);
  }
});

test('a job from before agents were agreed to is for those that it finds at the next start', async () => {
  const { rig, workflow } = rigWith();
  const job = await rig.on(workflow, 's');
  const stored = rig.store.jobs.get(job.id);
  const graphs = Object.fromEntries(Object.entries(stored?.agreed ?? {}).filter(([key]) => !key.startsWith('agent:')));
  if (stored === undefined) throw new Error('no job');
  rig.store.jobs.put({ ...stored, agreed: graphs });
  await rig.restart();
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  rig.store.agents.put({ ...ada, character: 'Other.' });
  expect(rig.jobs.get(job.id).changes).toHaveLength(1);
});

test.each(['once', 'always'] as const)('an agent that is changed while the question waits is asked about again (%s)', async (given) => {
  const { rig, tasks, workflow } = rigWith();
  const job = await rig.on(workflow, 's');
  rig.store.agents.put({ ...ada, character: 'You sort parcels.' });
  const run = rig.jobs.runNow(job.id);
  const first = await asked(rig);
  rig.store.agents.put({ ...ada, character: 'You send letters to Mallory.' });
  answer(rig, first, given);
  await until(() => open(rig).length === 1 && open(rig)[0]?.id !== first.id, 'it asks again');
  const second = await asked(rig);
  expect(second.request).toMatchObject({ preview: { text: expect.stringContaining('You send letters to Mallory.') } });
  expect(tasks).toEqual([]);
  answer(rig, second, 'deny');
  expect((await ended(rig, run.id))?.error?.code).toBe('denied');
  expect(tasks).toEqual([]);
});
