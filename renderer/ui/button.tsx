import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { Tooltip } from './tooltip.tsx';

const variants = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-107 active:brightness-95',
  default: 'bg-raised text-ink border-line-2 hover:border-ink-3/60 active:bg-sunken',
  ghost: 'border-transparent text-ink-2 hover:bg-sunken hover:text-ink dark:hover:bg-raised active:bg-line',
  danger: 'bg-bad-soft text-bad border-bad/40 hover:border-bad active:brightness-95',
};
const sizes = { m: 'h-7 px-2.5 text-base gap-1.5', s: 'h-6 px-2 text-sm gap-1' };

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof variants;
  size?: keyof typeof sizes;
  icon?: IconName;
  /** Work is under way: clicks do nothing, and after 300 ms a spinner takes the icon's place. */
  loading?: boolean;
}

export function Button({ variant = 'default', size = 'm', icon, loading = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={loading || undefined}
      aria-disabled={loading || undefined}
      onClick={loading ? (event) => event.preventDefault() : onClick}
      className={cn(
        'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-sm border font-medium transition-[background-color,border-color,color,filter] duration-120',
        'disabled:pointer-events-none disabled:opacity-45',
        variants[variant],
        sizes[size],
        className,
      )}
      {...rest}
    >
      {loading ? (
        <Icon name="loader-circle" size={14} className="spin" />
      ) : icon === undefined ? null : (
        <Icon name={icon} size={size === 'm' ? 15 : 14} />
      )}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** Its name for screen readers, and the tooltip. */
  label: string;
  icon: IconName;
  /** For toggles. */
  pressed?: boolean;
  size?: 'm' | 's';
  variant?: keyof typeof variants;
  keys?: string | undefined;
  tooltipSide?: 'top' | 'bottom' | 'left' | 'right';
}

export function IconButton({
  label,
  icon,
  pressed,
  size = 'm',
  variant = 'ghost',
  keys,
  tooltipSide,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} keys={keys} {...(tooltipSide === undefined ? {} : { side: tooltipSide })}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-sm border transition-[background-color,border-color,color,filter] duration-120',
          'disabled:pointer-events-none disabled:opacity-45',
          variants[variant],
          size === 'm' ? 'size-7' : 'size-6',
          pressed === true && variant === 'ghost' && 'bg-sunken text-ink dark:bg-raised',
          className,
        )}
        {...rest}
      >
        <Icon name={icon} size={size === 'm' ? 16 : 14} />
      </button>
    </Tooltip>
  );
}
