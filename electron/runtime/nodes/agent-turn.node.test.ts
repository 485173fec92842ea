import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { agentTurnNode } from './agent-turn.node.ts';

test('hands the agent the rendered task, under the step it runs in', async () => {
  const asked: { step: string; agent: string; task: string }[] = [];
  const agents = () => ({
    async runTask(_session: unknown, step: string, { agent, task }: { agent: string; task: string }) {
      asked.push({ step, agent, task });
      return { text: `done: ${task}` };
    },
  });
  const node = openNode(agentTurnNode, {}, { agents });
  const end = await node.run({ agent: 'agent-1', task: 'Sum up {{ input }}' }, { given: ['the notes'] });
  expect(asked).toEqual([{ step: 'n', agent: 'agent-1', task: 'Sum up the notes' }]);
  expect(end.outputs).toEqual({ out: 'done: Sum up the notes' });
});

test('is refused without an agent', () => {
  const node = openNode(agentTurnNode);
  expect(() => node.start({ agent: '', task: 'x' })).toThrow(/needs an agent/);
});
