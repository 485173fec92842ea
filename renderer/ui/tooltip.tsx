import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import { offeredKeys } from './keys.ts';

export interface TooltipProps {
  content: ReactNode;
  /** A shortcut in accelerator spelling, shown at the right. */
  keys?: string | undefined;
  side?: 'top' | 'bottom' | 'left' | 'right';
  /** The one element that it explains; it must pass its props and ref on. */
  children: ReactElement;
}

export function Tooltip({ content, keys, side = 'bottom', children }: TooltipProps) {
  const offered = offeredKeys(keys);
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="appear floating flex max-w-80 items-center gap-2 px-2 py-1 text-sm text-ink">
            {content}
            {offered === undefined ? null : <Kbd keys={offered} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Once around the app: after the first tooltip the next ones come at once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider delay={500} closeDelay={0}>
      {children}
    </Base.Provider>
  );
}
