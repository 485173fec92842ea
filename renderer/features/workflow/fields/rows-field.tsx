import type { JsonObject } from '../../../../shared/model/json.ts';
import { useT } from '../../../strings/index.ts';
import { Button, IconButton, Input, Select } from '../../../ui/index.ts';
import { asText, type FieldProps, isJsonObject, type SpecOf } from './field-props.ts';

type Column = SpecOf<'rows'>['columns'][number];

/** A list of small forms: switch cases, headers, inputs. */
export function RowsField({ spec, id, value, onChange, disabled }: FieldProps<'rows'>) {
  const t = useT('workflow');
  const rows = Array.isArray(value) ? value.filter(isJsonObject) : [];
  const put = (index: number, row: JsonObject) => onChange(rows.map((old, at) => (at === index ? row : old)));
  const swap = (index: number, other: number) => {
    const next = [...rows];
    const [a, b] = [next[index], next[other]];
    if (a === undefined || b === undefined) return;
    next[index] = b;
    next[other] = a;
    onChange(next);
  };
  return (
    <fieldset id={id} aria-label={spec.label} className="wf-rows">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
        <fieldset key={index} className="wf-row" aria-label={t('fields.row', { number: index + 1 })}>
          <div className="wf-row-cells">
            {spec.columns.map((column) => (
              <Cell key={column.key} column={column} row={row} disabled={disabled} onChange={(next) => put(index, next)} />
            ))}
          </div>
          <div className="wf-row-acts">
            <IconButton
              label={t('fields.row-up')}
              icon="chevron-up"
              size="s"
              disabled={disabled || index === 0}
              onClick={() => swap(index, index - 1)}
            />
            <IconButton
              label={t('fields.row-down')}
              icon="chevron-down"
              size="s"
              disabled={disabled || index === rows.length - 1}
              onClick={() => swap(index, index + 1)}
            />
            <IconButton
              label={t('fields.row-remove')}
              icon="x"
              size="s"
              disabled={disabled}
              onClick={() => onChange(rows.filter((_row, at) => at !== index))}
            />
          </div>
        </fieldset>
      ))}
      <Button
        size="s"
        icon="plus"
        disabled={disabled}
        onClick={() =>
          onChange([...rows, Object.fromEntries(spec.columns.map((column) => [column.key, column.options?.[0]?.value ?? '']))])
        }
      >
        {spec.addLabel}
      </Button>
    </fieldset>
  );
}

function Cell({
  column,
  row,
  disabled,
  onChange,
}: {
  column: Column;
  row: JsonObject;
  disabled: boolean;
  onChange(row: JsonObject): void;
}) {
  const value = asText(row[column.key]);
  const put = (next: string) => onChange({ ...row, [column.key]: next });
  if (column.kind === 'select')
    return <Select aria-label={column.label} value={value} options={column.options ?? []} disabled={disabled} onChange={put} />;
  return (
    <Input
      aria-label={column.label}
      // The complaint below the rows names the wrong one; painting all of them red would not.
      aria-invalid={false}
      placeholder={column.placeholder ?? column.label}
      mono={column.kind !== 'text'}
      value={value}
      disabled={disabled}
      onChange={(event) => put(event.target.value)}
    />
  );
}
