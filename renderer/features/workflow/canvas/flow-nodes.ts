// Turns the document into what React Flow draws. A node whose document, type and state of fold are unchanged keeps its
// object, so one moved or running node does not draw the others again. Sizes and port places are given, never measured.

import { type Node, type NodeHandle, Position } from '@xyflow/react';
import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowEdge, WorkflowNode } from '../../../../shared/model/workflow.ts';
import type { EditorState } from '../editor/store.ts';
import { descriptorOf, portsOf, summaryOf, titleOf } from '../model/catalog.ts';
import { type BackLine, type Channel, channelsOf, goesBack } from '../model/channels.ts';
import { handleBox, headerHeight, type NodeShape, noteShape, shapeOf } from '../model/geometry.ts';
import type { NodeRunState } from '../model/node-state.ts';

export type CardData = {
  node: WorkflowNode;
  descriptor: NodeDescriptor | undefined;
  shape: NodeShape;
  title: string;
  summary: string;
  hasBody: boolean;
};
export type FlowNode = Node<CardData, 'card' | 'note'>;

interface Made {
  node: WorkflowNode;
  descriptor: NodeDescriptor | undefined;
  hasBody: boolean;
  selected: boolean;
  /** Only an unknown node's ports hang on the edges. */
  edges: readonly WorkflowEdge[] | undefined;
  made: FlowNode;
}

/** The two quiet lines appear while it runs and says something, and when it failed. */
export const hasBody = (state: NodeRunState | undefined): boolean =>
  state !== undefined &&
  ((state.note !== undefined && (state.status === 'running' || state.status === 'retrying')) ||
    (state.error !== undefined && state.status === 'failed'));

export const isNote = (node: WorkflowNode, descriptor: NodeDescriptor | undefined): boolean =>
  descriptor === undefined ? node.kind.endsWith('.note') : descriptor.family === 'note';

export const noteText = (node: WorkflowNode): string => (typeof node.config.text === 'string' ? node.config.text : '');

type Wanted = Pick<EditorState, 'history' | 'catalog' | 'selectedNodes' | 'run'>;

/** One maker for each canvas: it remembers what it made. */
export function flowNodeMaker(): (state: Wanted) => FlowNode[] {
  let before = new Map<string, Made>();
  return ({ history, catalog, selectedNodes, run }) => {
    const now = new Map<string, Made>();
    const nodes = history.document.nodes.map((node) => {
      const descriptor = descriptorOf(catalog, node);
      const body = hasBody(run?.states.get(node.id));
      const selected = selectedNodes.has(node.id);
      const edges = descriptor === undefined ? history.document.edges : undefined;
      const old = before.get(node.id);
      const isSame =
        old?.node === node && old.descriptor === descriptor && old.hasBody === body && old.selected === selected && old.edges === edges;
      const made = isSame ? old.made : makeNode(node, descriptor, body, selected, history.document.edges);
      now.set(node.id, { node, descriptor, hasBody: body, selected, edges, made });
      return made;
    });
    before = now;
    return nodes;
  };
}

function makeNode(
  node: WorkflowNode,
  descriptor: NodeDescriptor | undefined,
  body: boolean,
  selected: boolean,
  edges: readonly WorkflowEdge[],
): FlowNode {
  const note = isNote(node, descriptor);
  const ports = portsOf(descriptor, node, edges);
  const shape = note ? noteShape(noteText(node)) : shapeOf(ports.inputs, ports.outputs, body);
  const handles: NodeHandle[] = shape.ports.map((place) => ({
    id: place.port.name,
    type: place.side === 'in' ? 'target' : 'source',
    position: place.side === 'in' ? Position.Left : Position.Right,
    ...handleBox(shape, place),
  }));
  const title = titleOf(node, descriptor);
  const summary = summaryOf(descriptor, node.config);
  return {
    id: node.id,
    type: note ? 'note' : 'card',
    position: node.position,
    width: shape.width,
    height: shape.height,
    measured: { width: shape.width, height: shape.height },
    handles,
    selected,
    data: { node, descriptor, shape, title, summary, hasBody: body },
    ariaLabel: [title, title === descriptor?.title ? '' : (descriptor?.title ?? node.kind), summary].filter(Boolean).join(', '),
  };
}

/** The channels of the lines that go back, by the line's id. */
export function backChannels(nodes: readonly FlowNode[], edges: readonly WorkflowEdge[]): Map<string, Channel> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const lines = edges.flatMap((edge): BackLine[] => {
    const from = byId.get(edge.from.node);
    const to = byId.get(edge.to.node);
    if (from === undefined || to === undefined) return [];
    const fromX = from.position.x + from.data.shape.width;
    if (!goesBack(fromX, to.position.x)) return [];
    const outs = from.data.shape.ports.filter((place) => place.side === 'out');
    const lane = Math.max(
      0,
      outs.findIndex((place) => place.port.name === edge.from.port),
    );
    const inY = to.data.shape.ports.find((place) => place.side === 'in' && place.port.name === edge.to.port)?.y ?? headerHeight / 2;
    return [
      {
        id: edge.id,
        from: { x: fromX, y: from.position.y + (outs[lane]?.y ?? headerHeight / 2) },
        to: { x: to.position.x, y: to.position.y + inY },
        lane,
      },
    ];
  });
  if (lines.length === 0) return new Map();
  const boxes = nodes.map(({ position, data }) => ({ ...position, width: data.shape.width, height: data.shape.height }));
  return channelsOf(lines, boxes);
}
