import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';
import { useFieldLink } from './field.tsx';
import { Icon } from './icon.tsx';

export interface SwitchProps {
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
}

export function Switch({ checked, onChange, disabled, id, className, ...rest }: SwitchProps) {
  const link = useFieldLink({ id });
  return (
    <BaseSwitch.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled ?? false}
      {...(link.id === undefined ? {} : { id: link.id })}
      aria-label={rest['aria-label']}
      aria-labelledby={rest['aria-label'] === undefined ? link.labelId : undefined}
      aria-describedby={link['aria-describedby']}
      className={cn(
        'relative inline-flex h-[18px] w-8 shrink-0 items-center rounded-full border border-line-2 bg-sunken transition-colors duration-120 data-[checked]:border-accent data-[checked]:bg-accent data-[disabled]:opacity-45',
        className,
      )}
    >
      <BaseSwitch.Thumb className="size-3 translate-x-[3px] rounded-full bg-ink-3 transition-transform duration-120 data-[checked]:translate-x-[15px] data-[checked]:bg-on-accent" />
    </BaseSwitch.Root>
  );
}

export interface CheckboxProps {
  checked: boolean;
  onChange(checked: boolean): void;
  label?: ReactNode;
  hint?: ReactNode;
  indeterminate?: boolean;
  disabled?: boolean;
  'aria-label'?: string;
  className?: string;
}

export function Checkbox({ checked, onChange, label, hint, indeterminate = false, disabled, className, ...rest }: CheckboxProps) {
  const id = useId();
  const box = (
    <BaseCheckbox.Root
      id={id}
      checked={checked}
      indeterminate={indeterminate}
      onCheckedChange={onChange}
      disabled={disabled ?? false}
      aria-label={rest['aria-label']}
      aria-labelledby={label === undefined || rest['aria-label'] !== undefined ? undefined : `${id}-label`}
      className={cn(
        'flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-line-2 bg-raised hover:border-ink-3 data-[checked]:border-accent data-[indeterminate]:border-accent data-[checked]:bg-accent data-[indeterminate]:bg-accent data-[disabled]:opacity-45',
        label === undefined && className,
      )}
    >
      <BaseCheckbox.Indicator className="text-on-accent">
        <Icon name={indeterminate ? 'minus' : 'check'} size={12} strokeWidth={2.5} />
      </BaseCheckbox.Indicator>
    </BaseCheckbox.Root>
  );
  if (label === undefined) return box;
  return (
    <label htmlFor={id} className={cn('flex min-w-0 items-start gap-2', className)}>
      <span className="flex h-5 items-center">{box}</span>
      <span className="min-w-0">
        <span id={`${id}-label`} className="text-base text-ink">
          {label}
        </span>
        {hint === undefined ? null : <span className="block text-sm text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}
