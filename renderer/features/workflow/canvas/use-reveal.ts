import { useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback, useEffect } from 'react';
import { useEditor } from '../editor/context.ts';
import { selectedNode } from '../editor/store.ts';
import { panTime } from './pan-time.ts';

const margin = 20;

/** Moves the view just so far that the selected node is whole in sight; not at all when it is. */
export function useRevealSelected(area: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  const selected = useEditor(selectedNode);
  const reveal = useCallback(
    (id: string) => {
      const node = flow.getInternalNode(id);
      const box = area.current?.getBoundingClientRect();
      if (node === undefined || box === undefined) return;
      // The inspector may lie over the canvas.
      const over = document.querySelector('[data-inspector]')?.getBoundingClientRect().left ?? box.right;
      const room = Math.min(box.right, over) - box.left;
      const { x, y, zoom } = flow.getViewport();
      const left = node.internals.positionAbsolute.x * zoom + x;
      const top = node.internals.positionAbsolute.y * zoom + y;
      const width = (node.measured.width ?? 0) * zoom;
      const height = (node.measured.height ?? 0) * zoom;
      const shift = (start: number, size: number, space: number) =>
        start < margin ? margin - start : start + size > space - margin ? Math.max(margin - start, space - margin - start - size) : 0;
      const dx = shift(left, width, room);
      const dy = shift(top, height, box.height);
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: panTime(140) });
    },
    [flow, area],
  );
  useEffect(() => {
    if (selected === undefined) return;
    // After the inspector has taken its room.
    const timer = setTimeout(() => reveal(selected), 60);
    return () => clearTimeout(timer);
  }, [selected, reveal]);
}
