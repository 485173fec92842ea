// A picker for long lists: looks like a Select, opens with a search line, may group its options and make new ones.

import { Combobox as Base } from '@base-ui/react/combobox';
import { type ComponentProps, type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useT } from '../strings/index.ts';
import { cn } from './cn.ts';
import { useFieldLink } from './field.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { controlLook } from './input.tsx';
import { itemLook } from './select.tsx';

export interface ComboboxOption {
  value: string;
  label: string;
  group?: string;
  /** Quiet words behind the label; they are searched too. */
  hint?: string;
  icon?: IconName;
  disabled?: boolean;
}

export interface ComboboxProps {
  options: readonly ComboboxOption[];
  value: string | null;
  onChange(value: string): void;
  placeholder?: string;
  emptyText?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
}

const groupsOf = (options: readonly ComboboxOption[]): { value: string; items: ComboboxOption[] }[] => {
  const groups = new Map<string, ComboboxOption[]>();
  for (const option of options) {
    const group = groups.get(option.group ?? '');
    if (group === undefined) groups.set(option.group ?? '', [option]);
    else group.push(option);
  }
  return [...groups].map(([value, items]) => ({ value, items }));
};

const found = (entry: ComboboxOption, query: string): boolean =>
  `${entry.label} ${entry.hint ?? ''} ${entry.group ?? ''}`.toLowerCase().includes(query.trim().toLowerCase());

type BaseKeyEvent = Parameters<NonNullable<ComponentProps<typeof Base.Trigger>['onKeyDown']>>[0];

/** Keys that change a text. */
const isWriting = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  (key.length === 1 || key === 'Backspace' || key === 'Process') && !ctrlKey && !metaKey && !altKey;

export function Combobox({ options, value, onChange, placeholder, emptyText, disabled, id, className, ...rest }: ComboboxProps) {
  const t = useT('ui');
  const link = useFieldLink({ id });
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  /** Pressed, and not open yet: that comes with the next frame. */
  const isPressed = useRef(false);
  const changeOpen = (open: boolean): void => {
    isPressed.current = false;
    if (open && !isOpen) setQuery('');
    setOpen(open);
  };
  // The list opens a frame after it was asked for and takes the focus a frame after that, both later on a busy machine. A key that comes
  // before then belongs into its search line: the focus that is moved there while the key goes down takes what the key writes with it.
  const catchKey = (event: BaseKeyEvent): void => {
    if (!isWriting(event) || !(isOpen || isPressed.current)) return;
    // To the closed picker it would mean the first option of that letter.
    event.preventBaseUIHandler();
    if (!isOpen) flushSync(() => changeOpen(true));
    search.current?.focus({ preventScroll: true });
  };
  const items = useMemo(() => groupsOf(options), [options]);
  const chosen: ComboboxOption | null =
    options.find((option) => option.value === value) ?? (value === null || value === '' ? null : { value, label: value });

  return (
    <Base.Root<ComboboxOption>
      items={items}
      value={chosen}
      inputValue={query}
      onInputValueChange={setQuery}
      open={isOpen}
      onOpenChange={changeOpen}
      onValueChange={(entry) => {
        if (entry !== null) onChange(entry.value);
      }}
      filter={found}
      isItemEqualToValue={(a, b) => a.value === b.value}
      itemToStringLabel={(entry) => entry.label}
      disabled={disabled ?? false}
      autoHighlight
    >
      <Base.Trigger
        {...(link.id === undefined ? {} : { id: link.id })}
        aria-label={rest['aria-label']}
        aria-describedby={link['aria-describedby']}
        aria-invalid={link['aria-invalid']}
        onMouseDown={(event) => {
          isPressed.current = event.button === 0 && !isOpen && disabled !== true;
        }}
        onKeyDown={catchKey}
        className={cn(controlLook, 'flex h-7 items-center justify-between gap-2 pr-1.5 pl-2 text-left', className)}
      >
        <span className={cn('flex min-w-0 items-center gap-2 truncate', chosen === null && 'text-ink-3')}>
          {chosen?.icon === undefined ? null : <Icon name={chosen.icon} size={14} className="shrink-0 text-ink-3" />}
          <span className="truncate">{chosen?.label ?? placeholder ?? t('choose')}</span>
        </span>
        <Icon name="chevrons-up-down" size={14} className="shrink-0 text-ink-3" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="start" className="z-50">
          <Base.Popup
            aria-label={rest['aria-label'] ?? placeholder ?? t('choose')}
            className="appear floating flex max-h-[min(var(--available-height),360px)] w-max min-w-[max(var(--anchor-width),220px)] max-w-[min(420px,var(--available-width))] flex-col"
          >
            <div className="border-line border-b p-1">
              <Base.Input
                ref={search}
                placeholder={t('search')}
                className="h-7 w-full bg-transparent px-2 text-base outline-none placeholder:text-ink-3"
              />
            </div>
            <Base.Empty className="px-3 text-sm text-ink-3 not-empty:py-3">{emptyText ?? t('nothingFound')}</Base.Empty>
            <Base.List className="min-h-0 overflow-y-auto p-1 empty:hidden">
              {(group: { value: string; items: ComboboxOption[] }) => (
                <Base.Group key={group.value} items={group.items}>
                  {group.value === '' ? null : (
                    <Base.GroupLabel className="px-2 pt-2 pb-1 text-2xs text-ink-3">{group.value}</Base.GroupLabel>
                  )}
                  <Base.Collection>
                    {(entry: ComboboxOption) => (
                      <Base.Item key={entry.value} value={entry} disabled={entry.disabled ?? false} className={itemLook}>
                        {entry.icon === undefined ? null : <Icon name={entry.icon} size={14} className="shrink-0 text-ink-3" />}
                        <span className="shrink-0 truncate">{entry.label}</span>
                        {entry.hint === undefined ? null : (
                          <span className="min-w-0 flex-1 truncate text-right text-sm text-ink-3">{entry.hint}</span>
                        )}
                        <Base.ItemIndicator className="ml-auto">
                          <Icon name="check" size={14} />
                        </Base.ItemIndicator>
                      </Base.Item>
                    )}
                  </Base.Collection>
                </Base.Group>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
