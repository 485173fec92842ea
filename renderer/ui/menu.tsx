import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { showKeys } from './keys.ts';
import { itemLook } from './select.tsx';

const popup = 'appear floating min-w-44 max-w-80 max-h-(--available-height) overflow-y-auto p-1 outline-none';

export interface MenuProps {
  /** The button that opens it: an IconButton or Button. */
  trigger: ReactElement;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom' | 'left' | 'right';
  children: ReactNode;
}

export function Menu({ trigger, align = 'end', side = 'bottom', children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <Base.Popup className={popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export interface MenuItemProps {
  icon?: IconName;
  /** Shown at the right; in accelerator spelling. */
  keys?: string | undefined;
  danger?: boolean;
  disabled?: boolean;
  /** A tick: this choice holds now. */
  checked?: boolean;
  onSelect(): void;
  children: ReactNode;
}

export function MenuItem({ icon, keys, danger = false, disabled, checked, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item
      disabled={disabled ?? false}
      onClick={onSelect}
      className={cn(itemLook, danger && 'text-bad data-[highlighted]:bg-bad-soft data-[highlighted]:text-bad')}
    >
      {icon === undefined ? null : <Icon name={icon} size={14} className="shrink-0 opacity-80" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {checked === true ? <Icon name="check" size={14} /> : null}
      {keys === undefined ? null : <span className="pl-4 text-xs text-ink-3">{showKeys(keys)}</span>}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1 h-px bg-line" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-2xs text-ink-3">{children}</div>;
}

export interface ContextMenuProps {
  /** MenuItem and MenuSeparator. */
  items: ReactNode;
  /** The element that is right-clicked; must pass its props and ref on. */
  children: ReactElement;
}

export function ContextMenu({ items, children }: ContextMenuProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-50">
          <BaseContext.Popup className={popup}>{items}</BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
