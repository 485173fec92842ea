import type { StepStatus } from '../../../../shared/model/run-view.ts';
import { useT } from '../../../strings/index.ts';
import { formatDuration, Icon } from '../../../ui/index.ts';
import type { NodeRunState } from '../model/node-state.ts';

/** The state at the right of a node's header: a sign and a figure, never colour alone. */
export function NodeState({ state }: { state: NodeRunState }) {
  const t = useT('workflow');
  const tPast = useT('past');
  const taken = state.status === 'done' ? state.taken : undefined;
  if (taken !== undefined) {
    const words = tPast(taken === 'pin' ? 'from.sign-pin' : 'from.sign-taken');
    return (
      <span className="wf-state" data-state="taken" title={words}>
        <Icon name={taken === 'pin' ? 'pin' : 'history'} size={14} />
        <span className="sr-only">{words}</span>
        <span>{state.count > 1 ? String(state.ran) : ''}</span>
      </span>
    );
  }
  return (
    <span className="wf-state" data-state={state.status}>
      <StateSign status={state.status} />
      <span className="sr-only">{t(`state.${state.status}`)}</span>
      <span>{figure(state, t(`state.${state.status}`))}</span>
    </span>
  );
}

function figure(state: NodeRunState, words: string): string {
  switch (state.status) {
    case 'waiting':
    case 'failed':
    case 'held':
      return words;
    case 'skipped':
      return '';
    case 'running':
    case 'retrying':
      return state.total > 0 ? `${state.done} / ${state.total}` : '';
    default:
      // A loop says its rounds; what is inside it, in how many of them it ran.
      if (state.count > 1) return String(state.ran);
      return state.total > 0 ? String(state.total) : formatDuration(state.ms);
  }
}

const signs: Record<StepStatus, string> = {
  held: 'pause',
  running: 'loader-circle',
  retrying: 'rotate-ccw',
  waiting: 'hand',
  done: 'check',
  failed: 'x',
  skipped: 'minus',
};

export const StateSign = ({ status }: { status: StepStatus }) => <Icon name={signs[status]} size={14} />;
