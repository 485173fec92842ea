import { useEffect, useState } from 'react';
import { type WorkflowVariable, workflowVariable } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Field, IconButton, Input, Select, Switch } from '../../../ui/index.ts';
import { JsonText } from '../fields/json-text.tsx';
import { NumberInput } from './number-input.tsx';
import { fitsKind, kindOf, type VariableKind, variableKinds, withKind } from './variable-kinds.ts';

interface Props {
  variable: WorkflowVariable;
  id: string;
  taken: ReadonlySet<string>;
  disabled: boolean;
  onChange(variable: WorkflowVariable): void;
  onRemove(): void;
}

/** One variable: its name, its kind, what it holds when a run begins. */
export function VariableRow({ variable, id, taken, disabled, onChange, onRemove }: Props) {
  const t = useT('setup');
  const kind = kindOf(variable.schema);
  return (
    <li className="wf-variable">
      <fieldset aria-label={t('variables.row', { name: variable.name })} className="m-0 flex min-w-0 flex-col gap-2 border-0 p-0">
        <div className="grid grid-cols-[1fr_1fr_28px] items-start gap-2">
          <Name name={variable.name} taken={taken} disabled={disabled} onRename={(name) => onChange({ ...variable, name })} />
          <Field label={t('variables.type')}>
            <Select<VariableKind | 'own'>
              value={kind ?? 'own'}
              disabled={disabled}
              options={[...variableKinds, ...(kind === undefined ? (['own'] as const) : [])].map((value) => ({
                value,
                label: t(`variables.types.${value}`),
              }))}
              onChange={(next) => next !== 'own' && onChange(withKind(variable, next))}
            />
          </Field>
          <IconButton
            label={t('variables.remove', { name: variable.name })}
            icon="trash-2"
            className="mt-[21px]"
            disabled={disabled}
            onClick={onRemove}
          />
        </div>
        <Initial key={kind} kind={kind} variable={variable} id={id} disabled={disabled} onChange={onChange} />
      </fieldset>
    </li>
  );
}

/** A name that cannot be is kept here with the reason; the workflow keeps the one it had. */
function Name({ name, taken, disabled, onRename }: Pick<Props, 'taken' | 'disabled'> & { name: string; onRename(name: string): void }) {
  const t = useT('setup');
  const [draft, setDraft] = useState(name);
  useEffect(() => setDraft(name), [name]);
  const isWrong = !workflowVariable.shape.name.safeParse(draft).success;
  const isTwice = draft !== name && taken.has(draft);
  const fault = isWrong ? t('variables.name-wrong') : isTwice ? t('variables.name-twice') : undefined;
  return (
    <Field label={t('variables.name')} {...(fault === undefined ? {} : { error: fault })}>
      <Input
        mono
        value={draft}
        disabled={disabled}
        spellCheck={false}
        onChange={(event) => {
          const next = event.target.value;
          setDraft(next);
          if (workflowVariable.shape.name.safeParse(next).success && !taken.has(next)) onRename(next);
        }}
        onBlur={() => fault !== undefined && setDraft(name)}
      />
    </Field>
  );
}

function Initial({
  kind,
  variable,
  id,
  disabled,
  onChange,
}: Pick<Props, 'variable' | 'id' | 'disabled' | 'onChange'> & { kind: VariableKind | undefined }) {
  const t = useT('setup');
  const [fault, setFault] = useState<string>();
  const put = (initial: WorkflowVariable['initial']) => onChange({ ...variable, initial });
  const { initial } = variable;
  const label = t('variables.initial');
  if (kind === 'text')
    return (
      <Field label={label}>
        <Input value={typeof initial === 'string' ? initial : ''} disabled={disabled} onChange={(event) => put(event.target.value)} />
      </Field>
    );
  if (kind === 'toggle')
    return (
      <Field label={label} inline>
        <Switch checked={initial === true} disabled={disabled} onChange={put} />
      </Field>
    );
  if (kind === 'number')
    return (
      <Field label={label}>
        <NumberInput
          id={`${id}-initial`}
          value={typeof initial === 'number' ? initial : undefined}
          min={-Number.MAX_VALUE}
          max={Number.MAX_VALUE}
          disabled={disabled}
          onChange={(value) => value !== undefined && put(value)}
        />
      </Field>
    );
  return (
    <Field label={label} {...(fault === undefined ? {} : { error: fault })}>
      <JsonText
        rows={2}
        value={initial}
        disabled={disabled}
        isInvalid={fault !== undefined}
        onChange={(value = null) => {
          const isWrong = kind !== undefined && !fitsKind(kind, value);
          setFault(isWrong ? t(kind === 'list' ? 'variables.list-wanted' : 'variables.object-wanted') : undefined);
          if (!isWrong) put(value);
        }}
      />
    </Field>
  );
}
