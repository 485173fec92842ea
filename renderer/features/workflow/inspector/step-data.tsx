// What a node got and gave in the run that is drawn, and how each of its attempts went.

import { type ReactNode, useMemo } from 'react';
import type { RunSummary } from '../../../../shared/model/run.ts';
import type { StepView } from '../../../../shared/model/run-view.ts';
import { navigate, routes, useWithTilde } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Combobox, EmptyState, ErrorNote, ErrorState, formatDuration, SkeletonRows } from '../../../ui/index.ts';
import { WhyAllowed } from '../../why/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { iterationOf } from '../model/node-state.ts';
import { PortValues } from './port-values.tsx';
import { StepCourse, TakenFromNote } from './step-course.tsx';
import { useStep } from './use-step.ts';

/** Rounds run beside each other, so their steps come in any order. */
function byRound(a: StepView, b: StepView): number {
  const [left, right] = [iterationOf(a.step), iterationOf(b.step)];
  const at = left.findIndex((index, depth) => index !== right[depth]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** The steps of a node, newest problem first chosen: a failed or waiting one, else the last. */
export function useNodeSteps(node: string) {
  const run = useEditor((state) => state.run);
  const steps = useMemo(() => [...(run?.view.steps.values() ?? [])].filter((step) => step.node === node).sort(byRound), [run, node]);
  const editor = useEditorStore();
  const chosen = useEditor((state) => state.chosenStep);
  const urgent = steps.find((step) => step.status === 'failed') ?? steps.find((step) => step.status === 'waiting') ?? steps.at(-1);
  return {
    run,
    steps,
    step: steps.find((candidate) => candidate.step === chosen) ?? urgent,
    choose: (step: string) => editor.setState({ chosenStep: step }),
  };
}

export function StepPicker({ steps, step, onChoose }: { steps: readonly StepView[]; step: StepView; onChoose(step: string): void }) {
  const t = useT('workflow');
  if (steps.length < 2) return null;
  return (
    <Combobox
      aria-label={t('steps.round')}
      value={step.step}
      onChange={onChoose}
      options={steps.map((candidate) => ({
        value: candidate.step,
        label: t('steps.number', {
          number:
            iterationOf(candidate.step)
              .map((index) => index + 1)
              .join('.') || '1',
        }),
        hint: `${t(`state.${candidate.status}`)}${candidate.ms === undefined ? '' : ` · ${formatDuration(candidate.ms)}`}`,
      }))}
    />
  );
}

/** The step of a node that is looked at, chosen where there are several; says why where there is none. */
function OfStep({ node, children }: { node: string; children(run: RunSummary, step: StepView): ReactNode }) {
  const t = useT('workflow');
  const { run, steps, step, choose } = useNodeSteps(node);
  if (run === undefined) return <EmptyState icon="play" title={t('steps.no-run')} text={t('steps.no-run-text')} />;
  if (step === undefined) return <EmptyState title={t('steps.not-reached')} text={t('steps.not-reached-text')} />;
  return (
    <div className="flex flex-col gap-3">
      <StepPicker steps={steps} step={step} onChoose={choose} />
      <WaitingNote step={step} />
      {children(run.summary, step)}
    </div>
  );
}

export const StepData = ({ node, side }: { node: string; side: 'input' | 'output' }) => (
  <OfStep node={node}>{(run, step) => <Values key={step.step} run={run} step={step} side={side} />}</OfStep>
);

export const Attempts = ({ node }: { node: string }) => (
  <OfStep node={node}>{(run, step) => <Course key={step.step} run={run} step={step} />}</OfStep>
);

export function WaitingNote({ step }: { step: StepView }) {
  const t = useT('workflow');
  if (step.status !== 'waiting') return null;
  return (
    <Button icon="hand" className="self-start" onClick={() => navigate(routes.inbox(step.inbox))}>
      {t('timeline.answer')}
    </Button>
  );
}

function Values({ run, step, side }: { run: RunSummary; step: StepView; side: 'input' | 'output' }) {
  const t = useT('workflow');
  const short = useWithTilde();
  const { data, error, reload } = useStep(run.id, step);
  if (error !== undefined) return <ErrorState error={error} onRetry={reload} />;
  if (data === undefined) return <SkeletonRows count={5} />;
  if (side === 'output' && step.error !== undefined && step.status === 'failed')
    return <ErrorNote error={{ ...step.error, message: short(step.error.message) }} />;
  const values = (side === 'input' ? data.inputs : (data.outputs ?? step.outputs)) ?? {};
  const large = side === 'input' ? data.largeInputs : data.large;
  const from = data.from ?? step.from;
  if (Object.keys(values).length === 0 && large === undefined)
    return (
      <p className="m-0 text-ink-2">
        {t(side === 'input' ? 'steps.no-input' : step.status === 'skipped' ? 'steps.skipped' : 'steps.no-output')}
      </p>
    );
  return (
    <>
      {side === 'output' && from !== undefined && <TakenFromNote from={from} />}
      <PortValues run={run} values={values} large={large} isNamed={side === 'output'} />
      {side === 'output' && step.ms !== undefined && from === undefined && (
        <p className="tabular m-0 text-sm text-ink-3">{formatDuration(step.ms)}</p>
      )}
    </>
  );
}

function Course({ run, step }: { run: RunSummary; step: StepView }) {
  const { data, error, reload } = useStep(run.id, step);
  if (error !== undefined && data === undefined) return <ErrorState error={error} onRetry={reload} />;
  return (
    <>
      <StepCourse step={step} detail={data} />
      {step.status === 'held' || step.status === 'skipped' ? null : <WhyAllowed key={step.status} run={run.id} step={step.step} />}
    </>
  );
}
