// The rows: only those in sight are in the page. Arrow keys go from row to row.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { RunSummary } from '../../../shared/model/run.ts';
import { useT } from '../../strings/index.ts';
import { cn, Duration, TimeOf } from '../../ui/index.ts';
import { keyTarget, tabStop } from '../../ui/row-keys.ts';
import { isGoing, RunState, useOriginText } from '../workflow/index.ts';
import { kindNames, kindOf } from './run-list-model.ts';

interface Props {
  runs: readonly RunSummary[];
  chosen: string | undefined;
  /** Two lines a row, beside an open run. */
  isNarrow: boolean;
  /** By job; undefined until they are known. */
  jobTitles: ReadonlyMap<string, string> | undefined;
  onChoose(run: RunSummary): void;
  onEnd(): void;
}

const wideRow = 30;
const narrowRow = 50;

export function RunList({ runs, chosen, isNarrow, jobTitles, onChoose, onEnd }: Props) {
  const t = useT('runs');
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isNarrow ? narrowRow : wideRow),
    overscan: 12,
    getItemKey: (index) => runs[index]?.id ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= runs.length - 1) onEnd();
  }, [last, runs.length, onEnd]);
  const chosenAt = runs.findIndex((run) => run.id === chosen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows change their height with the layout
  useEffect(() => rows.measure(), [isNarrow]);
  // What is open is in sight in its list: after a change of layout, and when it was opened by its address. New runs above it move nothing.
  const isListed = chosenAt !== -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another run is chosen, or its row came
  useEffect(() => {
    if (isListed) rows.scrollToIndex(chosenAt, { align: 'auto' });
  }, [chosen, isListed, isNarrow]);

  // The one row that Tab stops at: the one that had the focus last, else the chosen one.
  const [focused, setFocused] = useState<number>();
  const stop = tabStop(
    items.map(({ index }) => index),
    [focused, chosenAt],
  );
  // A run that was closed took its close button with it.
  const before = useRef<string>(undefined);
  useEffect(() => {
    const left = chosen === undefined ? before.current : undefined;
    before.current = chosen;
    if (left === undefined) return;
    requestAnimationFrame(() => {
      const active = document.activeElement;
      if (active === null || active === document.body) box.current?.querySelector<HTMLElement>(`[data-run="${CSS.escape(left)}"]`)?.focus();
    });
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).dataset.index ?? Number.NaN);
    const next = keyTarget(event.key, at, runs.length);
    if (next === undefined) return;
    event.preventDefault();
    rows.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  return (
    <div ref={box} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t('title')} className="relative m-0 list-none p-0" style={{ height: rows.getTotalSize() }} onKeyDown={onKeyDown}>
        {items.map((item) => {
          const run = runs[item.index];
          return run === undefined ? null : (
            <li
              key={item.key}
              className="absolute top-0 left-0 w-full"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <button
                type="button"
                data-index={item.index}
                data-run={run.id}
                tabIndex={item.index === stop ? 0 : -1}
                onFocus={() => setFocused(item.index)}
                aria-current={run.id === chosen || undefined}
                onClick={() => onChoose(run)}
                className={cn(
                  'flex h-full w-full items-center gap-3 border-line border-b px-5 text-left hover:bg-panel focus-visible:-outline-offset-2 aria-[current]:bg-accent-soft',
                  isNarrow && 'px-3',
                )}
              >
                {isNarrow ? <NarrowRow run={run} jobTitles={jobTitles} /> : <WideRow run={run} jobTitles={jobTitles} />}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  run: RunSummary;
  jobTitles: Props['jobTitles'];
}

function WideRow({ run, jobTitles }: RowProps) {
  const t = useT('runs');
  const origin = useOriginText(run.origin, { jobs: jobTitles });
  return (
    <>
      <span className={cn('tabular shrink-0 text-ink-2', kindOf(run) === 'session' ? 'w-22' : 'w-16')}>
        {t(kindNames[kindOf(run)], { number: run.number })}
      </span>
      <span className="min-w-0 flex-1 truncate text-ink">{run.title}</span>
      {/* A turn and a session are called by what began them. */}
      {run.kind === 'workflow' && (
        <span className="w-72 shrink-0 truncate text-ink-3 text-sm max-[1180px]:w-44 max-[860px]:hidden" title={origin}>
          {origin}
        </span>
      )}
      <RunState status={run.status} className="w-28 shrink-0" />
      <span className="tabular w-18 shrink-0 text-right text-ink-3 text-sm max-[1040px]:hidden">
        {run.stepsDone === 0 ? '' : t(kindOf(run) === 'session' ? 'call-count' : 'step-count', { count: run.stepsDone })}
      </span>
      <span className="w-18 shrink-0 text-right text-ink-2 text-sm">
        {run.endedAt === undefined ? isGoing(run.status) ? '' : '–' : <Duration ms={run.endedAt - run.startedAt} />}
      </span>
      <TimeOf at={run.startedAt} className="w-24 shrink-0 text-right text-ink-3 text-sm" />
    </>
  );
}

function NarrowRow({ run, jobTitles }: RowProps) {
  const t = useT('runs');
  const origin = useOriginText(run.origin, { jobs: jobTitles });
  return (
    <span className="min-w-0 flex-1">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium text-ink">{run.title}</span>
        <RunState status={run.status} className="shrink-0" />
      </span>
      <span className="flex items-center gap-2 text-ink-3 text-xs">
        <span className="tabular min-w-0 flex-1 truncate" title={origin}>
          {t(kindNames[kindOf(run)], { number: run.number })}
          {run.kind === 'turn' ? '' : ` · ${origin}`}
        </span>
        <TimeOf at={run.startedAt} className="shrink-0" />
      </span>
    </span>
  );
}
