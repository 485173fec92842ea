import { Input } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';

export const TextField = ({ spec, value, onChange, isInvalid, disabled }: FieldProps<'text'>) => (
  <Input
    value={asText(value)}
    placeholder={spec.placeholder}
    disabled={disabled}
    aria-invalid={isInvalid}
    onChange={(event) => onChange(event.target.value)}
  />
);
