// A whole number with its unit: saved when one leaves it or presses Enter; a number that is not allowed stays and is said.

import { useEffect, useState } from 'react';
import { useT } from '../../strings/index.ts';
import { Field, Input } from '../../ui/index.ts';

interface Props {
  label: string;
  hint: string;
  unit?: string;
  value: number;
  min: number;
  max: number;
  onSave(value: number): Promise<boolean>;
}

/** The number that a text says, or undefined when it says none that is allowed. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

export function NumberField({ label, hint, unit, value, min, max, onSave }: Props) {
  const t = useT('settings');
  const [text, setText] = useState(String(value));
  const [isBad, setBad] = useState(false);
  useEffect(() => setText(String(value)), [value]);
  const save = async () => {
    const wanted = wholeNumber(text, min, max);
    setBad(wanted === undefined);
    if (wanted === undefined || wanted === value) return;
    if (!(await onSave(wanted))) setText(String(value));
  };
  return (
    <Field inline label={label} hint={hint} {...(isBad ? { error: t('runs.between', { min, max }) } : {})}>
      <span className="flex items-center gap-2">
        <Input
          className="tabular w-22 text-right"
          inputMode="numeric"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setBad(false);
          }}
          onBlur={() => void save()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void save();
            if (event.key === 'Escape') setText(String(value));
          }}
        />
        <span className="w-10 text-ink-2 text-sm">{unit}</span>
      </span>
    </Field>
  );
}
