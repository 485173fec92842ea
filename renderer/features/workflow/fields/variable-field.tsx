import { asText, type FieldProps } from './field-props.ts';
import { asExpression, asTemplate, VariableText } from './variable-text.tsx';

type Props = FieldProps<'expression'> | FieldProps<'template'>;

/** A text that may name what came before; `lines` is its height where its node does not say one. */
const fieldOf =
  (write: typeof asExpression, lines: number) =>
  ({ spec, value, onChange, variables, isInvalid, disabled }: Props) => (
    <VariableText
      value={asText(value)}
      onChange={onChange}
      variables={variables}
      write={write}
      lines={Math.min(10, spec.lines ?? lines)}
      placeholder={spec.placeholder}
      isInvalid={isInvalid}
      disabled={disabled}
    />
  );

export const ExpressionField = fieldOf(asExpression, 2);
export const TemplateField = fieldOf(asTemplate, 3);
