import { describe, expect, it } from 'vitest';
import { agent } from '../../shared/model/agent.ts';
import { conversationSummary } from '../../shared/model/chat.ts';
import { memoryHit } from '../../shared/model/memory.ts';
import { workflowNode, workflowSummary } from '../../shared/model/workflow.ts';
import { agentFor, groupsFor, type Known, matchOf, needsOf } from './results.ts';

const workflow = (name: string, description = '', updatedAt = 1) =>
  workflowSummary.parse({ id: name.toLowerCase().replaceAll(' ', '-'), name, description, nodeCount: 4, updatedAt });
const someone = (name: string) => agent.parse({ id: name.toLowerCase(), name, createdAt: 1, updatedAt: 1 });
const known: Known = {
  workflows: [workflow('Folder digest'), workflow('Tidy Downloads', 'Moves old files away', 2)],
  agents: [someone('Librarian'), someone('Researcher')],
  places: [{ label: 'Settings', route: '/settings', icon: 'settings' }],
  memory: [
    memoryHit.parse({
      id: 'm1',
      text: 'Keep installers for 30 days',
      source: { kind: 'person' },
      createdAt: 1,
      updatedAt: 1,
      score: 1,
      snippet: '',
    }),
  ],
  chats: [
    conversationSummary.parse({
      id: 'c1',
      title: 'Old chat',
      agent: 'librarian',
      agentName: 'Librarian',
      createdAt: 1,
      updatedAt: 1,
      messageCount: 2,
      state: 'idle',
    }),
  ],
};
const keys = (query: string, over: Partial<Known> = {}) =>
  groupsFor(query, { ...known, ...over }).map((group) => [group.heading, ...group.results.map((result) => result.key)]);

describe('quick results', () => {
  it('puts the workflow that is meant first, then the agent', () => {
    expect(keys('tidy the downloads folder')[0]).toEqual(['run', 'run:tidy-downloads', 'ask:librarian']);
    expect(keys('run folder digest')[0]).toEqual(['run', 'run:folder-digest', 'ask:librarian']);
  });

  it('asks the agent first when no workflow is meant', () => {
    expect(keys('what is the weather')[0]).toEqual(['ask', 'ask:librarian']);
    expect(keys('what is the weather', { agents: [], memory: [], chats: [] })).toEqual([]);
  });

  it('opens a page that is called by its name', () => {
    expect(keys('settings')[0]).toEqual(['go', 'go:/settings']);
  });

  it('shows what was used last before anything is typed', () => {
    expect(keys('  ').map(([heading]) => heading)).toEqual(['run', 'recent']);
    expect(keys('')[0]).toEqual(['run', 'run:tidy-downloads', 'run:folder-digest']);
  });

  it('hears which agent is called', () => {
    expect(agentFor('@research find it', known.agents)).toMatchObject({ agent: { name: 'Researcher' }, text: 'find it' });
    expect(agentFor('@nobody find it', known.agents)).toMatchObject({ agent: { name: 'Librarian' }, text: '@nobody find it' });
    expect(agentFor('x', [])).toBeUndefined();
  });

  it('scores by words, not by accidents', () => {
    expect(matchOf('dig', 'Folder digest')).toBeGreaterThan(0.5);
    expect(matchOf('the', 'Other thing')).toBeLessThanOrEqual(0.8);
    expect(matchOf('zzz', 'Folder digest')).toBe(0);
    expect(matchOf('', 'Folder digest')).toBe(0);
  });

  it('knows what a workflow needs', () => {
    const node = (kind: string, config: Record<string, unknown> = {}) =>
      workflowNode.parse({ id: kind.replace('.', '-'), kind, position: { x: 0, y: 0 }, config });
    expect(needsOf({ nodes: [node('flow.input', { name: 'folder', required: true }), node('data.read-file')] })).toEqual({
      model: false,
      inputs: ['folder'],
    });
    expect(needsOf({ nodes: [node('flow.input', { name: 'n', default: 3 }), node('model.prompt')] })).toEqual({ model: true, inputs: [] });
  });
});
