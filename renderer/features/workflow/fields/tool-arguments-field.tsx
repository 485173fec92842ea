import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Field, WithCode } from '../../../ui/index.ts';
import { ArgumentControl } from './argument-control.tsx';
import { asText, type FieldProps, isJsonObject } from './field-props.ts';
import { JsonText } from './json-text.tsx';

/** The picked tool's arguments, each by its schema; as JSON while the schema is not known. */
export function ToolArgumentsField({ id, value, onChange, config, variables, isInvalid, disabled }: FieldProps<'tool-arguments'>) {
  const t = useT('workflow');
  const server = asText(config.server);
  const tool = asText(config.tool);
  const found = useCall((signal) => client.tools.listTools({}, { signal }), []);
  const args = isJsonObject(value) ? value : {};
  const schema = found.data?.find((item) => item.server === server && item.name === tool)?.inputSchema;
  if (tool === '') return <p className="wf-field-help">{t('fields.pick-tool-first')}</p>;
  if (schema === undefined)
    return (
      <div>
        {found.data !== undefined && <p className="wf-field-help">{t('fields.tool-unknown', { server })}</p>}
        <JsonText value={args} onChange={onChange} rows={5} isInvalid={isInvalid} disabled={disabled} />
      </div>
    );

  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const extra = Object.fromEntries(Object.entries(args).filter(([key]) => !Object.hasOwn(properties, key)));
  const put = (key: string, next: JsonValue | undefined) => {
    const changed: JsonObject = { ...args };
    if (next === undefined || (next === '' && !required.includes(key))) delete changed[key];
    else changed[key] = next;
    onChange(changed);
  };
  const names = Object.keys(properties);
  return (
    <fieldset id={id} aria-label={t('fields.arguments')} className="wf-stack">
      {names.length === 0 && <p className="wf-field-help">{t('fields.no-arguments')}</p>}
      {names.map((name) => {
        const property = properties[name];
        const own = isJsonObject(property) ? property : {};
        return (
          <Field
            key={name}
            label={name}
            required={required.includes(name)}
            hint={typeof own.description === 'string' ? <WithCode text={own.description} /> : undefined}
          >
            <ArgumentControl
              schema={own}
              value={args[name]}
              variables={variables}
              disabled={disabled}
              onChange={(next) => put(name, next)}
            />
          </Field>
        );
      })}
      {(Object.keys(extra).length > 0 || schema.additionalProperties === true) && (
        <Field label={t('fields.other-arguments')}>
          <JsonText
            value={extra}
            rows={3}
            isInvalid={false}
            disabled={disabled}
            onChange={(next) => {
              const known = Object.fromEntries(Object.entries(args).filter(([key]) => Object.hasOwn(properties, key)));
              onChange(isJsonObject(next) ? { ...known, ...next } : known);
            }}
          />
        </Field>
      )}
    </fieldset>
  );
}
