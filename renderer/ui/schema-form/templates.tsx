// How the form lays its parts out: labels above, groups behind a hairline, rows with quiet buttons at their right.

import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  canExpand,
  type FieldTemplateProps,
  type MultiSchemaFieldTemplateProps,
  type ObjectFieldTemplateProps,
  type UnsupportedFieldProps,
  type WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import { useT } from '../../strings/index.ts';
import { Button, IconButton } from '../button.tsx';
import { cn } from '../cn.ts';
import { WithCode } from '../code.tsx';
import { Input } from '../input.tsx';

const isGroup = (schema: FieldTemplateProps['schema']): boolean => schema.type === 'object' || schema.type === 'array';

export function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, children, rawErrors, rawDescription, hidden, required, displayLabel, schema, hideError } = props;
  if (hidden) return <div className="hidden">{children}</div>;
  const isSwitch = schema.type === 'boolean';
  const errors = hideError === true ? [] : (rawErrors ?? []);
  const note = errors.length > 0 ? [...new Set(errors)].join(' ') : isGroup(schema) ? '' : rawDescription;
  return (
    <WrapIfAdditional {...props}>
      <div className={cn('min-w-0', isSwitch ? 'flex flex-wrap items-center justify-between gap-x-4' : 'flex flex-col gap-1')}>
        {displayLabel || isSwitch ? (
          <label htmlFor={id} className={isSwitch ? 'text-base text-ink' : 'text-sm font-medium text-ink-2'}>
            {label}
            {required && !isSwitch ? <span className="text-ink-3"> *</span> : null}
          </label>
        ) : null}
        {children}
        {note === undefined || note === '' ? null : (
          <div
            id={`${id}-note`}
            role={errors.length > 0 ? 'alert' : undefined}
            className={cn('w-full text-sm [overflow-wrap:anywhere]', errors.length > 0 ? 'text-bad' : 'text-ink-3')}
          >
            {errors.length > 0 || typeof note !== 'string' ? note : <WithCode text={note} />}
          </div>
        )}
      </div>
    </WrapIfAdditional>
  );
}

/** An entry of an open object: its name can be changed and it can be removed. */
export function WrapIfAdditional(props: WrapIfAdditionalTemplateProps) {
  const t = useT('ui');
  const { id, schema, label, disabled, readonly, onKeyRenameBlur, onRemoveProperty, children } = props;
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return <>{children}</>;
  return (
    <div className="flex items-start gap-1.5">
      <Input
        key={label}
        id={`${id}-key`}
        aria-label={t('form.fieldName')}
        defaultValue={label}
        disabled={disabled || readonly}
        onBlur={onKeyRenameBlur}
        className="mt-[22px] w-2/5 font-mono text-sm"
      />
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton label={t('form.remove')} icon="x" className="mt-[22px]" disabled={disabled || readonly} onClick={onRemoveProperty} />
    </div>
  );
}

function GroupHead({ title, description, required }: { title: string; description?: unknown; required?: boolean }) {
  return (
    <>
      {title === '' ? null : (
        <legend className="text-sm font-medium text-ink-2">
          {title}
          {required === true ? <span className="text-ink-3"> *</span> : null}
        </legend>
      )}
      {typeof description === 'string' && description !== '' ? (
        <div className="text-sm text-ink-3">
          <WithCode text={description} />
        </div>
      ) : null}
    </>
  );
}

export function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const t = useT('ui');
  const { title, description, properties, required, schema, uiSchema, formData, onAddProperty, disabled, readonly, fieldPathId } = props;
  const isRoot = fieldPathId.path.length === 0;
  if ((schema.oneOf !== undefined || schema.anyOf !== undefined) && schema.properties === undefined && properties.length === 0) return null;
  return (
    <fieldset id={fieldPathId.$id} className={cn('m-0 flex min-w-0 flex-col gap-3 p-0', !isRoot && 'gap-2.5 border-line border-l pl-3')}>
      {isRoot ? null : <GroupHead title={title} description={description ?? schema.description} required={required ?? false} />}
      {properties.map((property) => (property.hidden ? null : <div key={property.name}>{property.content}</div>))}
      {canExpand(schema, uiSchema, formData) ? (
        <Button variant="ghost" size="s" icon="plus" className="self-start" disabled={disabled || readonly} onClick={onAddProperty}>
          {t('form.addField')}
        </Button>
      ) : null}
    </fieldset>
  );
}

export function ArrayFieldTemplate({
  title,
  schema,
  items,
  canAdd,
  onAddClick,
  disabled,
  readonly,
  required,
  fieldPathId,
}: ArrayFieldTemplateProps) {
  const t = useT('ui');
  return (
    <fieldset id={fieldPathId.$id} className="m-0 flex min-w-0 flex-col gap-1.5 p-0">
      <GroupHead title={title} description={schema.description} required={required ?? false} />
      {items}
      {canAdd ? (
        <Button variant="ghost" size="s" icon="plus" className="self-start" disabled={disabled || readonly} onClick={onAddClick}>
          {t('form.add')}
        </Button>
      ) : null}
    </fieldset>
  );
}

export function ArrayFieldItemTemplate({ children, buttonsProps, hasToolbar, disabled, readonly }: ArrayFieldItemTemplateProps) {
  const t = useT('ui');
  const { hasMoveDown, hasMoveUp, hasRemove, onMoveDownItem, onMoveUpItem, onRemoveItem } = buttonsProps;
  const isOff = disabled || readonly;
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">{children}</div>
      {hasToolbar ? (
        <div className="flex shrink-0">
          {hasMoveUp || hasMoveDown ? (
            <>
              <IconButton label={t('form.moveUp')} icon="arrow-up" disabled={isOff || !hasMoveUp} onClick={onMoveUpItem} />
              <IconButton label={t('form.moveDown')} icon="arrow-down" disabled={isOff || !hasMoveDown} onClick={onMoveDownItem} />
            </>
          ) : null}
          {hasRemove ? <IconButton label={t('form.remove')} icon="x" disabled={isOff} onClick={onRemoveItem} /> : null}
        </div>
      ) : null}
    </div>
  );
}

export function MultiSchemaFieldTemplate({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <div className="flex flex-col gap-2">
      {selector}
      {optionSchemaField}
    </div>
  );
}

export function UnsupportedField({ reason }: UnsupportedFieldProps) {
  const t = useT('ui');
  return <div className="text-sm text-ink-3">{reason ?? t('form.json')}</div>;
}

export const Nothing = (): null => null;
