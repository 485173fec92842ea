// A small picture of a graph: its nodes as blocks in their families' hues, columns and rows drawn closer together than on the
// canvas, so that a long graph can be read at this size too.

import { useMemo } from 'react';

export interface SketchedGraph {
  nodes: readonly { x: number; y: number; family: string; title: string }[];
  edges: readonly (readonly [number, number])[];
}

const width = 264;
const height = 92;
const block = { width: 34, height: 13 };
const widest = 46;
const tallest = 24;

interface Drawn {
  blocks: { x: number; y: number; width: number; family: string; title: string; key: string }[];
  lines: { path: string; key: string }[];
}

/** The place of each of these in their order, where nearly equal ones share one. */
function ranks(values: readonly number[], near: number): Map<number, number> {
  const found = new Map<number, number>();
  let rank = -1;
  let start = Number.NEGATIVE_INFINITY;
  for (const value of [...new Set(values)].sort((a, b) => a - b)) {
    if (value - start > near) {
      rank += 1;
      start = value;
    }
    found.set(value, rank);
  }
  return found;
}

export function drawSketch({ nodes, edges }: SketchedGraph): Drawn {
  const columns = ranks(
    nodes.map((node) => node.x),
    100,
  );
  const rows = ranks(
    nodes.map((node) => node.y),
    30,
  );
  const lastColumn = Math.max(0, ...columns.values());
  const lastRow = Math.max(0, ...rows.values());
  const stepX = lastColumn === 0 ? 0 : Math.min(widest, (width - block.width) / lastColumn);
  const stepY = lastRow === 0 ? 0 : Math.min(tallest, (height - block.height) / lastRow);
  const wide = lastColumn === 0 ? block.width : Math.min(block.width, stepX * 0.74);
  const left = (width - lastColumn * stepX - wide) / 2;
  const top = (height - lastRow * stepY - block.height) / 2;
  const blocks = nodes.map((node, at) => ({
    x: left + (columns.get(node.x) ?? 0) * stepX,
    y: top + (rows.get(node.y) ?? 0) * stepY,
    width: wide,
    family: node.family,
    title: node.title,
    key: `${at}:${node.title}`,
  }));
  const seen = new Set<string>();
  const lines = edges.flatMap(([from, to]) => {
    // The same two nodes may be joined twice: one line shows it.
    if (seen.has(`${from}-${to}`)) return [];
    seen.add(`${from}-${to}`);
    const [a, b] = [blocks[from], blocks[to]];
    if (a === undefined || b === undefined) return [];
    const [x1, y1, x2, y2] = [a.x + a.width, a.y + block.height / 2, b.x, b.y + block.height / 2];
    const bend = Math.max(6, Math.abs(x2 - x1) / 2);
    return [{ key: `${from}-${to}`, path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }];
  });
  return { blocks, lines };
}

export function Sketch({ graph }: { graph: SketchedGraph }) {
  const { blocks, lines } = useMemo(() => drawSketch(graph), [graph]);
  return (
    <svg className="wf-sketch" viewBox={`-4 -4 ${width + 8} ${height + 8}`} aria-hidden="true" focusable="false">
      {lines.map((line) => (
        <path key={line.key} d={line.path} className="wf-sketch-line" />
      ))}
      {blocks.map((each) => (
        <g key={each.key} className="wf-hue" data-family={each.family}>
          <rect x={each.x} y={each.y} width={each.width} height={block.height} rx={3} className="wf-sketch-node" />
          <rect x={each.x + 2.5} y={each.y + 2.5} width={8} height={8} rx={2} className="wf-sketch-tile" />
        </g>
      ))}
    </svg>
  );
}
