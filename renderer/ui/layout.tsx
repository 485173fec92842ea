// The frames pages are built from: a titled page, a list with its detail beside it, and a list's row.

import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { ListWithPanel } from './list-with-panel.tsx';

export type PageWidth = 'full' | 'form' | 'column' | 'wide';
// The title's actions end where the content ends. Lists stand in the middle of a very wide window.
const innerWidths: Record<PageWidth, string> = {
  full: '',
  form: 'max-w-[560px]',
  column: 'max-w-[720px]',
  wide: 'mx-auto w-full max-w-[1120px]',
};
const outerWidths: Record<PageWidth, string> = { full: '', form: 'max-w-[600px]', column: 'max-w-[760px]', wide: 'mx-auto max-w-[1160px]' };

export interface PageProps {
  title: ReactNode;
  /** At the right of the title; one primary button at most. */
  actions?: ReactNode;
  /** `form`: a 560 px column; `column`: 720. `full`: the children fill what is there and scroll themselves. */
  width?: PageWidth;
  children: ReactNode;
}

export function Page({ title, actions, width = 'wide', children }: PageProps) {
  return (
    <div className="flex h-full min-h-0 min-w-0 flex-col">
      <header className={cn('flex h-12 w-full shrink-0 items-center gap-3 px-5', outerWidths[width])}>
        <h1 className="min-w-0 flex-1 truncate text-lg font-semibold text-ink">{title}</h1>
        {actions === undefined ? null : <div className="flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      {width === 'full' ? (
        <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-10">
          <div className={cn('flex flex-col gap-6 pt-1', innerWidths[width])}>{children}</div>
        </div>
      )}
    </div>
  );
}

export interface ListDetailProps {
  list: ReactNode;
  /** Null when nothing is chosen. */
  detail: ReactNode | null;
  /** Which of the two takes the room: a short list beside a large detail, or a large list with a panel that opens beside it. */
  main?: 'detail' | 'list';
  /** How much of a large list's room the panel takes: `wide` for what is wide itself, such as differences of texts. */
  panel?: 'narrow' | 'wide';
  /** Closes what opened beside a large list; Escape does it too. */
  onClose?: () => void;
  listLabel?: string;
  detailLabel?: string;
}

export function ListDetail({ list, detail, main = 'detail', panel = 'narrow', onClose, listLabel, detailLabel }: ListDetailProps) {
  const isOpen = detail !== null && detail !== undefined && detail !== false;
  if (main === 'list')
    return (
      <ListWithPanel
        list={list}
        detail={isOpen ? detail : null}
        panel={panel}
        onClose={onClose}
        listLabel={listLabel}
        detailLabel={detailLabel}
      />
    );
  return (
    <div className="flex h-full min-h-0 min-w-0 flex-1">
      <section aria-label={listLabel} className="flex w-62 shrink-0 flex-col border-line border-r max-[1000px]:w-52">
        {list}
      </section>
      <section aria-label={detailLabel} className="flex min-w-0 flex-1 flex-col overflow-y-auto">
        {detail}
      </section>
    </div>
  );
}

export interface ListRowProps extends Omit<ComponentProps<'button'>, 'title'> {
  icon?: IconName | ReactNode;
  title: ReactNode;
  /** A second, quiet line. */
  text?: ReactNode;
  /** At the right: a time, a count, a state. */
  meta?: ReactNode;
  selected?: boolean;
}

export function ListRow({ icon, title, text, meta, selected = false, className, ...rest }: ListRowProps) {
  return (
    <button
      type="button"
      aria-current={selected || undefined}
      {...rest}
      className={cn(
        'flex w-full min-w-0 shrink-0 items-center gap-2 rounded-sm px-2.5 text-left hover:bg-sunken dark:hover:bg-panel focus-visible:-outline-offset-2',
        text === undefined ? 'h-[30px]' : 'h-[55px]',
        selected && 'bg-raised shadow-raised hover:bg-raised dark:hover:bg-raised',
        className,
      )}
    >
      {icon === undefined ? null : typeof icon === 'string' ? <Icon name={icon} className="shrink-0 text-ink-3" /> : icon}
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className={cn('min-w-0 flex-1 truncate text-base text-ink', text !== undefined && 'font-medium')}>{title}</span>
          {meta === undefined ? null : <span className="tabular shrink-0 text-xs text-ink-3">{meta}</span>}
        </span>
        {text === undefined ? null : <span className="block truncate text-xs text-ink-3">{text}</span>}
      </span>
    </button>
  );
}

export function SectionTitle({
  children,
  actions,
  count,
  className,
}: {
  children: ReactNode;
  actions?: ReactNode;
  count?: number;
  className?: string;
}) {
  return (
    // A quiet button's words, not its invisible edge, end where the content ends.
    <div
      className={cn(
        'flex min-h-7 items-center gap-2 [&>button.border-transparent:last-child:not(.bg-accent,.size-6,.size-7)]:-mr-2',
        className,
      )}
    >
      <h2 className="min-w-0 flex-1 truncate text-base font-semibold text-ink">
        {children}
        {count === undefined ? null : <span className="tabular ml-1.5 font-normal text-ink-3">{count}</span>}
      </h2>
      {actions}
    </div>
  );
}
