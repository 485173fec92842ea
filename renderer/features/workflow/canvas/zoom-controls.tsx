import { type FitViewOptions, Panel, useReactFlow, useStore } from '@xyflow/react';
import { useT } from '../../../strings/index.ts';
import { IconButton } from '../../../ui/index.ts';
import { panTime } from './pan-time.ts';

export function ZoomControls({ fit }: { fit: FitViewOptions }) {
  const t = useT('workflow');
  const flow = useReactFlow();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <Panel position="bottom-left" className="wf-zoom">
      <IconButton label={t('zoom.out')} icon="minus" onClick={() => void flow.zoomOut({ duration: panTime(120) })} />
      <span aria-live="off">{percent} %</span>
      <IconButton label={t('zoom.in')} icon="plus" onClick={() => void flow.zoomIn({ duration: panTime(120) })} />
      <IconButton label={t('zoom.fit')} icon="maximize" onClick={() => void flow.fitView({ ...fit, duration: panTime(160) })} />
    </Panel>
  );
}
