import { Input } from '../../../ui/index.ts';
import { asText, type FieldProps } from './field-props.ts';
import { PickButton } from './pick-button.tsx';

/** A path, or a template that gives one, with a picker beside it. */
export function PathField({ spec, id, value, onChange, variables, isInvalid, disabled }: FieldProps<'file' | 'folder'>) {
  const text = asText(value);
  return (
    <>
      <span className="wf-path">
        <Input
          mono
          value={text}
          placeholder={spec.placeholder}
          disabled={disabled}
          spellCheck={false}
          aria-invalid={isInvalid}
          list={`${id}-variables`}
          onChange={(event) => onChange(event.target.value)}
        />
        <PickButton kind={spec.kind} title={spec.label} value={text} disabled={disabled} onPick={onChange} />
      </span>
      <datalist id={`${id}-variables`}>
        {variables.map((variable) => (
          <option key={variable.path} value={`{{ ${variable.path} }}`}>
            {variable.from}
          </option>
        ))}
      </datalist>
    </>
  );
}
