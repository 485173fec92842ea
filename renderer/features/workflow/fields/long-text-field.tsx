import { TextArea } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';

export const LongTextField = ({ spec, value, onChange, isInvalid, disabled }: FieldProps<'long-text'>) => (
  <TextArea
    rows={5}
    value={asText(value)}
    placeholder={spec.placeholder}
    disabled={disabled}
    aria-invalid={isInvalid}
    onChange={(event) => onChange(event.target.value)}
  />
);
