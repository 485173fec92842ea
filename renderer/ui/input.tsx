import { type ComponentProps, useLayoutEffect, useRef } from 'react';
import { useT } from '../strings/index.ts';
import { cn } from './cn.ts';
import { useFieldLink } from './field.tsx';
import { Icon } from './icon.tsx';

/** The look of everything one types or picks in. */
export const controlLook =
  'w-full min-w-0 rounded-sm border border-line-2 bg-raised text-base text-ink transition-[border-color] duration-120 hover:border-ink-3/60 ' +
  'focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-accent focus-visible:outline-offset-0 ' +
  'aria-invalid:border-bad disabled:opacity-50 disabled:hover:border-line-2';

export interface InputProps extends ComponentProps<'input'> {
  /** For paths, ids, keys. */
  mono?: boolean;
}

export function Input({ className, mono = false, id, ...rest }: InputProps) {
  const { labelId: _, ...link } = useFieldLink({
    id,
    'aria-describedby': rest['aria-describedby'],
    'aria-invalid': rest['aria-invalid'] === undefined ? undefined : rest['aria-invalid'] === true,
  });
  return <input {...rest} {...link} className={cn(controlLook, 'h-7 px-2 read-only:bg-sunken', mono && 'font-mono text-sm', className)} />;
}

export interface TextAreaProps extends ComponentProps<'textarea'> {
  mono?: boolean;
  /** Grows with its text, up to `maxRows` lines. */
  autoGrow?: boolean;
  maxRows?: number;
}

export function TextArea({ className, mono = false, autoGrow = false, maxRows = 16, id, ref, rows = 3, ...rest }: TextAreaProps) {
  const { labelId: _, ...link } = useFieldLink({
    id,
    'aria-describedby': rest['aria-describedby'],
    'aria-invalid': rest['aria-invalid'] === undefined ? undefined : rest['aria-invalid'] === true,
  });
  const own = useRef<HTMLTextAreaElement | null>(null);
  const text = rest.value ?? rest.defaultValue;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = own.current;
    if (area === null || !autoGrow) return;
    const line = Number.parseFloat(getComputedStyle(area).lineHeight) || 20;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight + 2, line * maxRows + 12)}px`;
  }, [text, autoGrow, maxRows]);
  return (
    <textarea
      {...rest}
      {...link}
      rows={rows}
      ref={(element) => {
        own.current = element;
        if (typeof ref === 'function') return ref(element);
        if (ref) ref.current = element;
      }}
      className={cn(
        controlLook,
        'px-2 py-1 read-only:bg-sunken',
        autoGrow ? 'resize-none' : 'resize-y',
        mono && 'font-mono text-sm',
        className,
      )}
    />
  );
}

export interface SearchFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onChange(value: string): void;
}

/** Esc empties it first, and only then does what Esc does around it. */
export function SearchField({ label, value, onChange, className, placeholder, onKeyDown, ...rest }: SearchFieldProps) {
  const t = useT('ui');
  return (
    <div className={cn('relative min-w-0', className)}>
      <Icon name="search" size={14} className="pointer-events-none absolute top-[7px] left-2 text-ink-3" />
      <input
        {...rest}
        type="text"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation();
            onChange('');
          } else onKeyDown?.(event);
        }}
        className={cn(controlLook, 'h-7 pr-7 pl-7')}
      />
      {value === '' ? null : (
        <button
          type="button"
          aria-label={t('clearSearch')}
          onClick={() => onChange('')}
          className="absolute top-1 right-1 flex size-5 items-center justify-center rounded-sm text-ink-3 hover:text-ink"
        >
          <Icon name="x" size={13} />
        </button>
      )}
    </div>
  );
}
