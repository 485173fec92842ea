import { useState } from 'react';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { StepDifference } from '../../../shared/model/run-comparison.ts';
import { useT } from '../../strings/index.ts';
import { cn, formatDuration, Icon } from '../../ui/index.ts';
import { StepSign } from '../workflow/index.ts';
import { TextDiff } from './text-diff.tsx';

/** As the host cuts them. */
const cutAt = 2000;

type Side = StepDifference['left'];
const stepStates = ['running', 'waiting', 'held', 'retrying', 'done', 'failed', 'skipped'] as const;

interface Props {
  difference: StepDifference;
  left: RunSummary;
  right: RunSummary;
  title: string;
}

/** One step that differs: how it ended in both runs, and, opened, what it gave in each. */
export function DifferenceRow({ difference, left, right, title }: Props) {
  const t = useT('runs');
  const [isOpen, setOpen] = useState(false);
  const { state } = difference;
  const was = difference.left?.outputs ?? '';
  const is = difference.right?.outputs ?? '';
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-[34px] w-full items-center gap-2.5 px-1 text-left hover:bg-panel focus-visible:-outline-offset-2"
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={13} className="shrink-0 text-ink-3" />
        <span className="min-w-0 flex-1 truncate text-ink">{title}</span>
        {state === 'only-left' || state === 'only-right' ? (
          <span className="shrink-0 text-ink-2 text-sm">
            {t(`compared.${state}`, { run: t('number', { number: (state === 'only-left' ? left : right).number }) })}
          </span>
        ) : (
          <>
            <SideState side={difference.left} isLeft />
            <Icon name="arrow-right" size={13} className="shrink-0 text-ink-3" />
            <SideState side={difference.right} />
          </>
        )}
      </button>
      {isOpen && (
        <div className="flex flex-col gap-1.5 pt-0.5 pb-3 pl-6">
          <TextDiff left={was} right={is} label={t('compared.diff', { step: title })} />
          {(was.length >= cutAt || is.length >= cutAt) && <p className="m-0 text-ink-3 text-sm">{t('compared.cut')}</p>}
        </div>
      )}
    </li>
  );
}

function SideState({ side, isLeft = false }: { side: Side; isLeft?: boolean }) {
  const t = useT('runs');
  const status = stepStates.find((candidate) => candidate === side?.status);
  if (side === undefined || status === undefined) return <span className="w-28 shrink-0 text-ink-3 text-sm">{side?.status}</span>;
  return (
    <span className={cn('wf-state w-28 shrink-0', isLeft && 'justify-end')} data-state={status}>
      <StepSign status={status} />
      {t(`step.${status}`)}
      {side.ms !== undefined && <span className="text-ink-3">{formatDuration(side.ms)}</span>}
    </span>
  );
}
