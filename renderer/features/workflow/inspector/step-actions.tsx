// What can be done from one step of a run: again from here, with something else than it gave, or its output pinned.

import type { JsonValue } from '../../../../shared/model/json.ts';
import { isRunOver, type RunSummary } from '../../../../shared/model/run.ts';
import type { StepView } from '../../../../shared/model/run-view.ts';
import { client, toAppError } from '../../../api/index.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, toast, toastError, useDialog } from '../../../ui/index.ts';
import { portOutputs } from '../model/port-outputs.ts';
import { ForkDialog, type ForkSubject } from '../run/fork-dialog.tsx';
import { pinInStored } from '../run/pin-output.ts';
import '../run/run.css';

interface Props {
  run: RunSummary;
  step: StepView;
  title: string;
  /** The node's own title, without the round. */
  nodeTitle: string;
  /** Without it, the stored workflow of the run is changed. */
  onPin?: ((outputs: Record<string, JsonValue>) => void) | undefined;
  onUnpin?: (() => void) | undefined;
  onForked?: ((run: RunSummary, useCurrent: boolean) => void) | undefined;
  className?: string;
}

/** A step below another one (an agent's call) is not on the graph. */
const isOnGraph = (step: string): boolean => !/[/~]/.test(step);

export function StepActions({ run, step, title, nodeTitle, onPin, onUnpin, onForked, className = 'wf-step-acts' }: Props) {
  const t = useT('past');
  const fork = useDialog<ForkSubject>();
  if (run.kind !== 'workflow' || !isOnGraph(step.step)) return null;
  const canFork = isRunOver(run.status) && (step.status === 'done' || step.status === 'failed');
  const canPin = step.status === 'done' && (onPin !== undefined || run.workflow !== undefined);
  if (!canFork && !canPin && onUnpin === undefined) return null;
  const told = (work: () => Promise<void>) => void work().catch((thrown: unknown) => toastError(toAppError(thrown)));
  /** Everything it gave; undefined, with a word to the person, when that is too large to be held in a form or a workflow. */
  const outputsOf = async (): Promise<Record<string, JsonValue> | undefined> => {
    const detail = await client.runs.getStep({ id: run.id, step: step.step });
    const outputs = portOutputs(detail);
    if (outputs !== undefined) return outputs;
    toast({ tone: 'bad', title: t('actions.too-large') });
    return undefined;
  };
  const subject = { run, step: { key: step.step, title } };
  const change = () =>
    told(async () => {
      // What failed gave nothing: it gets the usual port to write into.
      const outputs = step.status === 'failed' ? { out: null } : await outputsOf();
      if (outputs !== undefined) fork.show({ ...subject, outputs });
    });
  const pin = () =>
    told(async () => {
      const outputs = await outputsOf();
      if (outputs === undefined) return;
      if (onPin !== undefined) onPin(outputs);
      else if (run.workflow !== undefined) await pinInStored(run.workflow, { id: step.node, title: nodeTitle }, outputs);
      toast({ tone: 'ok', title: t('pin.done', { node: nodeTitle }), text: t('pin.done-text', { number: run.number }), timeout: 8000 });
    });
  return (
    <section className={className} aria-label={t('actions.label')}>
      {canFork && (
        <Button size="s" icon="play" onClick={() => fork.show(subject)}>
          {t('actions.again')}
        </Button>
      )}
      {canFork && (
        <Button size="s" variant="ghost" icon="pen-line" onClick={change}>
          {t('actions.change')}
        </Button>
      )}
      {canPin && onUnpin === undefined && (
        <Button size="s" variant="ghost" icon="pin" onClick={pin}>
          {t('actions.pin')}
        </Button>
      )}
      {onUnpin !== undefined && (
        <Button size="s" variant="ghost" icon="pin-off" onClick={onUnpin}>
          {t('actions.unpin')}
        </Button>
      )}
      <ForkDialog {...fork.props} subject={fork.subject} onForked={onForked ?? ((fresh) => navigate(routes.runs(fresh.id)))} />
    </section>
  );
}
