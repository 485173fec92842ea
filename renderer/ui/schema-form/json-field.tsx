// For values whose schema says too little to draw a form: JSON, checked as it is typed.

import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { useT } from '../../strings/index.ts';
import { TextArea } from '../input.tsx';

const show = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

export function JsonField({ formData, onChange, fieldPathId, disabled, readonly, schema, title, required, name }: FieldProps) {
  const t = useT('ui');
  const [text, setText] = useState(() => show(formData));
  const [problem, setProblem] = useState<string>();
  const id = fieldPathId.$id;
  const change = (next: string): void => {
    setText(next);
    if (next.trim() === '') {
      setProblem(undefined);
      onChange(undefined, fieldPathId.path);
      return;
    }
    try {
      onChange(JSON.parse(next), fieldPathId.path);
      setProblem(undefined);
    } catch (error) {
      setProblem(t('form.badJson', { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium text-ink-2">
        {title ?? schema.title ?? name}
        {required === true ? <span className="text-ink-3"> *</span> : null}
      </label>
      <TextArea
        id={id}
        mono
        autoGrow
        rows={2}
        spellCheck={false}
        disabled={disabled || readonly}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-json`}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <div id={`${id}-json`} className={problem === undefined ? 'text-sm text-ink-3' : 'text-sm text-bad'}>
        {problem ?? schema.description ?? t('form.json')}
      </div>
    </div>
  );
}
