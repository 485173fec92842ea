import { Select as Base } from '@base-ui/react/select';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { useFieldLink } from './field.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { controlLook } from './input.tsx';

export interface SelectOption<V extends string = string> {
  value: V;
  label: string;
  hint?: ReactNode;
  icon?: IconName;
  disabled?: boolean;
}

export interface SelectProps<V extends string = string> {
  options: readonly SelectOption<V>[];
  value: V | null;
  onChange(value: V): void;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string;
  className?: string;
}

export const itemLook =
  'flex min-h-7 cursor-default select-none items-center gap-2 rounded-sm px-2 py-0.5 text-base text-ink outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-accent-soft data-[highlighted]:text-accent-ink';

export function Select<V extends string>({ options, value, onChange, placeholder, disabled, id, className, ...rest }: SelectProps<V>) {
  const link = useFieldLink({ id, 'aria-invalid': rest['aria-invalid'] });
  return (
    <Base.Root<V>
      items={options.map(({ value, label }) => ({ value, label }))}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
      disabled={disabled ?? false}
      {...(link.id === undefined ? {} : { id: link.id })}
    >
      <Base.Trigger
        aria-label={rest['aria-label']}
        aria-labelledby={rest['aria-label'] === undefined ? link.labelId : undefined}
        aria-describedby={rest['aria-describedby'] ?? link['aria-describedby']}
        aria-invalid={link['aria-invalid']}
        className={cn(controlLook, 'flex h-7 items-center justify-between gap-2 pr-1.5 pl-2 text-left', className)}
      >
        <Base.Value
          className={cn('min-w-0 truncate', !options.some((option) => option.value === value) && 'data-[placeholder]:text-ink-3')}
          placeholder={placeholder}
        />
        <Base.Icon className="text-ink-3">
          <Icon name="chevrons-up-down" size={14} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="appear floating max-h-(--available-height) min-w-(--anchor-width) max-w-96 overflow-y-auto p-1">
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} disabled={option.disabled ?? false} className={itemLook}>
                {option.icon === undefined ? null : <Icon name={option.icon} size={14} className="text-ink-3" />}
                <Base.ItemText className="min-w-0 flex-1 truncate">{option.label}</Base.ItemText>
                {option.hint === undefined ? null : <span className="text-sm text-ink-3">{option.hint}</span>}
                <Base.ItemIndicator>
                  <Icon name="check" size={14} />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
