import { expect, test } from 'vitest';
import { servedLinks } from './served-links.ts';

const card = (server: string, tool: string, args: object) =>
  servedLinks({ server: server as never, tool, args: { kind: 'serve', ...args } as never });

test('a program’s call leads to the workflow or the agent that it is about, and to nothing else', () => {
  expect(card('orrery', 'serve', { tool: 'run_workflow', args: { workflow: 'w1' } })).toEqual({ Workflow: '/workflows/w1' });
  expect(card('orrery', 'serve', { tool: 'ask_agent', args: { agent: 'a1', message: 'Hello' } })).toEqual({ Agent: '/agents/a1' });
  expect(card('orrery', 'serve', { tool: 'search_memory', args: { workflow: 'w1' } })).toEqual({});
  expect(card('other', 'serve', { tool: 'run_workflow', args: { workflow: 'w1' } })).toEqual({});
  expect(card('orrery', 'serve', { tool: 'run_workflow', args: [] })).toEqual({});
});
