import { useEffect, useState } from 'react';
import { Input } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';

/** Half-typed numbers stay as text here; the config gets a number or nothing. */
export function NumberField({ spec, value, onChange, isInvalid, disabled }: FieldProps<'number'>) {
  const [draft, setDraft] = useState(asText(value));
  useEffect(() => {
    setDraft((before) => (Number(before) === value && before !== '' ? before : asText(value)));
  }, [value]);
  const typed = Number(draft);
  const isOut = draft !== '' && (!Number.isFinite(typed) || typed < (spec.min ?? -Infinity) || typed > (spec.max ?? Infinity));
  return (
    <span className="wf-with-unit">
      <Input
        inputMode="decimal"
        value={draft}
        placeholder={spec.placeholder}
        disabled={disabled}
        aria-invalid={isInvalid || isOut}
        onChange={(event) => {
          const text = event.target.value;
          setDraft(text);
          if (text.trim() === '') onChange(undefined);
          else if (Number.isFinite(Number(text))) onChange(Number(text));
        }}
      />
      {spec.unit !== undefined && <span className="wf-unit">{spec.unit}</span>}
    </span>
  );
}
