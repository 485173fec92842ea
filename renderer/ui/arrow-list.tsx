// Rows that the arrow keys, Home and End go through as well as Tab. A row is what carries `data-row`.

import type { KeyboardEvent, ReactNode } from 'react';

function move(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target as HTMLElement;
  if (from.dataset.row === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(from);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || rows[next] === undefined) return;
  event.preventDefault();
  rows[next].focus();
}

export const ArrowList = ({ className, children }: { className?: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: the rows in it are what is used; this only moves between them
  <div className={className} onKeyDown={move}>
    {children}
  </div>
);
