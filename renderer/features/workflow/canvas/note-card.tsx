import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useT } from '../../../strings/index.ts';
import { type FlowNode, noteText } from './flow-nodes.ts';

/** Words beside the graph. They never run and connect to nothing. */
export const NoteCard = memo(function NoteCard({ data, selected }: NodeProps<FlowNode>) {
  const t = useT('workflow');
  const text = noteText(data.node);
  return (
    <div className="wf-note" data-selected={selected} style={{ width: data.shape.width, height: data.shape.height }}>
      {text === '' ? <span className="wf-quiet">{t('node.empty-note')}</span> : text}
    </div>
  );
});
