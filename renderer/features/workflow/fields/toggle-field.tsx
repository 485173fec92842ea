import { Switch } from '../../../ui/index.ts';
import type { FieldProps } from './field-props.ts';

export const ToggleField = ({ value, onChange, disabled }: FieldProps<'toggle'>) => (
  <Switch checked={value === true} onChange={onChange} disabled={disabled} />
);
