// Brings the node that counts into view: the one that is selected, and of a run that failed or waits the one where it did.

import { useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback, useEffect } from 'react';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { selectedNode } from '../editor/store.ts';
import { revealShift } from '../model/geometry.ts';
import { urgentNode } from '../model/node-state.ts';
import { panTime } from './pan-time.ts';

/** After the inspector and the timeline have taken their room, and a graph that was just opened its place. */
const settleMs = 60;

/** Moves the view just so far that the node is whole in sight; not at all when it is. */
function useReveal(area: RefObject<HTMLElement | null>): (id: string) => void {
  const flow = useReactFlow();
  return useCallback(
    (id: string) => {
      const node = flow.getInternalNode(id);
      const box = area.current?.getBoundingClientRect();
      if (node === undefined || box === undefined) return;
      // The inspector may lie over the canvas, and the zoom does at its foot.
      const over = document.querySelector('[data-inspector]')?.getBoundingClientRect().left ?? box.right;
      const zoomBox = area.current?.querySelector('.wf-zoom')?.getBoundingClientRect();
      const view = flow.getViewport();
      const { x, y } = node.internals.positionAbsolute;
      const { dx, dy } = revealShift(
        {
          x: x * view.zoom + view.x,
          y: y * view.zoom + view.y,
          width: (node.measured.width ?? 0) * view.zoom,
          height: (node.measured.height ?? 0) * view.zoom,
        },
        { width: Math.min(box.right, over) - box.left, height: box.height },
        zoomBox === undefined ? undefined : { width: zoomBox.right - box.left, height: box.bottom - zoomBox.top },
      );
      if (dx !== 0 || dy !== 0) void flow.setViewport({ ...view, x: view.x + dx, y: view.y + dy }, { duration: panTime(140) });
    },
    [flow, area],
  );
}

/** Gives what brings the run's node into view again, for who has placed the graph anew: on a busy machine that may come after the timer. */
export function useRevealed(area: RefObject<HTMLElement | null>): () => void {
  const reveal = useReveal(area);
  const selected = useEditor(selectedNode);
  const urgent = useEditor((state) => state.run && urgentNode(state.run));
  const run = useEditor((state) => state.run?.summary.id);
  const editor = useEditorStore();
  useEffect(() => {
    if (selected === undefined) return;
    const timer = setTimeout(() => reveal(selected), settleMs);
    return () => clearTimeout(timer);
  }, [selected, reveal]);
  const revealUrgent = useCallback(() => {
    const { run: now, selectedNodes } = editor.getState();
    const node = now && urgentNode(now);
    // Who looks at a node is not taken from it.
    if (node !== undefined && selectedNodes.size === 0) reveal(node);
  }, [editor, reveal]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each run brings its node into view once
  useEffect(() => {
    if (urgent === undefined) return;
    const timer = setTimeout(revealUrgent, settleMs);
    return () => clearTimeout(timer);
  }, [run, urgent, revealUrgent]);
  return revealUrgent;
}
