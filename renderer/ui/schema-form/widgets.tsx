// The form's controls, drawn with the kit.

import { enumOptionsIndexForValue, enumOptionsValueForIndex, type WidgetProps } from '@rjsf/utils';
import { useT } from '../../strings/index.ts';
import { Input, TextArea } from '../input.tsx';
import { Select } from '../select.tsx';
import { Checkbox, Switch } from '../toggles.tsx';
import { localMoment, momentOf } from './moments.ts';

/** Schemas rarely say whether a text is long; its name and an ample limit do. */
const isLong = (name: string, schema: WidgetProps['schema']): boolean =>
  (schema.maxLength ?? 0) >= 10_000 ||
  /markdown|textarea|multiline/.test(schema.format ?? '') ||
  /^(text|content|contents|body|message|prompt|description|code|html|markdown)$/i.test(name);

export function TextWidget({
  id,
  name,
  value,
  onChange,
  onBlur,
  onFocus,
  options,
  schema,
  disabled,
  readonly,
  placeholder,
  required,
  rawErrors,
  type,
}: WidgetProps) {
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const change = (text: string): void => {
    // Numbers are passed on as typed; rjsf's NumberField turns them into numbers and keeps “1.” while it is being typed.
    onChange(text === '' ? options.emptyValue : text);
  };
  const shared = {
    id,
    disabled: disabled || readonly,
    placeholder:
      placeholder ||
      (typeof schema.examples?.toString === 'function' && Array.isArray(schema.examples) ? String(schema.examples[0] ?? '') : ''),
    'aria-required': required,
    'aria-invalid': rawErrors !== undefined && rawErrors.length > 0,
    'aria-describedby': `${id}-note`,
    value: value === undefined || value === null ? '' : String(value),
    onBlur: () => onBlur(id, value),
    onFocus: () => onFocus(id, value),
  };
  if (isLong(name, schema)) return <TextArea {...shared} autoGrow rows={2} onChange={(event) => change(event.currentTarget.value)} />;
  return (
    <Input
      {...shared}
      type={type === 'password' || schema.format === 'password' ? 'password' : 'text'}
      inputMode={isNumber ? (schema.type === 'integer' ? 'numeric' : 'decimal') : undefined}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

export function TextareaWidget(props: WidgetProps) {
  return <TextWidget {...props} schema={{ ...props.schema, format: 'textarea' }} />;
}

/** Picked, or typed part by part. What a field of the browser cannot hold is shown as the text that it is. */
export function DateWidget(props: WidgetProps) {
  const { id, value, onChange, onBlur, onFocus, options, disabled, readonly, required, rawErrors, schema } = props;
  const isMoment = schema.format === 'date-time';
  const text = value === undefined || value === null ? '' : String(value);
  const shown = text === '' || (!isMoment && /^\d{4}-\d\d-\d\d$/.test(text)) ? text : isMoment ? localMoment(text) : undefined;
  if (shown === undefined) return <TextWidget {...props} />;
  return (
    <Input
      id={id}
      type={isMoment ? 'datetime-local' : 'date'}
      // Years of five figures are no dates of JSON Schema.
      max={isMoment ? '9999-12-31T23:59' : '9999-12-31'}
      className="w-56"
      disabled={disabled || readonly}
      aria-required={required}
      aria-invalid={rawErrors !== undefined && rawErrors.length > 0}
      aria-describedby={`${id}-note`}
      value={shown}
      onChange={({ currentTarget }) => onChange((isMoment ? momentOf(currentTarget.value) : currentTarget.value) || options.emptyValue)}
      onBlur={() => onBlur(id, value)}
      onFocus={() => onFocus(id, value)}
    />
  );
}

export function SwitchWidget({ id, value, onChange, disabled, readonly, label }: WidgetProps) {
  return <Switch id={id} checked={value === true} onChange={onChange} disabled={disabled || readonly} aria-label={label} />;
}

const indexOf = (value: unknown, options: WidgetProps['options']): string | null => {
  const index = value === undefined ? undefined : enumOptionsIndexForValue(value, options.enumOptions, false);
  return index === undefined || Array.isArray(index) ? null : String(index);
};

export function SelectWidget({ id, value, onChange, options, disabled, readonly, label, multiple, required, rawErrors }: WidgetProps) {
  const t = useT('ui');
  const choices = options.enumOptions ?? [];
  if (multiple) return <CheckboxesWidget {...({ id, value, onChange, options, disabled, readonly } as WidgetProps)} />;
  const items = choices.map((choice, index) => ({ value: String(index), label: choice.label }));
  return (
    <Select
      id={id}
      aria-label={label}
      aria-invalid={rawErrors !== undefined && rawErrors.length > 0}
      aria-describedby={`${id}-note`}
      disabled={disabled || readonly}
      placeholder={t('choose')}
      value={indexOf(value, options)}
      options={required ? items : [{ value: '', label: t('form.notSet') }, ...items]}
      onChange={(index) => onChange(index === '' ? undefined : enumOptionsValueForIndex(index, choices, options.emptyValue))}
    />
  );
}

export function CheckboxesWidget({ value, onChange, options, disabled, readonly }: WidgetProps) {
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  return (
    <div className="flex flex-col gap-1">
      {(options.enumOptions ?? []).map((choice) => (
        <Checkbox
          key={String(choice.value)}
          label={choice.label}
          disabled={disabled || readonly}
          checked={chosen.includes(choice.value)}
          onChange={(isOn) => onChange(isOn ? [...chosen, choice.value] : chosen.filter((other) => other !== choice.value))}
        />
      ))}
    </div>
  );
}
