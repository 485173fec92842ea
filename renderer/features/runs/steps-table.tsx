// Every step of a run in the order in which it started, with its time; a step opens to what it got, gave or why it failed.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RunSummary, SequencedEvent } from '../../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView, type StepView } from '../../../shared/model/run-view.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { EmptyState, ErrorNote, ErrorState, formatDuration, Icon, SkeletonRows } from '../../ui/index.ts';
import { JsonTree, StepSign } from '../workflow/index.ts';

/** Follows the run's events; folded once for each frame. */
function useRunView(id: RunSummary['id']): { view: RunView; isOpen: boolean; error: ReturnType<typeof useStream>['error'] } {
  const [view, setView] = useState<RunView>(emptyRunView);
  const [isOpen, setOpen] = useState(false);
  const state = useRef({ waiting: [] as SequencedEvent[], seen: 0, frame: 0 });
  useEffect(() => () => cancelAnimationFrame(state.current.frame), []);
  const stream = useStream<SequencedEvent[]>(
    (signal) => client.runs.watch({ id, after: state.current.seen }, { signal }),
    (batch) => {
      const mine = state.current;
      mine.waiting.push(...batch);
      for (const { seq } of batch) mine.seen = Math.max(mine.seen, seq);
      if (mine.frame !== 0) return;
      mine.frame = requestAnimationFrame(() => {
        const events = mine.waiting.map(({ event }) => event);
        mine.waiting = [];
        mine.frame = 0;
        setOpen(true);
        setView((before) => foldRun(before, events));
      });
    },
    [id],
  );
  return { view, isOpen: isOpen || stream.state === 'ended', error: stream.error };
}

export function StepsTable({ run, document }: { run: RunSummary; document: WorkflowDocument | undefined }) {
  const t = useT('runs');
  const { view, isOpen, error } = useRunView(run.id);
  const [open, setOpen] = useState<string>();
  const steps = useMemo(() => [...view.steps.values()].filter((step) => step.status !== 'skipped'), [view]);
  const titles = useMemo(
    () => new Map<string, string>((document?.nodes ?? []).map((node) => [node.id, node.title ?? node.id])),
    [document],
  );
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => box.current,
    estimateSize: () => 31,
    overscan: 16,
    getItemKey: (index) => steps[index]?.step ?? index,
  });
  if (error !== undefined && steps.length === 0) return <ErrorState error={error} />;
  if (!isOpen)
    return (
      <div className="p-3">
        <SkeletonRows count={8} />
      </div>
    );
  if (steps.length === 0) return <EmptyState title={t('no-steps')} text={t('no-steps-text')} />;
  const end = view.endedAt ?? Date.now();
  const start = view.startedAt ?? run.startedAt;
  return (
    <div ref={box} className="h-full overflow-y-auto">
      <ol className="relative m-0 list-none p-0" style={{ height: rows.getTotalSize() }} aria-label={t('steps')}>
        {rows.getVirtualItems().map((item) => {
          const step = steps[item.index];
          return step === undefined ? null : (
            <li
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              className="absolute top-0 left-0 w-full border-line border-b"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <StepRow
                run={run}
                step={step}
                title={titles.get(step.node)}
                from={(step.startedAt - start) / Math.max(1, end - start)}
                width={((step.endedAt ?? end) - step.startedAt) / Math.max(1, end - start)}
                isOpen={open === step.step}
                onToggle={() => setOpen(open === step.step ? undefined : step.step)}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

interface RowProps {
  run: RunSummary;
  step: StepView;
  title: string | undefined;
  /** Share of the run's whole time, 0–1. */
  from: number;
  width: number;
  isOpen: boolean;
  onToggle(): void;
}

/** A turn's steps are named by what they are: `model-2`, `tool-2-0`. */
function useStepName(step: StepView, title: string | undefined): { name: string; icon: string | undefined } {
  const t = useT('runs');
  const round = step.step.includes('#')
    ? ` · ${step.step
        .slice(step.step.lastIndexOf('#') + 1)
        .split('.')
        .map((part) => Number(part) + 1)
        .join('.')}`
    : '';
  if (title !== undefined) return { name: `${title}${round}`, icon: undefined };
  const model = /^model-(\d+)$/.exec(step.step);
  if (model !== null) return { name: t('model-call', { number: Number(model[1]) }), icon: 'sparkles' };
  if (step.step.startsWith('tool-')) return { name: t('tool-call', { name: step.node }), icon: 'wrench' };
  return { name: step.node + round, icon: undefined };
}

function StepRow({ run, step, title, from, width, isOpen, onToggle }: RowProps) {
  const t = useT('runs');
  const { name, icon } = useStepName(step, title);
  const percent = (share: number) => `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex h-[30px] w-full items-center gap-2.5 px-4 text-left hover:bg-panel focus-visible:-outline-offset-2"
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={13} className="shrink-0 text-ink-3" />
        {icon !== undefined && <Icon name={icon} size={14} className="shrink-0 text-ink-3" />}
        <span className="w-52 min-w-0 shrink truncate text-ink">{name}</span>
        {step.attempt > 1 && <span className="shrink-0 text-sm text-ink-3">{t('attempts', { count: step.attempt })}</span>}
        <span className="wf-lane min-w-10 flex-1">
          <span className="wf-span" data-state={step.status} style={{ left: percent(from), width: `max(3px, ${percent(width)})` }} />
        </span>
        <span className="wf-state w-24 shrink-0 justify-end" data-state={step.status}>
          <StepSign status={step.status} />
          {step.ms === undefined ? t(`step.${step.status}`) : formatDuration(step.ms)}
        </span>
      </button>
      {isOpen && <StepBody run={run} step={step} />}
    </>
  );
}

function StepBody({ run, step }: { run: RunSummary; step: StepView }) {
  const t = useT('runs');
  const data = useCall((signal) => client.runs.getStep({ id: run.id, step: step.step }, { signal }), [run.id, step.step, step.status]);
  const outputs = data.data?.outputs ?? step.outputs;
  return (
    <div className="flex flex-col gap-3 px-10 pt-1 pb-4">
      {step.error !== undefined && step.status !== 'done' && <ErrorNote error={step.error} />}
      {data.error !== undefined && <ErrorNote error={data.error} />}
      {data.data === undefined && data.error === undefined && <SkeletonRows count={2} />}
      {data.data !== undefined && Object.keys(data.data.inputs).length > 0 && (
        <div className="flex flex-col gap-1">
          <span className="text-sm text-ink-3">{t('input')}</span>
          <JsonTree value={data.data.inputs} label={t('input')} />
        </div>
      )}
      {outputs !== undefined && (
        <div className="flex flex-col gap-1">
          <span className="text-sm text-ink-3">{t('output')}</span>
          <JsonTree value={outputs} label={t('output')} />
        </div>
      )}
    </div>
  );
}
