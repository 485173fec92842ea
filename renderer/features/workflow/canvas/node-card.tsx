import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useWithTilde } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Icon } from '../../../ui/index.ts';
import { useEditor } from '../editor/context.ts';
import type { PortPlace } from '../model/geometry.ts';
import type { FlowNode } from './flow-nodes.ts';
import { NodeState } from './node-state.tsx';

/** A text with the home folder as `~`. Of its own, so that only what may name a path looks that up. */
function WithTilde({ text }: { text: string }) {
  return useWithTilde()(text);
}
const mayNamePath = (text: string): boolean => text.includes('/') || text.includes('\\');

/** One node on the canvas: icon, title, quiet line, state; its ports on the header line or a row each. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<FlowNode>) {
  const t = useT('workflow');
  const { descriptor, shape, title, summary, hasBody, node } = data;
  const state = useEditor((editor) => editor.run?.states.get(id));
  const complaints = useEditor((editor) => editor.complaintsByNode.get(id));
  const isLive = useEditor((editor) => editor.liveTriggers.has(id));
  const connectable = useEditor((editor) => !editor.readOnly);
  const isWrong = complaints?.some((complaint) => complaint.severity === 'error') === true;
  const quiet = descriptor === undefined ? t('node.unknown') : summary || descriptor.title;
  const fallback = title === descriptor?.title && summary === '' ? familyWords[descriptor.family] : undefined;
  return (
    <div
      className="wf-card"
      data-family={descriptor?.family ?? 'flow'}
      data-state={state?.status ?? 'none'}
      data-selected={selected}
      data-unknown={descriptor === undefined}
      style={{ width: shape.width, height: shape.height }}
      title={complaints?.map((complaint) => complaint.message).join('\n')}
    >
      <div className="wf-card-head">
        <span className="wf-tile">
          <Icon name={descriptor?.icon ?? 'circle-help'} size={16} />
        </span>
        <span className="wf-words">
          <span className="wf-title">{title}</span>
          <span className="wf-quiet">{fallback !== undefined ? t(fallback) : mayNamePath(quiet) ? <WithTilde text={quiet} /> : quiet}</span>
        </span>
        {node.pinned !== undefined && state?.taken !== 'pin' && (
          <span className="wf-pin" title={t('node.pinned')}>
            <Icon name="pin" size={13} />
            <span className="sr-only">{t('node.pinned')}</span>
          </span>
        )}
        {state !== undefined && <NodeState state={state} />}
        {state === undefined && complaints === undefined && isLive && (
          <span className="wf-state" data-state="on">
            <Icon name="power" size={13} />
            {t('node.on')}
          </span>
        )}
        {state === undefined && complaints !== undefined && (
          <span className="wf-fault" data-severity={isWrong ? 'error' : 'warning'}>
            <Icon name={isWrong ? 'circle-alert' : 'triangle-alert'} size={14} />
            <span className="sr-only">{t(isWrong ? 'node.has-errors' : 'node.has-warnings')}</span>
          </span>
        )}
      </div>
      {shape.ports.map((place) => (
        <Port key={`${place.side}:${place.port.name}`} node={id} place={place} connectable={connectable} />
      ))}
      {hasBody && (
        <div className="wf-body" data-failed={state?.status === 'failed'}>
          <span>{state?.status === 'failed' ? <WithTilde text={state.error ?? ''} /> : state?.note}</span>
        </div>
      )}
      {(state?.status === 'running' || state?.status === 'retrying') && (
        <span className="wf-bar" data-known={state.total > 0}>
          <span style={state.total > 0 ? { transform: `scaleX(${Math.min(1, state.done / state.total)})` } : undefined} />
        </span>
      )}
      {node.onError === 'continue' && <span className="sr-only">{t('node.goes-on')}</span>}
    </div>
  );
});

const familyWords = {
  trigger: 'family.trigger',
  flow: 'family.flow',
  data: 'family.data',
  tool: 'family.tool',
  model: 'family.model',
  memory: 'family.memory',
  person: 'family.person',
  output: 'family.output',
  note: 'family.note',
} as const;

function Port({ node, place, connectable }: { node: string; place: PortPlace; connectable: boolean }) {
  const { port, side, y, row } = place;
  // At an end of the graph a port that leads nowhere would say that something is missing.
  const isIdle = useEditor(
    ({ history }) =>
      port.atEnd === true && side === 'out' && !history.document.edges.some(({ from }) => from.node === node && from.port === port.name),
  );
  return (
    <>
      {row && (
        <span className="wf-port-label" data-side={side} style={{ top: y }}>
          {port.label}
        </span>
      )}
      <Handle
        id={port.name}
        type={side === 'in' ? 'target' : 'source'}
        position={side === 'in' ? Position.Left : Position.Right}
        isConnectable={connectable}
        className="wf-port"
        data-error={port.name === 'error'}
        data-idle={isIdle}
        style={{ top: y }}
        title={port.label}
      />
    </>
  );
}
