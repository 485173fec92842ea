// A group of controls that come and go, such as Stop that becomes Start: whoever was in it by keyboard stays in it, instead of
// being nowhere. It takes the focus from nobody.

import { type RefObject, useEffect, useRef } from 'react';

const usable =
  'button:not(:disabled), a[href], input:not(:disabled):not([type="hidden"]), textarea:not(:disabled), [tabindex="0"]:not([aria-disabled="true"])';

/** When the control that had the focus is gone from `box`, the first that can be used has it; one that could not be used for a while has it again. */
export function useFocusStays(box: RefObject<HTMLElement | null>): void {
  const last = useRef<HTMLElement>(undefined);
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
    if (last.current === undefined || (active !== null && active !== document.body)) return;
    if (!last.current.isConnected) box.current?.querySelector<HTMLElement>(usable)?.focus();
    else if (last.current.matches(usable)) last.current.focus();
  });
}
