import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ChoiceField } from './choice-field.tsx';
import { asText, type FieldProps } from './field-props.ts';

export function AgentField({ spec, value, onChange, disabled }: FieldProps<'agent'>) {
  const t = useT('workflow');
  const found = useCall((signal) => client.agents.list(undefined, { signal }), []);
  return (
    <ChoiceField
      value={asText(value)}
      options={found.data?.map((agent) => ({
        value: agent.id,
        label: agent.name,
        ...(agent.model === undefined ? {} : { hint: agent.model }),
      }))}
      error={found.error}
      none={spec.required === true ? undefined : t('fields.none')}
      empty={t('fields.no-agents')}
      disabled={disabled}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}
