import { expect, test } from 'vitest';
import { drawSketch } from './sketch.tsx';

const node = (x: number, y: number) => ({ x, y, family: 'data', title: `${x},${y}` });

test('blocks stay inside the picture and apart, however long the graph is', () => {
  const nodes = Array.from({ length: 24 }, (_, at) => node((at % 12) * 252, Math.floor(at / 12) * 110));
  nodes.push(...Array.from({ length: 10 }, (_, at) => node(0, 200 + at * 96)));
  const { blocks } = drawSketch({ nodes, edges: [] });
  for (const each of blocks) {
    expect(each.x).toBeGreaterThanOrEqual(0);
    expect(each.x + each.width).toBeLessThanOrEqual(264.001);
    expect(each.y).toBeGreaterThanOrEqual(0);
    expect(each.y + each.height).toBeLessThanOrEqual(92.001);
  }
  for (const [at, a] of blocks.entries())
    for (const b of blocks.slice(at + 1)) expect(Math.abs(a.y - b.y) > a.height || Math.abs(a.x - b.x) > a.width).toBe(true);
});

test('lines join what is there, once for each pair; an empty graph draws nothing', () => {
  const { lines } = drawSketch({
    nodes: [node(0, 0), node(252, 0)],
    edges: [
      [0, 1],
      [0, 1],
      [0, 7],
    ],
  });
  expect(lines).toHaveLength(1);
  expect(drawSketch({ nodes: [], edges: [] })).toEqual({ blocks: [], lines: [] });
});
