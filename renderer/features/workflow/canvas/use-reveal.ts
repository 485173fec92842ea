import { useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback } from 'react';

const margin = 20;

/** Moves the view just so far that a node is whole in sight; not at all when it is. */
export function useReveal(area: RefObject<HTMLElement | null>): (node: string) => void {
  const flow = useReactFlow();
  return useCallback(
    (id) => {
      const node = flow.getInternalNode(id);
      const box = area.current?.getBoundingClientRect();
      if (node === undefined || box === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const left = node.internals.positionAbsolute.x * zoom + x;
      const top = node.internals.positionAbsolute.y * zoom + y;
      const width = (node.measured.width ?? 0) * zoom;
      const height = (node.measured.height ?? 0) * zoom;
      const shift = (start: number, size: number, room: number) =>
        start < margin ? margin - start : start + size > room - margin ? Math.max(margin - start, room - margin - start - size) : 0;
      const dx = shift(left, width, box.width);
      const dy = shift(top, height, box.height);
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 140 });
    },
    [flow, area],
  );
}
