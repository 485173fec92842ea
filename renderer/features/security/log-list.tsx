// The rows of the log: only those in sight are in the page. Tab goes into the list and out of it; arrow keys go from row to row.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, Icon, StateDot, TimeOf } from '../../ui/index.ts';
import { keyTarget, tabStop } from '../../ui/row-keys.ts';
import { kindIcons, outcomeTones, whatOf } from './log-model.ts';

interface Props {
  entries: readonly AuditEntry[];
  chosen: number | undefined;
  isNarrow: boolean;
  onChoose(entry: AuditEntry): void;
  onEnd(): void;
}

const rowHeight = 30;

export function LogList({ entries, chosen, isNarrow, onChoose, onEnd }: Props) {
  const t = useT('security');
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 14,
    getItemKey: (index) => entries[index]?.seq ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= entries.length - 1) onEnd();
  }, [last, entries.length, onEnd]);

  // The one row that Tab stops at: the one that had the focus last, else the chosen one.
  const [focused, setFocused] = useState<number>();
  const stop = tabStop(
    items.map(({ index }) => index),
    [focused, entries.findIndex((entry) => entry.seq === chosen)],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).dataset.index ?? Number.NaN);
    const next = keyTarget(event.key, at, entries.length);
    if (next === undefined) return;
    event.preventDefault();
    rows.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  return (
    <div ref={box} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t('tabs.log')} className="relative m-0 list-none p-0" style={{ height: rows.getTotalSize() }} onKeyDown={onKeyDown}>
        {items.map((item) => {
          const entry = entries[item.index];
          return entry === undefined ? null : (
            <li key={item.key} className="absolute top-0 left-0 h-[30px] w-full" style={{ transform: `translateY(${item.start}px)` }}>
              <button
                type="button"
                data-index={item.index}
                tabIndex={item.index === stop ? 0 : -1}
                onFocus={() => setFocused(item.index)}
                aria-current={entry.seq === chosen || undefined}
                onClick={() => onChoose(entry)}
                className="flex h-full w-full items-center gap-3 border-line border-b px-5 text-left hover:bg-panel focus-visible:-outline-offset-2 aria-[current]:bg-accent-soft"
              >
                <Row entry={entry} isNarrow={isNarrow} />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Row({ entry, isNarrow }: { entry: AuditEntry; isNarrow: boolean }) {
  const t = useT('security');
  const short = useWithTilde();
  const tone = outcomeTones[entry.outcome];
  return (
    <>
      <TimeOf at={entry.at} className="w-24 max-[1100px]:w-20 shrink-0 text-ink-3 text-sm" />
      <span className="flex w-6 shrink-0 justify-center text-ink-3" title={t(`kind.${entry.kind}`)}>
        <Icon name={kindIcons[entry.kind]} size={14} />
        <span className="sr-only">{t(`kind.${entry.kind}`)}</span>
      </span>
      <span
        className={cn('w-44 shrink-0 truncate text-ink max-[1100px]:w-36 max-[760px]:w-[30%]', isNarrow && 'w-44 max-[1100px]:hidden')}
        title={entry.actor.name}
      >
        {entry.actor.name}
      </span>
      <span
        className={cn(
          'w-60 shrink-0 truncate font-mono text-ink text-sm max-[1100px]:w-40 max-[760px]:w-auto max-[760px]:min-w-0 max-[760px]:flex-1',
          isNarrow && 'w-auto min-w-0 flex-1',
        )}
        title={entry.what}
      >
        {short(whatOf(entry))}
      </span>
      {isNarrow ? null : <span className="min-w-0 flex-1 truncate text-ink-2 text-sm max-[760px]:hidden">{short(entry.reason)}</span>}
      <span
        className={cn(
          'flex w-18 shrink-0 items-center gap-1.5 text-sm',
          tone === 'bad' ? 'text-bad' : tone === 'wait' ? 'text-wait' : tone === 'ok' ? 'text-ok' : 'text-ink-3',
        )}
      >
        <StateDot tone={tone} />
        {t(`outcome.${entry.outcome}`)}
      </span>
    </>
  );
}
