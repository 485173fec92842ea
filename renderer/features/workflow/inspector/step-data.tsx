// What a node got and gave in the run that is drawn, and how each of its attempts went.

import { useMemo, useState } from 'react';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { StepView } from '../../../../shared/model/run-view.ts';
import { client, useCall } from '../../../api/index.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Combobox, EmptyState, ErrorNote, ErrorState, formatDuration, SkeletonRows } from '../../../ui/index.ts';
import { StateSign } from '../canvas/node-state.tsx';
import { useEditor } from '../editor/context.ts';
import { iterationOf } from '../model/node-state.ts';
import { JsonTree } from './json-tree.tsx';

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
  const [chosen, setChosen] = useState<string>();
  const urgent = steps.find((step) => step.status === 'failed') ?? steps.find((step) => step.status === 'waiting') ?? steps.at(-1);
  return { run, steps, step: steps.find((candidate) => candidate.step === chosen) ?? urgent, choose: setChosen };
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

export function StepData({ node, side }: { node: string; side: 'input' | 'output' }) {
  const t = useT('workflow');
  const { run, steps, step, choose } = useNodeSteps(node);
  if (run === undefined) return <EmptyState icon="play" title={t('steps.no-run')} text={t('steps.no-run-text')} />;
  if (step === undefined) return <EmptyState title={t('steps.not-reached')} text={t('steps.not-reached-text')} />;
  return (
    <div className="flex flex-col gap-3">
      <StepPicker steps={steps} step={step} onChoose={choose} />
      <WaitingNote step={step} />
      <Values key={step.step} run={run.summary.id} step={step} side={side} />
    </div>
  );
}

function WaitingNote({ step }: { step: StepView }) {
  const t = useT('workflow');
  if (step.status !== 'waiting') return null;
  return (
    <Button icon="hand" className="self-start" onClick={() => navigate(routes.inbox(step.inbox))}>
      {t('timeline.answer')}
    </Button>
  );
}

function Values({ run, step, side }: { run: RunId; step: StepView; side: 'input' | 'output' }) {
  const t = useT('workflow');
  const data = useCall(
    (signal) => client.runs.getStep({ id: run, step: step.step }, { signal }),
    [run, step.step, step.status, step.attempt],
  );
  if (data.error !== undefined) return <ErrorState error={data.error} onRetry={data.reload} />;
  if (data.data === undefined) return <SkeletonRows count={5} />;
  const values: Record<string, JsonValue> | undefined = side === 'input' ? data.data.inputs : (data.data.outputs ?? step.outputs);
  if (side === 'output' && step.error !== undefined && step.status === 'failed') return <ErrorNote error={step.error} />;
  const entries = Object.entries(values ?? {});
  if (entries.length === 0)
    return (
      <p className="text-ink-2">
        {t(side === 'input' ? 'steps.no-input' : step.status === 'skipped' ? 'steps.skipped' : 'steps.no-output')}
      </p>
    );
  return (
    <>
      {entries.map(([port, value]) => (
        <div key={port} className="flex flex-col gap-1">
          {(entries.length > 1 || side === 'output') && <span className="text-sm text-ink-3">{port}</span>}
          <JsonTree value={value} label={port} />
        </div>
      ))}
      {side === 'output' && step.ms !== undefined && <p className="tabular text-sm text-ink-3">{formatDuration(step.ms)}</p>}
    </>
  );
}

export function Attempts({ node }: { node: string }) {
  const t = useT('workflow');
  const { run, steps, step, choose } = useNodeSteps(node);
  if (run === undefined) return <EmptyState icon="play" title={t('steps.no-run')} text={t('steps.no-run-text')} />;
  if (step === undefined) return <EmptyState title={t('steps.not-reached')} text={t('steps.not-reached-text')} />;
  const failures = run.failures.filter((failure) => failure.step === step.step);
  const isOpen = step.status !== 'failed' && step.status !== 'skipped' && !(step.status === 'retrying');
  return (
    <div className="flex flex-col gap-3">
      <StepPicker steps={steps} step={step} onChoose={choose} />
      <ol className="m-0 flex list-none flex-col gap-3 p-0">
        {failures.map((failure) => (
          <li key={`${failure.attempt}-${failure.at}`} className="flex flex-col gap-1">
            <AttemptLine number={failure.attempt} status="failed" ms={failure.ms} />
            <ErrorNote error={failure.error} />
            {failure.retryAt !== undefined && (
              <p className="text-sm text-ink-3">
                {t('steps.retried', { time: formatDuration(Math.max(0, failure.retryAt - failure.at)) })}
              </p>
            )}
          </li>
        ))}
        {isOpen && (
          <li>
            <AttemptLine number={step.attempt} status={step.status} ms={step.ms} />
          </li>
        )}
        {step.status === 'skipped' && <li className="text-ink-2">{t('steps.skipped')}</li>}
      </ol>
    </div>
  );
}

function AttemptLine({ number, status, ms }: { number: number; status: StepView['status']; ms: number | undefined }) {
  const t = useT('workflow');
  return (
    <span className="wf-state" data-state={status}>
      <StateSign status={status} />
      <span className="flex-1 text-ink">{t('steps.attempt', { number })}</span>
      <span>{t(`state.${status}`)}</span>
      {ms !== undefined && <span className="text-ink-3">{formatDuration(ms)}</span>}
    </span>
  );
}
