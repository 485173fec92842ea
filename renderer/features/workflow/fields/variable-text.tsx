import { useRef, useState } from 'react';
import { useT } from '../../../strings/index.ts';
import { TextArea } from '../../../ui/index.ts';
import type { Variable } from '../model/variables.ts';

// One line of chips in a panel of usual width; a form of six fields must not be a wall of names.
const shownAtFirst = 3;

interface Props {
  value: string;
  onChange(value: string): void;
  variables: readonly Variable[];
  /** How a variable is written in this language. */
  write(path: string): string;
  lines: number;
  placeholder?: string | undefined;
  isInvalid: boolean;
  disabled: boolean;
}

/** Text with the variables it may name as chips; a chip puts its name where the cursor is. */
export function VariableText({ value, onChange, variables, write, lines, placeholder, isInvalid, disabled }: Props) {
  const t = useT('workflow');
  const area = useRef<HTMLTextAreaElement>(null);
  const [all, setAll] = useState(false);
  const shown = all ? variables : variables.slice(0, shownAtFirst);

  const insert = (path: string) => {
    const target = area.current;
    const text = write(path);
    const from = target?.selectionStart ?? value.length;
    const to = target?.selectionEnd ?? value.length;
    onChange(value.slice(0, from) + text + value.slice(to));
    requestAnimationFrame(() => {
      target?.focus();
      target?.setSelectionRange(from + text.length, from + text.length);
    });
  };

  return (
    <div className="wf-vartext">
      <TextArea
        ref={area}
        autoGrow
        rows={lines}
        mono
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        spellCheck={false}
        aria-invalid={isInvalid}
        onChange={(event) => onChange(event.target.value)}
      />
      {variables.length > 0 && !disabled && (
        <fieldset className="wf-chips" aria-label={t('fields.variables')}>
          {shown.map((variable) => (
            <button
              key={variable.path}
              type="button"
              className="wf-chip"
              title={t('fields.insert', { from: variable.from })}
              onClick={() => insert(variable.path)}
            >
              {variable.path}
            </button>
          ))}
          {variables.length > shownAtFirst && (
            <button type="button" className="wf-chip-more" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t('fields.fewer') : t('fields.more', { count: variables.length - shownAtFirst })}
            </button>
          )}
        </fieldset>
      )}
    </div>
  );
}

export const asTemplate = (path: string): string => `{{ ${path} }}`;
/** JSONata quotes odd names with backticks where Liquid uses brackets. */
export const asExpression = (path: string): string => path.replace(/\["([^"]*)"\]/g, '.`$1`');
