import { type FitViewOptions, Panel, useReactFlow, useStore } from '@xyflow/react';
import { useT } from '../../../strings/index.ts';
import { IconButton } from '../../../ui/index.ts';
import { panTime } from './pan-time.ts';

export function ZoomControls({ fit }: { fit: FitViewOptions }) {
  const t = useT('workflow');
  const flow = useReactFlow();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const area = useStore((state) => state.domNode);
  return (
    <Panel position="bottom-left" className="wf-zoom">
      <IconButton label={t('zoom.out')} icon="minus" onClick={() => void flow.zoomOut({ duration: panTime(120) })} />
      <span aria-live="off">{percent} %</span>
      <IconButton label={t('zoom.in')} icon="plus" onClick={() => void flow.zoomIn({ duration: panTime(120) })} />
      <IconButton
        label={t('zoom.fit')}
        icon="maximize"
        onClick={() => void flow.fitView({ ...fit, ...besideInspector(area), duration: panTime(160) })}
      />
    </Panel>
  );
}

/** In narrow windows the inspector lies over the canvas: the graph is fitted into what is left of it. */
function besideInspector(area: HTMLElement | null): FitViewOptions {
  const over = document.querySelector('[data-inspector]')?.getBoundingClientRect();
  const box = area?.getBoundingClientRect();
  if (over === undefined || box === undefined || over.width === 0 || over.left >= box.right || over.left <= box.left) return {};
  return { padding: { top: 0.12, bottom: 0.12, left: '24px', right: `${Math.ceil(box.right - over.left) + 24}px` } };
}
