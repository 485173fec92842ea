import { asText, type FieldProps } from './field-props.ts';
import { asExpression, VariableText } from './variable-text.tsx';

export const ExpressionField = ({ spec, value, onChange, variables, isInvalid, disabled }: FieldProps<'expression'>) => (
  <VariableText
    value={asText(value)}
    onChange={onChange}
    variables={variables}
    write={asExpression}
    lines={Math.min(10, spec.lines ?? 2)}
    placeholder={spec.placeholder}
    isInvalid={isInvalid}
    disabled={disabled}
  />
);
