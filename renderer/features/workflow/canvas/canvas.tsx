// The graph on React Flow. The document is the truth; only a drag in progress lives here until it is dropped.

import '@xyflow/react/dist/base.css';
import './canvas.css';
import './card.css';
import './distance.css';
import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useT } from '../../../strings/index.ts';
import { toast } from '../../../ui/index.ts';
import { tryConnect } from '../editor/connecting.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { apply, select } from '../editor/store.ts';
import type { Position } from '../model/changes.ts';
import { fittingPortOf, type OpenEnd, whyNot } from '../model/connections.ts';
import type { PortEnd } from '../model/edits.ts';
import { openingView, smallestOverview } from '../model/geometry.ts';
import { type FlowEdge, FlowEdgeLine } from './flow-edge.tsx';
import { backChannels, type FlowNode, flowNodeMaker } from './flow-nodes.ts';
import { NodeCard } from './node-card.tsx';
import { NoteCard } from './note-card.tsx';
import { useRevealed } from './use-reveal.ts';
import { ZoomControls } from './zoom-controls.tsx';

const nodeTypes = { card: NodeCard, note: NoteCard };
const edgeTypes = { flow: FlowEdgeLine };
const fitOptions = { padding: 0.12, maxZoom: 1, minZoom: 0.1 };
/** Above this only what is in view is in the page; below it, drawing all is smoother. */
const manyNodes = 200;
const farZoom = 0.42;
const halfZoom = 0.58;

export interface CanvasProps {
  label: string;
  /** Asks for the palette: at a place of the canvas, joined to an open end. */
  onWantNode?: (at: Position, open?: OpenEnd) => void;
  onOpenNode?: (node: string) => void;
}

export function Canvas({ label, onWantNode, onOpenNode }: CanvasProps) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const isFar = useStore((state) => state.transform[2] < farZoom);
  const isHalf = useStore((state) => state.transform[2] >= farZoom && state.transform[2] < halfZoom);
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const area = useRef<HTMLDivElement>(null);
  const revealUrgent = useRevealed(area);
  const { nodes, edges, onNodesChange, onEdgesChange } = useGraph();
  // When a run is looked at, its timeline takes its room after the first events: then the graph is placed once more.
  const hasSteps = useEditor((state) => state.readOnly && (state.run?.view.steps.size ?? 0) > 0);
  useEffect(() => {
    if (!hasSteps) return;
    const frame = requestAnimationFrame(() => {
      const box = area.current?.getBoundingClientRect();
      const drawn = flow.getNodes();
      if (box === undefined || drawn.length === 0) return;
      void flow.setViewport(openingView(flow.getNodesBounds(drawn), box, smallestOverview)).then(revealUrgent);
    });
    return () => cancelAnimationFrame(frame);
  }, [hasSteps, flow, revealUrgent]);

  const connect = useCallback(
    (from: PortEnd, to: PortEnd) => {
      void tryConnect(editor, from, to).then((refused) => {
        if (refused !== undefined) toast({ tone: 'bad', title: refused.message, text: refused.hint });
      });
    },
    [editor],
  );
  const onConnect = useCallback(
    (made: Connection) =>
      connect({ node: made.source, port: made.sourceHandle ?? 'out' }, { node: made.target, port: made.targetHandle ?? 'in' }),
    [connect],
  );
  const isValidConnection = useCallback(
    (wanted: Connection | FlowEdge) => {
      const { history, catalog } = editor.getState();
      const from = { node: wanted.source, port: wanted.sourceHandle ?? 'out' };
      return whyNot(history.document, catalog, from, { node: wanted.target, port: wanted.targetHandle ?? 'in' }) === undefined;
    },
    [editor],
  );
  /** Dropped on nothing: choose a node that fits. On a node: its first port that fits. On a wrong port: the reason. */
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, drop: FinalConnectionState) => {
      if (drop.isValid === true || drop.fromHandle === null || drop.fromNode === null) return;
      const open: OpenEnd = {
        node: drop.fromNode.id,
        port: drop.fromHandle.id ?? 'out',
        side: drop.fromHandle.type === 'source' ? 'out' : 'in',
      };
      const join = (end: PortEnd) => (open.side === 'out' ? connect(open, end) : connect(end, open));
      if (drop.toHandle !== null) return join({ node: drop.toHandle.nodeId, port: drop.toHandle.id ?? 'in' });
      const { clientX, clientY } = 'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
      const over = document.elementFromPoint(clientX, clientY)?.closest('.react-flow__node')?.getAttribute('data-id');
      if (over !== null && over !== undefined) {
        if (over === open.node) return;
        const { history, catalog } = editor.getState();
        const port = fittingPortOf(history.document, catalog, over, open);
        if (port !== undefined) join({ node: over, port });
        else toast({ tone: 'bad', title: t('connect.none-fits') });
        return;
      }
      onWantNode?.(flow.screenToFlowPosition({ x: clientX, y: clientY - 24 }), open);
    },
    [connect, editor, flow, onWantNode, t],
  );

  return (
    <div
      ref={area}
      className="wf-canvas"
      data-far={isFar}
      data-distance={isHalf ? 'half' : undefined}
      style={{ position: 'absolute', inset: 0 }}
    >
      <ReactFlow<FlowNode, FlowEdge>
        aria-label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        onlyRenderVisibleElements={nodes.length > manyNodes}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        snapToGrid
        snapGrid={[4, 4]}
        minZoom={0.05}
        maxZoom={2}
        onInit={(instance) => {
          const box = area.current?.getBoundingClientRect();
          if (box !== undefined && nodes.length > 0)
            void instance.setViewport(openingView(instance.getNodesBounds(nodes), box)).then(revealUrgent);
        }}
        onNodeDoubleClick={(_event, node) => onOpenNode?.(node.id)}
        onDoubleClick={(event) => {
          // The pane holds the nodes and edges too: only its own ground asks for a new node.
          if (!(event.target instanceof Element) || event.target.closest('.react-flow__pane') === null) return;
          if (event.target.closest('.react-flow__node, .react-flow__edge, .react-flow__panel') !== null) return;
          onWantNode?.(flow.screenToFlowPosition({ x: event.clientX - 104, y: event.clientY - 24 }));
        }}
        onPaneClick={() => select(editor, [])}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--dot)" />
        <ZoomControls fit={fitOptions} />
      </ReactFlow>
    </div>
  );
}

/** Nodes and edges for React Flow, and what its changes mean for the document. */
function useGraph() {
  const editor = useEditorStore();
  const history = useEditor((state) => state.history);
  const catalog = useEditor((state) => state.catalog);
  const selectedNodes = useEditor((state) => state.selectedNodes);
  const selectedEdges = useEditor((state) => state.selectedEdges);
  const run = useEditor((state) => state.run);
  const make = useRef(flowNodeMaker()).current;
  const [dragged, setDragged] = useState<ReadonlyMap<string, Position>>();

  const made = useMemo(() => make({ history, catalog, selectedNodes, run }), [make, history, catalog, selectedNodes, run]);
  const stable = useSameList(made);
  const nodes = useMemo(() => {
    if (dragged === undefined) return stable;
    return stable.map((node) => {
      const position = dragged.get(node.id);
      return position === undefined ? node : { ...node, position, dragging: true };
    });
  }, [stable, dragged]);

  const documentEdges = history.document.edges;
  const documentNodes = history.document.nodes;
  // How a node looks while it runs or is chosen moves no line.
  const placed = useRef(stable);
  placed.current = stable;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the nodes of the document and their types say when boxes change
  const channels = useMemo(() => backChannels(placed.current, documentEdges), [documentNodes, documentEdges, catalog]);
  const edges = useMemo(
    () =>
      documentEdges.map(
        (edge): FlowEdge => ({
          id: edge.id,
          type: 'flow',
          source: edge.from.node,
          sourceHandle: edge.from.port,
          target: edge.to.node,
          targetHandle: edge.to.port,
          selected: selectedEdges.has(edge.id),
          data: { port: edge.from.port, channel: channels.get(edge.id) },
        }),
      ),
    [documentEdges, selectedEdges, channels],
  );

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const moving = new Map<string, Position>();
      const dropped: Record<string, Position> = {};
      const chosen = new Set(editor.getState().selectedNodes);
      let picked = false;
      for (const change of changes) {
        if (change.type === 'position' && change.position !== undefined) {
          if (change.dragging === true) moving.set(change.id, change.position);
          else dropped[change.id] = change.position;
        } else if (change.type === 'select') {
          picked = true;
          if (change.selected) chosen.add(change.id);
          else chosen.delete(change.id);
        }
      }
      if (picked) select(editor, chosen, editor.getState().selectedEdges);
      if (moving.size > 0) setDragged(moving);
      if (Object.keys(dropped).length > 0) {
        setDragged(undefined);
        apply(editor, { type: 'move', to: dropped }, `move:${Object.keys(dropped).join()}`);
      }
    },
    [editor],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const chosen = new Set(editor.getState().selectedEdges);
      for (const change of changes)
        if (change.type === 'select') {
          if (change.selected) chosen.add(change.id);
          else chosen.delete(change.id);
        }
      select(editor, editor.getState().selectedNodes, chosen);
    },
    [editor],
  );
  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** The list from before while its members are the same: a run's batch then does not reach React Flow at all. */
function useSameList<T>(list: T[]): T[] {
  const before = useRef(list);
  if (before.current.length !== list.length || before.current.some((item, index) => item !== list[index])) before.current = list;
  return before.current;
}
