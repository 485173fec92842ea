import { describe, expect, it } from 'vitest';
import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { parseWorkflowDocument } from '../../../../shared/model/workflow.ts';
import { applyChange, type Change } from './changes.ts';
import { addNode, configure, connect, copy, emptyDocument, newNode, paste, rename, setOnError } from './edits.ts';
import { record, redo, startHistory, undo } from './history.ts';

const sample = (): WorkflowDocument =>
  parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Sample',
    nodes: [
      { id: 'a', kind: 'trigger.manual', position: { x: 0, y: 0 } },
      { id: 'b', kind: 'flow.switch', position: { x: 240, y: 0 }, config: { cases: [{ name: 'red' }, { name: 'blue' }] } },
      { id: 'c', kind: 'data.read-file', position: { x: 480, y: 0 } },
      { id: 'd', kind: 'data.read-file', position: { x: 480, y: 100 } },
    ],
    edges: [
      { id: 'e1', from: { node: 'a', port: 'out' }, to: { node: 'b', port: 'in' } },
      { id: 'e2', from: { node: 'b', port: 'red' }, to: { node: 'c', port: 'in' } },
      { id: 'e3', from: { node: 'b', port: 'blue' }, to: { node: 'd', port: 'in' } },
    ],
  });

const switchType: NodeDescriptor = {
  kind: 'flow.switch',
  version: 1,
  entry: 'flow.switch',
  family: 'flow',
  title: 'Switch',
  description: 'One way for each case.',
  icon: 'split',
  keywords: [],
  effect: 'none',
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [{ name: 'otherwise', label: 'Otherwise', schema: {} }],
  outputsFromRows: { field: 'cases', column: 'name', schema: {} },
  fields: [],
  defaults: { cases: [] },
};

const ids = (document: WorkflowDocument) => ({ nodes: document.nodes.map((n) => n.id), edges: document.edges.map((e) => e.id) });
const nodeB = (document: WorkflowDocument) => {
  const node = document.nodes[1];
  if (node === undefined) throw new Error('no node b');
  return node;
};

describe('changes', () => {
  it('are each taken back exactly by their inverse', () => {
    const start = sample();
    const b = nodeB(start);
    const changes: Change[] = [
      addNode(newNode(start, switchType, { x: 3, y: 5 })),
      { type: 'remove', nodes: ['b'], edges: [] },
      { type: 'remove', nodes: ['a', 'c'], edges: ['e3'] },
      { type: 'move', to: { a: { x: 9, y: 9 }, d: { x: 1, y: 2 } } },
      rename(b, 'Colours'),
      configure(start, b, { cases: [{ name: 'green' }, { name: 'blue' }] }, switchType),
      configure(start, b, { cases: [{ name: 'blue' }] }, switchType),
      setOnError(start, b, 'continue', switchType),
      connect(start, { node: 'a', port: 'out' }, { node: 'd', port: 'in' }),
      { type: 'about', name: 'Other', description: 'words' },
      paste(start, copy(start, new Set(['a', 'b'])), { x: 20, y: 20 }).change,
      {
        type: 'batch',
        changes: [
          { type: 'remove', nodes: ['a'], edges: [] },
          { type: 'move', to: { b: { x: 0, y: 0 } } },
        ],
      },
    ];
    for (const change of changes) {
      const { document, inverse } = applyChange(start, change);
      expect(document, change.type).not.toEqual(start);
      expect(applyChange(document, inverse).document, change.type).toEqual(start);
    }
    expect(start).toEqual(sample());
  });

  it('remove the edges of a removed node', () => {
    expect(ids(applyChange(sample(), { type: 'remove', nodes: ['b'], edges: [] }).document)).toEqual({ nodes: ['a', 'c', 'd'], edges: [] });
  });

  it('leave out what is no longer there', () => {
    const start = sample();
    for (const change of [
      { type: 'remove', nodes: ['gone'], edges: ['gone'] },
      { type: 'move', to: { gone: { x: 1, y: 1 } } },
    ] satisfies Change[])
      expect(applyChange(start, change).document).toEqual(start);
  });

  it('let edges follow a renamed row and drop those of a removed one', () => {
    const start = sample();
    const renamed = applyChange(
      start,
      configure(start, nodeB(start), { cases: [{ name: 'green' }, { name: 'blue' }] }, switchType),
    ).document;
    expect(renamed.edges.map((e) => e.from.port).toSorted()).toEqual(['blue', 'green', 'out']);
    const removed = applyChange(start, configure(start, nodeB(start), { cases: [{ name: 'blue' }] }, switchType)).document;
    expect(removed.edges.map((e) => e.from.port).toSorted()).toEqual(['blue', 'out']);
  });

  it('paste with fresh ids and only the edges among the copied', () => {
    const start = sample();
    const { change, nodes } = paste(start, copy(start, new Set(['a', 'b'])), { x: 20, y: 40 });
    const next = applyChange(start, change).document;
    expect(new Set(ids(next).nodes).size).toBe(6);
    expect(new Set(ids(next).edges).size).toBe(4);
    const edge = next.edges.at(-1);
    expect([edge?.from.node, edge?.to.node]).toEqual(nodes);
    expect(next.nodes.find((n) => n.id === nodes[0])?.position).toEqual({ x: 20, y: 40 });
  });

  it('never share config between a pasted node and its origin', () => {
    const start = sample();
    const { change } = paste(start, copy(start, new Set(['b'])), { x: 0, y: 0 });
    const made = applyChange(start, change).document.nodes.at(-1);
    expect(made?.config).toEqual(nodeB(start).config);
    expect(made?.config).not.toBe(nodeB(start).config);
  });
});

describe('history', () => {
  it('goes back and forth through every state', () => {
    let history = startHistory(emptyDocument('New'));
    const states = [history.document];
    for (let i = 0; i < 5; i += 1) {
      history = record(history, addNode(newNode(history.document, switchType, { x: i * 100, y: 0 })), i * 5000);
      states.push(history.document);
    }
    for (let i = 4; i >= 0; i -= 1) {
      history = undo(history, 0);
      expect(history.document).toEqual(states[i]);
    }
    expect(undo(history, 0)).toBe(history);
    for (let i = 1; i <= 5; i += 1) {
      history = redo(history, 0);
      expect(history.document).toEqual(states[i]);
    }
    expect(redo(history, 0)).toBe(history);
  });

  it('joins quick changes of one field into one step, and forgets the undone after a new change', () => {
    const start = sample();
    let history = startHistory(start);
    for (const [at, title] of ['C', 'Co', 'Col'].entries())
      history = record(history, rename(nodeB(history.document), title), at * 100, 'title:b');
    expect(history.undo).toHaveLength(1);
    history = record(history, rename(nodeB(history.document), 'Colour'), 5000, 'title:b');
    expect(history.undo).toHaveLength(2);
    history = undo(undo(history, 0), 0);
    expect(history.document).toEqual(start);
    expect(record(history, rename(nodeB(start), 'X'), 9000).redo).toEqual([]);
  });
});
