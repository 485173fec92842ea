// A large list with a panel that opens beside it. Where there is room for one of them, the panel has it. Whoever works by keyboard
// comes back to the row that they came from.

import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { cn } from './cn.ts';

interface Props {
  list: ReactNode;
  /** Null while it is closed. */
  detail: ReactNode | null;
  panel: 'narrow' | 'wide';
  onClose: (() => void) | undefined;
  listLabel: string | undefined;
  detailLabel: string | undefined;
}

export function ListWithPanel({ list, detail, panel: size, onClose, listLabel, detailLabel }: Props) {
  const isOpen = detail !== null;
  const listBox = useRef<HTMLElement>(null);
  const panel = useRef<HTMLElement>(null);
  useReturnToRow(listBox, isOpen);
  useLayoutEffect(() => {
    if (isOpen && listBox.current !== null && getComputedStyle(listBox.current).display === 'none') panel.current?.focus();
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || onClose === undefined || !isOpen) return;
    // Menus and dialogs of the panel are elsewhere in the page, and a field keeps its own Escape.
    const target = event.target as HTMLElement;
    if (
      !event.currentTarget.contains(target) ||
      target.matches('input, textarea, select, [contenteditable="true"], [aria-expanded="true"]')
    )
      return;
    event.preventDefault();
    onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is in it is what is used; this only closes the panel
    <div className="flex h-full min-h-0 min-w-0 flex-1" onKeyDown={onKeyDown}>
      <section ref={listBox} aria-label={listLabel} className={cn('flex min-w-0 flex-1 flex-col', isOpen && 'max-[760px]:hidden')}>
        {list}
      </section>
      {isOpen ? (
        <section
          ref={panel}
          tabIndex={-1}
          aria-label={detailLabel}
          className={cn(
            'flex shrink-0 flex-col overflow-y-auto border-line border-l bg-panel outline-none max-[760px]:w-full max-[760px]:border-l-0',
            size === 'wide' ? 'w-[60%]' : 'w-[min(400px,48%)]',
          )}
        >
          {detail}
        </section>
      ) : null}
    </div>
  );
}

/** A panel that closes takes its close button with it: the focus goes back to the row of what it showed, unless it is somewhere else. */
function useReturnToRow(list: RefObject<HTMLElement | null>, isOpen: boolean): void {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) row.current = list.current?.querySelector<HTMLElement>('[aria-current="true"]') ?? row.current;
  });
  useEffect(() => {
    if (!isOpen) return;
    return () => {
      requestAnimationFrame(() => {
        const active = document.activeElement;
        if (active === null || active === document.body) row.current?.focus();
      });
    };
  }, [isOpen]);
}
