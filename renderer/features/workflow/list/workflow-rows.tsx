// The rows of a list of workflows inside the page's own scrolling: only those near what is in sight are in the page, as there may be
// thousands, and each carries a menu.

import './list.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useState } from 'react';
import type { WorkflowSummary } from '../../../../shared/model/workflow.ts';
import { WorkflowRow } from './workflow-row.tsx';

interface Props {
  workflows: readonly WorkflowSummary[];
  onDuplicate(workflow: WorkflowSummary): void;
  onDelete(workflow: WorkflowSummary): void;
}

/** What a row is high in list.css with its line, in pixels; measured once it is there. */
const rowHeight = 49;

export function WorkflowRows({ workflows, onDuplicate, onDelete }: Props) {
  const [place, setPlace] = useState<{ box: HTMLElement; above: number }>();
  const find = useCallback((list: HTMLElement | null) => {
    const box = list === null ? null : scrollerOf(list);
    if (list === null || box === null) return;
    setPlace({ box, above: list.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop });
  }, []);
  const rows = useVirtualizer({
    count: workflows.length,
    getScrollElement: () => place?.box ?? null,
    estimateSize: () => rowHeight,
    scrollMargin: place?.above ?? 0,
    overscan: 10,
    getItemKey: (index) => workflows[index]?.id ?? index,
  });
  return (
    <ul ref={find} className="wf-list relative" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((item) => {
        const workflow = workflows[item.index];
        return workflow === undefined ? null : (
          <WorkflowRow
            key={item.key}
            ref={rows.measureElement}
            index={item.index}
            of={workflows.length}
            top={item.start - (place?.above ?? 0)}
            workflow={workflow}
            onDuplicate={() => onDuplicate(workflow)}
            onDelete={() => onDelete(workflow)}
          />
        );
      })}
    </ul>
  );
}

function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let at = element.parentElement; at !== null; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return null;
}
