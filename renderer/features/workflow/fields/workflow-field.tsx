import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ChoiceField } from './choice-field.tsx';
import { asText, type FieldProps } from './field-props.ts';

export function WorkflowField({ spec, value, onChange, disabled }: FieldProps<'workflow'>) {
  const t = useT('workflow');
  const found = useCall((signal) => client.workflows.list({}, { signal }), []);
  return (
    <ChoiceField
      value={asText(value)}
      options={found.data?.map((workflow) => ({ value: workflow.id, label: workflow.name }))}
      error={found.error}
      none={spec.required === true ? undefined : t('fields.none')}
      empty={t('fields.no-workflows')}
      disabled={disabled}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}
