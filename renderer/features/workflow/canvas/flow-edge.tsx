import { BaseEdge, type Edge, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { memo } from 'react';
import { useEditor } from '../editor/context.ts';
import { backPath, type Channel, goesBack } from '../model/channels.ts';
import { flowOf } from '../model/node-state.ts';

export type FlowEdge = Edge<{ port: string; channel?: Channel | undefined }, 'flow'>;

/** A connection, coloured by what went over it in the run that is drawn. */
export const FlowEdgeLine = memo(function FlowEdgeLine(props: EdgeProps<FlowEdge>) {
  const { source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected } = props;
  const flow = useEditor((state) =>
    state.run === undefined ? 'idle' : flowOf(data?.port ?? '', state.run.states.get(source), state.run.states.get(target)),
  );
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const path = goesBack(sourceX, targetX)
    ? data?.channel === undefined
      ? getSmoothStepPath({ ...ends, borderRadius: 10, offset: 24 })[0]
      : backPath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, data.channel)
    : getBezierPath({ ...ends, curvature: 0.3 })[0];
  return (
    <BaseEdge id={props.id} path={path} className="wf-edge" data-flow={flow} data-selected={selected === true} interactionWidth={16} />
  );
});
