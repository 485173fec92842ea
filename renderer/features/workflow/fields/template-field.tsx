import { asText, type FieldProps } from './field-props.ts';
import { asTemplate, VariableText } from './variable-text.tsx';

export const TemplateField = ({ spec, value, onChange, variables, isInvalid, disabled }: FieldProps<'template'>) => (
  <VariableText
    value={asText(value)}
    onChange={onChange}
    variables={variables}
    write={asTemplate}
    lines={Math.min(10, spec.lines ?? 3)}
    placeholder={spec.placeholder}
    isInvalid={isInvalid}
    disabled={disabled}
  />
);
