import { expect, test } from 'vitest';
import { graph, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { createPlanCache } from './plan-cache.ts';
import { mustPlan } from './run-document.ts';

const sketch = () => graph([{ id: 'a', kind: 'test.a', config: { tag: 'a' } }]);

function open() {
  let type = testNode('test.a', {}) as AnyNodeType;
  const registry = { get: (kind: string) => (kind === 'test.a' ? type : undefined) };
  const cache = createPlanCache(registry);
  return {
    cache,
    put: (document: ReturnType<typeof sketch>) => cache.put(document, mustPlan(document, registry)),
    replaceType: () => {
      type = testNode('test.a', {}) as AnyNodeType;
    },
  };
}

test('a document with the same text has the same plan and comes as the one that is held already', () => {
  const { cache, put } = open();
  const first = sketch();
  const kept = put(first);
  const again = cache.find(sketch());
  expect(again).toBe(kept);
  expect(again?.document).toBe(first);
  const other = graph([{ id: 'a', kind: 'test.a', config: { tag: 'b' } }]);
  expect(cache.find(other)).toBeUndefined();
});

test('a document whose lists were replaced is another one', () => {
  const { cache, put } = open();
  const document = sketch();
  put(document);
  document.nodes = graph([{ id: 'b', kind: 'test.a' }]).nodes;
  expect(cache.find(document)).toBeUndefined();
});

test('stored workflows are told apart by their revision, and a plan goes when a node type was replaced', () => {
  const { cache, put, replaceType } = open();
  const stored = (revision: number) => Object.assign(sketch(), { id: 'w', revision, updatedAt: 5 });
  const kept = put(stored(1));
  expect(cache.find(stored(1))).toBe(kept);
  expect(cache.find(stored(2))).toBeUndefined();
  replaceType();
  expect(cache.find(stored(1))).toBeUndefined();
});

test('a document that is not stored is written as text once, also the first time', () => {
  const { cache, put } = open();
  const document = sketch();
  let texts = 0;
  Object.defineProperty(document, 'toJSON', {
    value: () => {
      texts += 1;
      return { name: document.name, nodes: document.nodes, edges: document.edges };
    },
  });
  expect(cache.find(document)).toBeUndefined();
  const kept = put(document);
  expect(texts).toBe(1);
  document.nodes = [...document.nodes];
  expect(cache.find(document)).toBe(kept);
  expect(texts).toBe(2);
});
