import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { ChoiceField } from './choice-field.tsx';
import { asText, type FieldProps } from './field-props.ts';

export function ModelField({ spec, value, onChange, disabled }: FieldProps<'model'>) {
  const t = useT('workflow');
  const found = useCall((signal) => client.models.listProviders({}, { signal }), []);
  return (
    <ChoiceField
      value={asText(value)}
      options={found.data?.flatMap((provider) =>
        provider.models.map((model) => ({ value: model.ref, label: model.name, hint: provider.config.title })),
      )}
      error={found.error}
      none={spec.required === true ? undefined : t('fields.default-model')}
      empty={t('fields.no-models')}
      disabled={disabled}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}
