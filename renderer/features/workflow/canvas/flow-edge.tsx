import { BaseEdge, type Edge, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react';
import { memo } from 'react';
import { useEditor } from '../editor/context.ts';
import { flowOf } from '../model/node-state.ts';

export type FlowEdge = Edge<{ port: string }, 'flow'>;

/** A connection, coloured by what went over it in the run that is drawn. */
export const FlowEdgeLine = memo(function FlowEdgeLine(props: EdgeProps<FlowEdge>) {
  const { source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected } = props;
  const flow = useEditor((state) =>
    state.run === undefined ? 'idle' : flowOf(data?.port ?? '', state.run.states.get(source), state.run.states.get(target)),
  );
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  // A line that goes back leads around the nodes instead of through them.
  const [path] =
    targetX < sourceX + 8 ? getSmoothStepPath({ ...ends, borderRadius: 10, offset: 24 }) : getBezierPath({ ...ends, curvature: 0.3 });
  return (
    <BaseEdge id={props.id} path={path} className="wf-edge" data-flow={flow} data-selected={selected === true} interactionWidth={16} />
  );
});
