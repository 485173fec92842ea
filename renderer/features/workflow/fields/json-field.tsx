import type { FieldProps } from './field-props.ts';
import { JsonText } from './json-text.tsx';

export const JsonField = ({ spec, value, onChange, isInvalid, disabled }: FieldProps<'json'>) => (
  <JsonText value={value} onChange={onChange} rows={4} placeholder={spec.placeholder} isInvalid={isInvalid} disabled={disabled} />
);
