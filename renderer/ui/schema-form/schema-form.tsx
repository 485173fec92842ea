// A form drawn from a JSON Schema: tool arguments, tests of tools, questions to a person.

import { withTheme } from '@rjsf/core';
import type { RJSFSchema } from '@rjsf/utils';
import { type ReactNode, useId, useMemo } from 'react';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { useT } from '../../strings/index.ts';
import { Button } from '../button.tsx';
import { JsonField } from './json-field.tsx';
import { jsonParts } from './json-parts.ts';
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
import { CheckboxesWidget, DateWidget, SelectWidget, SwitchWidget, TextareaWidget, TextWidget } from './widgets.tsx';

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
    DateWidget,
    DateTimeWidget: DateWidget,
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
  /** More buttons beside the one that sends. */
  actions?: ReactNode;
}

export function SchemaForm({
  schema,
  value,
  onChange,
  onSubmit,
  submitLabel,
  disabled = false,
  loading = false,
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
      liveValidate={false}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
      // Said at the fields; without this the library writes to the console.
      onError={() => undefined}
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
