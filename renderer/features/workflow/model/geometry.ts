// Where a node's parts are, in pixels of the canvas, before anything is drawn: sizes and port places are handed to the
// canvas so that it needs no measuring pass (which costs six times the first paint of a large graph).

import type { PortSpec } from '../../../../shared/model/node-descriptor.ts';

export const nodeWidth = 208;
export const headerHeight = 48;
export const rowHeight = 22;
export const bodyHeight = 50;
export const noteWidth = 240;
const rowsPadding = 8;
const handleSize = 9;

export interface PortPlace {
  port: PortSpec;
  side: 'in' | 'out';
  y: number;
  /** Drawn with its label in a row below the header. */
  row: boolean;
}

export interface NodeShape {
  width: number;
  height: number;
  rows: number;
  ports: PortPlace[];
}

const place = (ports: readonly PortSpec[], side: 'in' | 'out'): PortPlace[] =>
  ports.map((port, index) =>
    ports.length === 1
      ? { port, side, y: headerHeight / 2, row: false }
      : { port, side, y: headerHeight + rowsPadding / 2 + rowHeight * (index + 0.5), row: true },
  );

/** One port sits on the header line; several get a labelled row each. `body`: the two quiet lines below. */
export function shapeOf(inputs: readonly PortSpec[], outputs: readonly PortSpec[], body: boolean): NodeShape {
  const rows = Math.max(inputs.length > 1 ? inputs.length : 0, outputs.length > 1 ? outputs.length : 0);
  return {
    width: nodeWidth,
    height: headerHeight + (rows > 0 ? rows * rowHeight + rowsPadding : 0) + (body ? bodyHeight : 0),
    rows,
    ports: [...place(inputs, 'in'), ...place(outputs, 'out')],
  };
}

/** A note is as tall as its text needs, at about 36 characters a line. */
export function noteShape(text: string): NodeShape {
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 34)), 0);
  return { width: noteWidth, height: Math.min(480, 24 + Math.max(2, lines) * 18), rows: 0, ports: [] };
}

/** A port's box, as the canvas wants it. */
export const handleBox = (shape: NodeShape, { side, y }: PortPlace) => ({
  x: side === 'in' ? -handleSize / 2 : shape.width - handleSize / 2,
  y: y - handleSize / 2,
  width: handleSize,
  height: handleSize,
});

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const padding = 28;
/** Smaller than this, words on nodes cannot be read: then the graph's beginning is shown rather than all of it. */
const smallestReadable = 0.62;
const beginningZoom = 0.8;
export const smallestOverview = 0.45;

/** Where the view stands when a graph is opened: all of it where that can be read, else its top left. */
export function openingView(
  graph: Box,
  view: { width: number; height: number },
  /** A run is looked at as a whole before its words are. */
  smallest = smallestReadable,
): { x: number; y: number; zoom: number } {
  const fit = Math.min((view.width - 2 * padding) / Math.max(1, graph.width), (view.height - 2 * padding) / Math.max(1, graph.height), 1);
  const zoom = fit < smallest ? beginningZoom : fit;
  const place = (start: number, size: number, room: number) => {
    const spare = room - size * zoom;
    return spare >= 2 * padding ? spare / 2 - start * zoom : padding - start * zoom;
  };
  // Little graphs hang in the upper third, where one starts to read.
  const y = place(graph.y, graph.height, view.height);
  return { x: place(graph.x, graph.width, view.width), y: Math.min(y, padding + (y + graph.y * zoom) / 2 - graph.y * zoom), zoom };
}

const revealMargin = 20;

/**
 * How far the view has to move, in pixels of the screen, so that this box is whole in sight; nothing when it is. `corner`: what lies over
 * the view at its lower left. A box that is larger than the view shows its beginning.
 */
export function revealShift(
  box: Box,
  view: { width: number; height: number },
  corner?: { width: number; height: number },
): { dx: number; dy: number } {
  const shift = (start: number, size: number, room: number) =>
    start < revealMargin
      ? revealMargin - start
      : start + size > room - revealMargin
        ? Math.max(revealMargin - start, room - revealMargin - start - size)
        : 0;
  const dx = shift(box.x, box.width, view.width);
  const dy = shift(box.y, box.height, view.height);
  const isCovered =
    corner !== undefined && box.x + dx < corner.width + revealMargin / 2 && box.y + dy + box.height > view.height - corner.height;
  if (!isCovered) return { dx, dy };
  // Above what lies there where there is room for it, else beside it.
  const above = shift(box.y, box.height, view.height - corner.height + revealMargin / 2);
  if (box.y + above + box.height <= view.height - corner.height) return { dx, dy: above };
  const beside = corner.width + revealMargin / 2 - box.x;
  return beside + box.x + box.width <= view.width - revealMargin / 2 ? { dx: beside, dy } : { dx, dy: above };
}
