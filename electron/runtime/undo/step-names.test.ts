// What is shown in place of a step's key: the node's name, in which round, and the tool that was called.

import { expect, it } from 'vitest';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { RunOrigin } from '../../../shared/model/run.ts';
import { type UndoLab, undoLab } from '../../../tests/helpers/undo-lab.ts';
import { namesOf } from './step-names.ts';

const document = {
  format: 'orrery.workflow' as const,
  formatVersion: 1 as const,
  ...{ name: 'Tidy', description: '', edges: [], settings: {} },
  nodes: [
    { id: 'n1', kind: 'data.write-file', version: 1, config: {}, position: { x: 0, y: 0 }, title: 'Keep the digest' },
    { id: 'n2', kind: 'data.write-file', version: 1, config: {}, position: { x: 0, y: 0 } },
  ],
};
const tools = { tools: (server: string) => (server === 'files' ? [{ server, name: 'write_text', title: 'Write a text file' }] : []) };
const registry = { get: (kind: string) => (kind === 'data.write-file' ? { title: 'Write file' } : undefined) };

async function make(lab: UndoLab, id: string, origin: RunOrigin, steps: [string, string][], graph: typeof document | undefined) {
  const run = id as RunId;
  lab.store.runs.create({
    ...{ id: run, title: 'Tidy', kind: graph === undefined ? 'turn' : 'workflow', origin, startedAt: 1, inputs: {} },
    ...{ grant: { tools: [], folders: [] }, ...(graph === undefined ? {} : { document: graph as never }) },
  });
  for (const [step, node] of steps) lab.store.runs.append(run, { type: 'step-start', at: 2, step, node, attempt: 1 });
  await lab.store.runs.flush();
  return namesOf(
    { ports: { store: lab.store, tools } as never, registry: registry as never },
    run,
    steps.map(([step]) => step),
  );
}

it('names steps of a graph, of a turn, and of what a program asked for', async () => {
  const lab = undoLab();
  try {
    const steps: [string, string][] = [
      ['n1', 'n1'],
      ['n2#1.0', 'n2'],
      ['n1/tool-1-0', 'files.write_text'],
    ];
    const graph = await make(lab, 'r1', { kind: 'manual', by: 'cli' }, steps, document);
    expect(graph.run?.title).toBe('Tidy');
    expect(graph.steps).toEqual({
      n1: 'Keep the digest',
      'n2#1.0': 'Write file · 2.1',
      'n1/tool-1-0': 'Keep the digest · Write a text file',
    });
    const turn = await make(
      lab,
      'r2',
      { kind: 'chat', conversation: 'c1' as ConversationId },
      [
        ['tool-1-0', 'files.write_text'],
        ['tool-1-1', 'git.commit'],
      ],
      undefined,
    );
    expect(turn.steps).toEqual({ 'tool-1-0': 'Write a text file', 'tool-1-1': 'git.commit' });
    // A call that waits, and whose start is not kept.
    lab.store.runs.append('r2' as RunId, { type: 'step-waiting', at: 3, step: 'tool-1-2', node: 'files.write_text', inbox: 'i1' as never });
    await lab.store.runs.flush();
    const deps = { ports: { store: lab.store, tools } as never, registry: registry as never };
    expect(namesOf(deps, 'r2' as RunId, ['tool-1-2']).steps).toEqual({ 'tool-1-2': 'Write a text file' });
    const served = await make(lab, 'r3', { kind: 'client', client: 'Editor' }, [['call-1', 'remember']], undefined);
    expect(served.steps).toEqual({ 'call-1': 'Remember something' });
    expect(namesOf({ ports: { store: lab.store, tools } as never, registry: registry as never }, 'gone' as RunId, ['n1'])).toEqual({
      steps: {},
    });
  } finally {
    await lab.close();
  }
});
