import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ChoiceField } from './choice-field.tsx';
import { asText, type FieldProps } from './field-props.ts';

export function SecretField({ spec, value, onChange, disabled }: FieldProps<'secret'>) {
  const t = useT('workflow');
  const found = useCall((signal) => client.vault.list(undefined, { signal }), []);
  return (
    <ChoiceField
      value={asText(value)}
      options={found.data?.map((secret) => ({ value: secret.name, label: secret.name, hint: secret.note }))}
      error={found.error}
      none={spec.required === true ? undefined : t('fields.none')}
      empty={t('fields.no-secrets')}
      disabled={disabled}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}
