// A form drawn from a JSON Schema: tool arguments, tests of tools, questions to a person.

import { withTheme } from '@rjsf/core';
import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import { type ReactNode, useId, useMemo } from 'react';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { useT } from '../../strings/index.ts';
import { Button } from '../button.tsx';
import { JsonField } from './json-field.tsx';
import { schemaValidator } from './schema-validator.ts';
import {
  ArrayFieldItemTemplate,
  ArrayFieldTemplate,
  FieldTemplate,
  MultiSchemaFieldTemplate,
  Nothing,
  ObjectFieldTemplate,
  UnsupportedField,
  WrapIfAdditional,
} from './templates.tsx';
import { CheckboxesWidget, SelectWidget, SwitchWidget, TextareaWidget, TextWidget } from './widgets.tsx';

const ThemedForm = withTheme({
  widgets: {
    TextWidget,
    TextareaWidget,
    CheckboxWidget: SwitchWidget,
    SelectWidget,
    RadioWidget: SelectWidget,
    CheckboxesWidget,
    PasswordWidget: TextWidget,
    EmailWidget: TextWidget,
    URLWidget: TextWidget,
    UpDownWidget: TextWidget,
    DateWidget: TextWidget,
    DateTimeWidget: TextWidget,
    TimeWidget: TextWidget,
    ColorWidget: TextWidget,
    FileWidget: TextWidget,
  },
  templates: {
    FieldTemplate,
    ObjectFieldTemplate,
    ArrayFieldTemplate,
    ArrayFieldItemTemplate,
    MultiSchemaFieldTemplate,
    WrapIfAdditionalTemplate: WrapIfAdditional,
    UnsupportedFieldTemplate: UnsupportedField,
    ErrorListTemplate: Nothing,
    DescriptionFieldTemplate: Nothing,
    FieldErrorTemplate: Nothing,
    FieldHelpTemplate: Nothing,
  },
});

export interface SchemaFormProps {
  schema: JsonObject;
  value: JsonValue | undefined;
  onChange(value: JsonValue): void;
  /** Called only with what fits the schema. Without it there is no button, and the form sits in someone else's form. */
  onSubmit?: ((value: JsonValue) => void) | undefined;
  submitLabel?: string;
  disabled?: boolean;
  loading?: boolean;
  /** Shows errors while typing, not only after sending. */
  live?: boolean;
  /** More buttons beside the one that sends. */
  actions?: ReactNode;
}

const knows = (schema: JsonObject): boolean =>
  ['type', '$ref', 'enum', 'const', 'oneOf', 'anyOf', 'allOf', 'properties'].some((key) => Object.hasOwn(schema, key));

/** Marks properties whose schema says nothing, so that they are written as JSON instead of refused. */
export function jsonParts(schema: JsonObject): UiSchema {
  if (!knows(schema)) return { 'ui:field': 'json' };
  const properties = schema.properties;
  if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return {};
  const parts: UiSchema = {};
  for (const [name, part] of Object.entries(properties)) {
    if (part === true) parts[name] = { 'ui:field': 'json' };
    else if (part !== null && typeof part === 'object' && !Array.isArray(part)) {
      const inner = jsonParts(part);
      const isOpenObject = part.type === 'object' && part.properties === undefined && part.additionalProperties === undefined;
      const isOpenList = part.type === 'array' && (part.items === undefined || (isObject(part.items) && !knows(part.items)));
      parts[name] = isOpenObject || isOpenList || Array.isArray(part.type) ? { 'ui:field': 'json' } : inner;
    }
  }
  return parts;
}
const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

export function SchemaForm({
  schema,
  value,
  onChange,
  onSubmit,
  submitLabel,
  disabled = false,
  loading = false,
  live = false,
  actions,
}: SchemaFormProps) {
  const t = useT('ui');
  // Two forms on one page must not share ids.
  const prefix = `form${useId().replaceAll(/[^a-z0-9]/gi, '')}`;
  const uiSchema = useMemo(() => jsonParts(schema), [schema]);
  const isForm = onSubmit !== undefined;
  return (
    <ThemedForm
      schema={schema as RJSFSchema}
      uiSchema={uiSchema}
      validator={schemaValidator}
      fields={{ json: JsonField }}
      formData={value}
      disabled={disabled || loading}
      liveValidate={live ? 'onChange' : false}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
      idPrefix={prefix}
      {...(isForm ? {} : { tagName: 'div' })}
      onChange={(event) => onChange((event.formData ?? null) as JsonValue)}
      onSubmit={(event) => onSubmit?.((event.formData ?? null) as JsonValue)}
    >
      {isForm ? (
        <div className="mt-4 flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" loading={loading} disabled={disabled}>
            {submitLabel ?? t('form.submit')}
          </Button>
          {actions}
        </div>
      ) : (
        // Without children the form would bring a button of its own.
        <span className="hidden" />
      )}
    </ThemedForm>
  );
}
