// Putting new nodes where they can be seen, and joining them to the port they were dragged from.

import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import type { Position } from '../model/changes.ts';
import { fittingPort, type OpenEnd } from '../model/connections.ts';
import { addNode, type Clip, copy, newEdge, newNode, paste } from '../model/edits.ts';
import { headerHeight, nodeWidth } from '../model/geometry.ts';
import { apply, type Editor, select, selectedNode } from './store.ts';

const gap = 44;

/** The nearest place to the right or below where no node lies. */
export function freePlace(document: WorkflowDocument, wanted: Position): Position {
  let { x, y } = wanted;
  const isTaken = () =>
    document.nodes.some(({ position }) => Math.abs(position.x - x) < nodeWidth + 12 && Math.abs(position.y - y) < headerHeight + 20);
  for (let tries = 0; tries < 60 && isTaken(); tries += 1) {
    y += 80;
    if (tries % 6 === 5) {
      x += nodeWidth + gap;
      y = wanted.y;
    }
  }
  return { x, y };
}

/** Places a node and selects it; with an open end it is connected too, where a port fits. */
export function placeNode(editor: Editor, descriptor: NodeDescriptor, at: Position, open?: OpenEnd): string {
  const { history, catalog } = editor.getState();
  const document = history.document;
  const node = newNode(document, descriptor, open === undefined ? freePlace(document, at) : at);
  const port = open === undefined ? undefined : fittingPort(document, catalog, descriptor, open);
  const mine = port === undefined ? undefined : { node: node.id, port: port.name };
  const edges =
    mine === undefined || open === undefined ? [] : [open.side === 'out' ? newEdge(document, open, mine) : newEdge(document, mine, open)];
  apply(editor, addNode(node, edges));
  select(editor, [node.id]);
  return node.id;
}

/** Right of the selected node, else the middle of what is seen. */
export function placeForNew(editor: Editor, middle: Position): Position {
  const state = editor.getState();
  const chosen = state.history.document.nodes.find((node) => node.id === selectedNode(state));
  if (chosen !== undefined) return { x: chosen.position.x + nodeWidth + gap, y: chosen.position.y };
  return { x: middle.x - nodeWidth / 2, y: middle.y - headerHeight / 2 };
}

export function removeSelected(editor: Editor): void {
  const { selectedNodes, selectedEdges } = editor.getState();
  if (selectedNodes.size + selectedEdges.size === 0) return;
  apply(editor, { type: 'remove', nodes: [...selectedNodes], edges: [...selectedEdges] });
}

export function pasteClip(editor: Editor, clip: Clip): void {
  const { change, nodes } = paste(editor.getState().history.document, clip, { x: 32, y: 32 });
  if (nodes.length === 0) return;
  apply(editor, change);
  select(editor, nodes);
}

export function duplicateSelected(editor: Editor): void {
  const { history, selectedNodes } = editor.getState();
  pasteClip(editor, copy(history.document, selectedNodes));
}
