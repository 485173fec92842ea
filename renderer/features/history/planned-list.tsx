// All changes of an undo, of which only those in sight are in the page; a page of them is fetched when it comes near.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useState } from 'react';
import type { UndoChoice, UndoItem, UndoPlan } from '../../../shared/model/change.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, ErrorNote, Icon, Select, Skeleton } from '../../ui/index.ts';
import { Conflict } from './conflict.tsx';
import { type Chosen, canBeBeside, choiceOf, type PlannedRow, rowAt, rowCount } from './planned.ts';
import { usePlanned } from './use-plan.ts';
import { iconOf } from './words.ts';

interface Props {
  plan: UndoPlan;
  chosen: Chosen;
  onChosen(next: Chosen): void;
}

/** In pixels, until they are measured. */
const heights = { head: 36, line: 26, conflict: 88 };

export function PlannedList({ plan, chosen, onChosen }: Props) {
  const t = useT('history');
  const [place, setPlace] = useState<{ box: HTMLElement; above: number }>();
  const find = useCallback((list: HTMLElement | null) => {
    const box = list?.closest<HTMLElement>('.overflow-y-auto') ?? null;
    if (list !== null && box !== null)
      setPlace({ box, above: list.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop });
  }, []);
  const planned = usePlanned(plan.id);
  const rows = useVirtualizer({
    count: rowCount(plan),
    getScrollElement: () => place?.box ?? null,
    estimateSize: (index) => {
      const row = rowAt(plan, index);
      return row?.kind === 'head' ? heights.head : row?.state === 'conflict' ? heights.conflict : heights.line;
    },
    scrollMargin: place?.above ?? 0,
    overscan: 12,
  });
  const seen = rows.getVirtualItems();
  const { want } = planned;
  useEffect(() => {
    for (const { index } of seen) {
      const row = rowAt(plan, index);
      if (row?.kind === 'item') want(row.state, row.place);
    }
  }, [seen, plan, want]);
  const choose = (item: UndoItem, choice: UndoChoice): void =>
    onChosen({ ...chosen, own: { ...chosen.own, [item.change.id]: { choice, beside: canBeBeside(item.change) } } });
  const draw = (row: PlannedRow) => {
    if (row.kind === 'head') return <Head plan={plan} state={row.state} chosen={chosen} onChosen={onChosen} />;
    const item = planned.get(row.state, row.place);
    if (item === undefined) return <Skeleton className={cn('my-1.5 w-3/5', row.state === 'conflict' ? 'h-16' : 'h-3.5')} />;
    if (row.state !== 'conflict') return <Line item={item} isNamed={row.state === 'cannot'} />;
    const choice = choiceOf(chosen, item.change.id, canBeBeside(item.change));
    return <Conflict item={item} choice={choice} onChoose={(next) => choose(item, next)} />;
  };
  return (
    <>
      {planned.error === undefined ? null : <ErrorNote error={planned.error} />}
      <ul ref={find} aria-label={t('plan.list')} className="relative m-0 shrink-0 list-none p-0" style={{ height: rows.getTotalSize() }}>
        {seen.map((shown) => {
          const row = rowAt(plan, shown.index);
          return row === undefined ? null : (
            <li
              key={shown.key}
              ref={rows.measureElement}
              data-index={shown.index}
              aria-setsize={rowCount(plan)}
              aria-posinset={shown.index + 1}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${shown.start - (place?.above ?? 0)}px)` }}
            >
              {draw(row)}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Head({ plan, state, chosen, onChosen }: Props & { state: PlannedRow['state'] }) {
  const t = useT('history');
  const count = plan.counts[state];
  if (state !== 'conflict')
    return (
      <h3 className="m-0 pt-3 pb-1 font-medium text-base text-ink">
        {state === 'cannot' ? t('plan.cannot', { count }) : t('plan.ready', { count })}
      </h3>
    );
  const options: UndoChoice[] = plan.beside > 0 ? ['keep', 'restore', 'beside'] : ['keep', 'restore'];
  return (
    <div className="flex min-w-0 items-center gap-2 pt-1 pr-3 pb-2">
      <h3 className="m-0 min-w-0 flex-1 font-medium text-base text-wait">{t('plan.conflicts', { count })}</h3>
      {count < 2 ? null : (
        <Select
          aria-label={t('choice.forAll')}
          className="w-56 shrink-0"
          value={chosen.otherwise}
          onChange={(otherwise) => onChosen({ otherwise, own: {} })}
          options={options.map((value) => ({
            value,
            label: t(`choice.all.${value}`),
            ...(value === 'keep' ? {} : { hint: t(`choice.all.${value}Hint`) }),
          }))}
        />
      )}
    </div>
  );
}

/** What would be done; of what cannot be undone its name and why, since the reason alone names nothing. */
function Line({ item: { change, words }, isNamed }: { item: UndoItem; isNamed: boolean }) {
  const short = useWithTilde();
  return (
    <div className="flex min-w-0 items-start gap-2 py-0.5 text-ink-2 text-sm">
      <Icon name={iconOf(change)} size={14} className="mt-0.5 shrink-0 text-ink-3" />
      <span className="min-w-0 [overflow-wrap:anywhere]" title={change.target}>
        {isNamed ? <span className="text-ink">{change.title}: </span> : null}
        {short(words)}
      </span>
    </div>
  );
}
