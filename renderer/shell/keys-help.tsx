// The keys that open the list of shortcuts: `?` or its command.

import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useAction } from './actions.ts';

const KeysList = lazy(async () => ({ default: (await import('./keys-list.tsx')).KeysList }));

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('.xterm') !== null);

export function KeysHelp() {
  const [isOpen, setOpen] = useState(false);
  // From the first time on, so that it can take its leave.
  const [isWanted, setWanted] = useState(false);
  const open = useCallback(() => {
    setWanted(true);
    setOpen(true);
  }, []);
  useAction('view.keys', open);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      // While a dialog asks something, nothing opens over it.
      if (document.querySelector('[role="dialog"]:not([data-toast]), [role="alertdialog"]:not([data-toast])') !== null) return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
  return isWanted ? (
    <Suspense fallback={null}>
      <KeysList isOpen={isOpen} onOpenChange={setOpen} />
    </Suspense>
  ) : null;
}
