import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { useT } from '../../../strings/index.ts';
import { Select } from '../../../ui/index.ts';
import type { Variable } from '../model/variables.ts';
import { asText } from './field-props.ts';
import { JsonText } from './json-text.tsx';
import { asTemplate, VariableText } from './variable-text.tsx';

interface Props {
  schema: JsonObject;
  value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
  variables: readonly Variable[];
  disabled: boolean;
}

/** One argument. Numbers and choices may be templates too: what a person types as `{{ … }}` is kept as text. */
export function ArgumentControl({ schema, value, onChange, variables, disabled }: Props) {
  const t = useT('workflow');
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (Array.isArray(schema.enum) && schema.enum.every((item) => typeof item === 'string')) {
    const options = [
      { value: '', label: t('fields.not-set') },
      ...schema.enum.map((item) => ({ value: String(item), label: String(item) })),
    ];
    return (
      <Select value={asText(value)} options={options} disabled={disabled} onChange={(next) => onChange(next === '' ? undefined : next)} />
    );
  }
  if (types.includes('boolean'))
    return (
      <Select
        value={value === undefined ? '' : String(value)}
        options={[
          { value: '', label: t('fields.not-set') },
          { value: 'true', label: t('fields.yes') },
          { value: 'false', label: t('fields.no') },
        ]}
        disabled={disabled}
        onChange={(next) => onChange(next === '' ? undefined : next === 'true')}
      />
    );
  if ((types.includes('array') || types.includes('object')) && !types.includes('string') && typeof value !== 'string')
    return <JsonText value={value} onChange={onChange} rows={3} isInvalid={false} disabled={disabled} />;
  const isNumber = types.includes('number') || types.includes('integer');
  return (
    <VariableText
      value={asText(value)}
      onChange={(text) => onChange(isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text)}
      variables={variables}
      write={asTemplate}
      lines={1}
      placeholder={schema.default === undefined ? undefined : asText(schema.default)}
      isInvalid={false}
      disabled={disabled}
    />
  );
}
