// A group of controls that come and go, such as Stop that becomes Start: whoever was in it by keyboard stays in it, instead of
// being nowhere. It takes the focus from nobody.

import { type RefObject, useEffect, useRef } from 'react';

const usable =
  'button:not(:disabled), a[href], input:not(:disabled):not([type="hidden"]), textarea:not(:disabled), [tabindex="0"]:not([aria-disabled="true"])';

const control = 'button, a[href], input:not([type="hidden"]), textarea, [tabindex="0"]';

/**
 * When the control that had the focus is gone from `box`, the first that can be used has it; one that could not be used for a while has it
 * again. Where the first of all cannot be used yet, such as a Start that waits for the stop, it has it as soon as it can.
 */
export function useFocusStays(box: RefObject<HTMLElement | null>): void {
  const last = useRef<HTMLElement>(undefined);
  const awaited = useRef<{ first: HTMLElement; meanwhile: HTMLElement }>(undefined);
  useEffect(() => {
    const note = ({ target }: Event): void => {
      last.current = target instanceof HTMLElement && box.current?.contains(target) === true ? target : undefined;
    };
    document.addEventListener('focusin', note);
    document.addEventListener('pointerdown', note);
    return () => {
      document.removeEventListener('focusin', note);
      document.removeEventListener('pointerdown', note);
    };
  }, [box]);
  useEffect(() => {
    const active = document.activeElement;
    const { first, meanwhile } = awaited.current ?? {};
    if (first !== undefined && (active !== meanwhile || !first.isConnected)) awaited.current = undefined;
    else if (first?.matches(usable)) {
      awaited.current = undefined;
      first.focus();
      return;
    }
    if (last.current === undefined || (active !== null && active !== document.body)) return;
    if (!last.current.isConnected) {
      const next = box.current?.querySelector<HTMLElement>(control);
      const now = box.current?.querySelector<HTMLElement>(usable);
      now?.focus();
      if (next && now && next !== now) awaited.current = { first: next, meanwhile: now };
    } else if (last.current.matches(usable)) last.current.focus();
  });
}
