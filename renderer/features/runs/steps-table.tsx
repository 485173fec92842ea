// Every step of a run in the order in which it started, with its time; a step opens to what it got, what it gave and how it went.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunView, StepView } from '../../../shared/model/run-view.ts';
import { useT } from '../../strings/index.ts';
import { cn, EmptyState, ErrorState, formatDuration, Icon, SkeletonRows } from '../../ui/index.ts';
import { msOfStep, nodeOfStep, StepSign } from '../workflow/index.ts';
import { StepBody } from './step-body.tsx';

interface Props {
  run: RunSummary;
  live: { view: RunView; isOpen: boolean; error: AppError | undefined };
  /** Events of a very long run that did not come along. */
  leftOut: number | undefined;
  hasGraph: boolean;
  titleOf(step: string, node?: string): string;
}

export function StepsTable({ run, live: { view, isOpen, error }, leftOut, hasGraph, titleOf }: Props) {
  const t = useT('runs');
  const [open, setOpen] = useState<string>();
  const steps = useMemo(() => [...view.steps.values()].filter((step) => step.status !== 'skipped'), [view]);
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
      {leftOut !== undefined && (
        <p className="m-0 border-line border-b px-4 py-2 text-ink-2 text-sm">{t('left-out', { count: leftOut })}</p>
      )}
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
                hasGraph={hasGraph}
                titleOf={titleOf}
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
  hasGraph: boolean;
  titleOf(step: string, node?: string): string;
  /** Share of the run's whole time, 0–1. */
  from: number;
  width: number;
  isOpen: boolean;
  onToggle(): void;
}

/** A turn's steps, and those below an agent's step, are named by what they are: `model-2`, `answer/tool-2-0`. */
function useStepName(
  { step, node }: StepView,
  hasGraph: boolean,
  titleOf: RowProps['titleOf'],
): { name: string; icon: string | undefined } {
  const t = useT('runs');
  const below = step.includes('/') ? step.slice(step.lastIndexOf('/') + 1) : undefined;
  const own = below ?? (hasGraph ? undefined : step);
  if (own === undefined) return { name: titleOf(step, node), icon: undefined };
  const within = below === undefined ? '' : `${titleOf(nodeOfStep(step))} · `;
  const model = /^model-(\d+)$/.exec(own);
  if (model !== null) return { name: within + t('model-call', { number: Number(model[1]) }), icon: 'sparkles' };
  if (own.startsWith('tool-')) return { name: within + t('tool-call', { name: node }), icon: 'wrench' };
  return { name: within + node, icon: undefined };
}

function StepRow({ run, step, hasGraph, titleOf, from, width, isOpen, onToggle }: RowProps) {
  const t = useT('runs');
  const tPast = useT('past');
  const { name, icon } = useStepName(step, hasGraph, titleOf);
  const percent = (share: number) => `${Math.max(0, Math.min(1, share)) * 100}%`;
  const taken = step.status === 'done' ? step.from?.kind : undefined;
  const took = msOfStep(step);
  // In a replay, a step that was not taken from the record was computed again, and is there only because it gave the same.
  const isAgain = run.origin.kind === 'replay' && step.status === 'done' && taken === undefined;
  const sign = taken === 'pin' ? 'from.sign-pin' : taken === 'replay' ? 'from.sign-record' : 'from.sign-taken';
  const words = isAgain ? tPast('from.sign-again') : taken === undefined ? undefined : tPast(sign);
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex h-[30px] w-full items-center gap-2.5 px-4 text-left hover:bg-panel focus-visible:-outline-offset-2"
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={13} className="shrink-0 text-ink-3" />
        {/* The same width in every row: the bars beside it share one time axis. */}
        <span className="flex w-60 min-w-0 shrink items-center gap-2.5">
          {icon !== undefined && <Icon name={icon} size={14} className="shrink-0 text-ink-3" />}
          <span className="min-w-0 truncate text-ink">{name}</span>
          {step.attempt > 1 && <span className="shrink-0 text-ink-3 text-sm">{t('attempts', { count: step.attempt })}</span>}
        </span>
        <span className="wf-lane min-w-10 flex-1">
          {step.status !== 'held' && taken === undefined && (
            <span className="wf-span" data-state={step.status} style={{ left: percent(from), width: `max(3px, ${percent(width)})` }} />
          )}
        </span>
        <span
          className={cn('wf-state shrink-0 justify-end', words === undefined ? 'w-24' : 'w-36')}
          data-state={taken === undefined ? step.status : 'taken'}
        >
          {isAgain ? (
            <Icon name="equal" size={14} />
          ) : taken === undefined ? (
            <StepSign status={step.status} />
          ) : (
            <Icon name={taken === 'pin' ? 'pin' : 'history'} size={14} />
          )}
          {words ?? (took === undefined ? t(`step.${step.status}`) : formatDuration(took))}
        </span>
      </button>
      {isOpen && <StepBody run={run} step={step} title={name} nodeTitle={titleOf(nodeOfStep(step.step))} canAct={hasGraph} />}
    </>
  );
}
