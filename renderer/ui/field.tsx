import { createContext, type ReactNode, useContext, useId } from 'react';
import { cn } from './cn.ts';

interface FieldLink {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
  labelId: string;
}
const FieldContext = createContext<FieldLink | null>(null);

/** What a control inside a Field puts on its element, so that label, hint and error belong to it. */
export function useFieldLink(own?: {
  id?: string | undefined;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
}) {
  const link = useContext(FieldContext);
  return {
    id: own?.id ?? link?.id,
    'aria-describedby': own?.['aria-describedby'] ?? link?.describedBy,
    // One cell of several says for itself whether it is the wrong one.
    'aria-invalid': (own?.['aria-invalid'] ?? link?.invalid) === true ? (true as const) : undefined,
    labelId: link?.labelId,
  };
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** Quiet words at the right of the label. */
  aside?: ReactNode;
  required?: boolean;
  /** Label and control on one line, for switches and short values. */
  inline?: boolean;
  className?: string;
  children: ReactNode;
}

export function Field({ label, hint, error, aside, required = false, inline = false, className, children }: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false && error !== '';
  const noteId = hasError || hint !== undefined ? `${id}-note` : undefined;
  const note =
    noteId === undefined ? null : (
      <div id={noteId} role={hasError ? 'alert' : undefined} className={cn('text-sm', hasError ? 'text-bad' : 'text-ink-3')}>
        {hasError ? error : hint}
      </div>
    );
  const heading = (
    <label id={`${id}-label`} htmlFor={id} className="text-sm font-medium text-ink-2">
      {label}
      {required ? <span className="text-ink-3"> *</span> : null}
    </label>
  );
  return (
    <FieldContext value={{ id, describedBy: noteId, invalid: hasError, labelId: `${id}-label` }}>
      {inline ? (
        <div className={cn('flex items-start justify-between gap-6', className)}>
          <div className="min-w-0">
            <label id={`${id}-label`} htmlFor={id} className="text-base text-ink">
              {label}
            </label>
            {note}
          </div>
          <div className="shrink-0">{children}</div>
        </div>
      ) : (
        <div className={cn('flex min-w-0 flex-col gap-1', className)}>
          <div className="flex items-baseline justify-between gap-2">
            {heading}
            {aside === undefined ? null : <span className="min-w-0 truncate text-sm text-ink-3">{aside}</span>}
          </div>
          {children}
          {note}
        </div>
      )}
    </FieldContext>
  );
}
