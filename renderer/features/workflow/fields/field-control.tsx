import { assertNever } from '../../../../shared/errors.ts';
import type { FieldKind, FieldSpec } from '../../../../shared/model/node-descriptor.ts';
import { AgentField } from './agent-field.tsx';
import type { FieldProps } from './field-props.ts';
import { JsonField } from './json-field.tsx';
import { LongTextField } from './long-text-field.tsx';
import { ModelField } from './model-field.tsx';
import { NumberField } from './number-field.tsx';
import { PathField } from './path-field.tsx';
import { RowsField } from './rows-field.tsx';
import { ScheduleField } from './schedule-field.tsx';
import { SecretField } from './secret-field.tsx';
import { SelectField } from './select-field.tsx';
import { TextField } from './text-field.tsx';
import { ToggleField } from './toggle-field.tsx';
import { ToolArgumentsField } from './tool-arguments-field.tsx';
import { ToolField } from './tool-field.tsx';
import { ExpressionField, TemplateField } from './variable-field.tsx';
import { WorkflowField } from './workflow-field.tsx';

type AnyFieldProps = Omit<FieldProps<FieldKind>, 'spec'> & { spec: FieldSpec };

/** One component for each field kind; a new kind does not compile until it is drawn. */
export function FieldControl({ spec, ...rest }: AnyFieldProps) {
  switch (spec.kind) {
    case 'text':
      return <TextField spec={spec} {...rest} />;
    case 'schedule':
      return <ScheduleField spec={spec} {...rest} />;
    case 'long-text':
      return <LongTextField spec={spec} {...rest} />;
    case 'template':
      return <TemplateField spec={spec} {...rest} />;
    case 'expression':
      return <ExpressionField spec={spec} {...rest} />;
    case 'number':
      return <NumberField spec={spec} {...rest} />;
    case 'toggle':
      return <ToggleField spec={spec} {...rest} />;
    case 'select':
      return <SelectField spec={spec} {...rest} />;
    case 'file':
    case 'folder':
      return <PathField spec={spec} {...rest} />;
    case 'json':
      return <JsonField spec={spec} {...rest} />;
    case 'rows':
      return <RowsField spec={spec} {...rest} />;
    case 'tool':
      return <ToolField spec={spec} {...rest} />;
    case 'tool-arguments':
      return <ToolArgumentsField spec={spec} {...rest} />;
    case 'model':
      return <ModelField spec={spec} {...rest} />;
    case 'agent':
      return <AgentField spec={spec} {...rest} />;
    case 'workflow':
      return <WorkflowField spec={spec} {...rest} />;
    case 'secret':
      return <SecretField spec={spec} {...rest} />;
    default:
      return assertNever(spec, 'field kind');
  }
}
