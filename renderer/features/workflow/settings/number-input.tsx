import { NumberField } from '../fields/number-field.tsx';

interface Props {
  id: string;
  value: number | undefined;
  onChange(value: number | undefined): void;
  min: number;
  max: number;
  unit?: string;
  placeholder?: string;
  disabled: boolean;
}

/** A number that belongs to no node's form. Out of bounds is marked while it is typed; the caller keeps what it stores within. */
export function NumberInput({ id, value, onChange, min, max, unit, placeholder, disabled }: Props) {
  return (
    <NumberField
      spec={{
        kind: 'number',
        key: id,
        label: id,
        min,
        max,
        ...(unit === undefined ? {} : { unit }),
        ...(placeholder === undefined ? {} : { placeholder }),
      }}
      id={id}
      value={value}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      config={{}}
      onConfig={() => undefined}
      variables={[]}
      isInvalid={false}
      disabled={disabled}
    />
  );
}

/** The nearest whole number that is allowed. */
export const within = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, Math.round(value)));
