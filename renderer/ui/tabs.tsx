import { Tabs as Base } from '@base-ui/react/tabs';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

export interface TabItem<V extends string = string> {
  value: V;
  label: ReactNode;
  count?: number;
  /** Drawn below the tabs while this one is chosen. Leave it out to draw it yourself. */
  content?: ReactNode;
}

export interface TabsProps<V extends string = string> {
  items: readonly TabItem<V>[];
  value: V;
  onChange(value: V): void;
  'aria-label'?: string;
  className?: string;
  panelClassName?: string;
}

export function Tabs<V extends string>({ items, value, onChange, className, panelClassName, ...rest }: TabsProps<V>) {
  const hasPanels = items.some((item) => item.content !== undefined);
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as V)} className={hasPanels ? 'flex min-h-0 flex-1 flex-col' : ''}>
      <Base.List
        aria-label={rest['aria-label']}
        className={cn('relative flex shrink-0 flex-wrap gap-x-3.5 border-line border-b', className)}
      >
        {items.map((item) => (
          <Base.Tab
            key={item.value}
            value={item.value}
            className="-mb-px h-8 whitespace-nowrap border-transparent border-b-2 text-base text-ink-2 hover:text-ink data-[active]:border-accent data-[active]:font-medium data-[active]:text-ink"
          >
            {item.label}
            {item.count === undefined ? null : <span className="tabular ml-1 text-sm text-ink-3">{item.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {items.map((item) =>
        item.content === undefined ? null : (
          <Base.Panel key={item.value} value={item.value} className={cn('min-h-0 flex-1 -outline-offset-2', panelClassName)}>
            {item.content}
          </Base.Panel>
        ),
      )}
    </Base.Root>
  );
}

export interface SegmentedControlProps<V extends string = string> {
  items: readonly { value: V; label: string; icon?: IconName }[];
  value: V;
  onChange(value: V): void;
  'aria-label': string;
  className?: string;
}

/** A choice of two to four, all in sight. */
export function SegmentedControl<V extends string>({ items, value, onChange, className, ...rest }: SegmentedControlProps<V>) {
  return (
    <ToggleGroup
      aria-label={rest['aria-label']}
      value={[value]}
      onValueChange={(next) => {
        const chosen = next[0];
        if (chosen !== undefined) onChange(chosen as V);
      }}
      className={cn('inline-flex h-7 w-fit rounded-sm border border-line-2 bg-sunken p-px', className)}
    >
      {items.map((item) => (
        <Toggle
          key={item.value}
          value={item.value}
          className="flex grow items-center justify-center gap-1.5 whitespace-nowrap rounded-[4px] px-2.5 text-sm text-ink-2 hover:text-ink data-[pressed]:bg-raised data-[pressed]:text-ink data-[pressed]:shadow-raised"
        >
          {item.icon === undefined ? null : <Icon name={item.icon} size={14} />}
          {item.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
