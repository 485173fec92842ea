import type { AppError } from '../../../../shared/errors.ts';
import { useT } from '../../../strings/index.ts';
import { Combobox } from '../../../ui/index.ts';

interface Props {
  /** Only where no Field around names it. */
  label?: string;
  value: string;
  /** Undefined while it is loaded. */
  options: readonly { value: string; label: string; hint?: string }[] | undefined;
  error?: AppError | undefined;
  /** The label of choosing nothing; without it something must be chosen. */
  none?: string | undefined;
  empty: string;
  disabled: boolean;
  onChange(value: string): void;
}

/** A choice among things that the host knows. A chosen thing that is no longer there is kept and said. */
export function ChoiceField({ label, value, options, error, none, empty, disabled, onChange }: Props) {
  const t = useT('workflow');
  const isGone = value !== '' && options !== undefined && !options.some((option) => option.value === value);
  const all = [
    ...(none === undefined ? [] : [{ value: '', label: none }]),
    ...(options ?? []),
    ...(value !== '' && (isGone || options === undefined) ? [{ value, label: value }] : []),
  ];
  return (
    <div>
      <Combobox
        {...(label === undefined ? {} : { 'aria-label': label })}
        value={value}
        options={all}
        disabled={disabled}
        placeholder={options === undefined ? t('loading') : t('fields.choose')}
        emptyText={empty}
        onChange={onChange}
      />
      {isGone && <p className="wf-field-fault">{t('fields.gone', { name: value })}</p>}
      {error !== undefined && <p className="wf-field-fault">{error.message}</p>}
      {options?.length === 0 && !isGone && error === undefined && <p className="wf-field-help">{empty}</p>}
    </div>
  );
}
