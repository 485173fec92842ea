// A change set as one line: who, what, how much of it, when. Where its list is narrow the words become signs, with the words behind them.

import { useEffect, useRef } from 'react';
import type { ChangeSet } from '../../../shared/model/change.ts';
import { navigate, routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { dateFormat } from '../../ui/date-format.ts';
import { cn, formatDateTime, Icon } from '../../ui/index.ts';
import { useWho } from './use-who.ts';
import { actorIcons, setThings, setTitle } from './words.ts';

const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

export function SetRow({ set, isSelected }: { set: ChangeSet; isSelected: boolean }) {
  const t = useT('history');
  const isUndone = set.undone === set.count;
  const name = useWho()(set.actor);
  const who = set.isUndo ? t('undid', { who: name }) : name;
  const short = useWithTilde();
  const things = short(setThings(set)) || set.kinds.map(({ kind }) => t(`kinds.${kind}`)).join(', ');
  const row = useRef<HTMLButtonElement>(null);
  // What is open is in sight in its list, also when it was opened by its address.
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <button
      ref={row}
      type="button"
      data-row=""
      aria-current={isSelected || undefined}
      onClick={() => navigate(routes.history(set.id))}
      className="flex h-[30px] w-full min-w-0 shrink-0 items-center gap-3 border-line border-b px-5 text-left hover:bg-panel focus-visible:-outline-offset-2 aria-[current]:bg-accent-soft @max-[560px]:gap-2 @max-[560px]:px-3"
    >
      <Icon name={set.isUndo ? 'undo-2' : actorIcons[set.actor.kind]} className="shrink-0 text-ink-3" />
      <span className={cn('min-w-0 flex-[3] truncate text-ink', isUndone && 'text-ink-3 line-through')} title={setTitle(set)}>
        {setTitle(set)}
      </span>
      <span className="min-w-0 flex-[2] truncate text-ink-3 text-sm @max-[680px]:hidden" title={things}>
        {things}
      </span>
      <span className="w-36 shrink-0 truncate text-ink-2 text-sm @max-[860px]:w-28 @max-[560px]:w-auto @max-[560px]:max-w-24" title={who}>
        {who}
      </span>
      <Amount set={set} />
      <time
        dateTime={new Date(set.at).toISOString()}
        title={formatDateTime(set.at)}
        className="tabular w-10 shrink-0 text-right text-ink-3 text-sm"
      >
        {dateFormat('en-GB', clock).format(set.at)}
      </time>
    </button>
  );
}

/** How many changes, and how many of them were taken back. */
function Amount({ set }: { set: ChangeSet }) {
  const t = useT('history');
  const undone = set.undone === 0 ? '' : set.undone === set.count ? t('undone') : t('partlyUndone', { count: set.undone });
  const words = `${t('changes', { count: set.count })}${undone === '' ? '' : ` · ${undone}`}`;
  return (
    <>
      <span className="tabular w-36 shrink-0 truncate text-ink-3 text-sm @max-[860px]:w-28 @max-[560px]:sr-only">{words}</span>
      <span
        aria-hidden
        title={words}
        className="tabular hidden w-8 shrink-0 items-center justify-end gap-1 text-ink-3 text-sm @max-[560px]:flex"
      >
        {undone === '' ? null : <Icon name="undo-2" size={13} className="shrink-0" />}
        {set.count}
      </span>
    </>
  );
}
