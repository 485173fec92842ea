import { Select } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';

export const SelectField = ({ spec, value, onChange, disabled }: FieldProps<'select'>) => (
  <Select value={asText(value)} onChange={onChange} options={spec.options} disabled={disabled} />
);
