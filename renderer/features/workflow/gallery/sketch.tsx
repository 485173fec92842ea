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
  blocks: { x: number; y: number; width: number; height: number; family: string; title: string; key: string }[];
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

type Box = { x: number; y: number; width: number; height: number };

/** From side to side; what goes back to the left goes from foot to head, so that it crosses no block of its row. */
function joined(a: Box, b: Box): string {
  if (b.x >= a.x + a.width) {
    const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2];
    const bend = Math.max(4, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  }
  const isDown = b.y >= a.y;
  const [x1, y1] = [a.x + a.width / 2, isDown ? a.y + a.height : a.y];
  const [x2, y2] = [b.x + b.width / 2, isDown ? b.y : b.y + b.height];
  const bend = (y2 - y1) / 2;
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
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
  const stepY = lastRow === 0 ? 0 : Math.min(tallest, (height - 8) / lastRow);
  const wide = lastColumn === 0 ? block.width : Math.min(block.width, stepX * 0.74);
  const tall = lastRow === 0 ? block.height : Math.min(block.height, stepY * 0.72);
  const left = (width - lastColumn * stepX - wide) / 2;
  const top = (height - lastRow * stepY - tall) / 2;
  const blocks = nodes.map((node, at) => ({
    x: left + (columns.get(node.x) ?? 0) * stepX,
    y: top + (rows.get(node.y) ?? 0) * stepY,
    width: wide,
    height: tall,
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
    return [{ key: `${from}-${to}`, path: joined(a, b) }];
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
          <rect x={each.x} y={each.y} width={each.width} height={each.height} rx={each.height / 4} className="wf-sketch-node" />
          <rect
            x={each.x + each.height * 0.2}
            y={each.y + each.height * 0.2}
            width={each.height * 0.6}
            height={each.height * 0.6}
            rx={each.height / 7}
            className="wf-sketch-tile"
          />
        </g>
      ))}
    </svg>
  );
}
