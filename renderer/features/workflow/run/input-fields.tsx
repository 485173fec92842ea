// One field for each input node of a workflow.

import { Field, Input, Switch, TextArea } from '../../../ui/index.ts';
import { PickButton } from '../fields/pick-button.tsx';
import type { Draft, RunInput } from '../model/run-inputs.ts';

interface Props {
  inputs: readonly RunInput[];
  draft: Draft;
  /** What is wrong, by input name. */
  faults: Readonly<Record<string, string>>;
  onChange(name: string, value: string | boolean): void;
}

export function InputFields({ inputs, draft, faults, onChange }: Props) {
  return inputs.map((input) => (
    <Field
      key={input.name}
      label={input.label}
      required={input.isRequired}
      inline={input.kind === 'toggle'}
      {...(faults[input.name] === undefined ? {} : { error: faults[input.name] })}
    >
      <InputControl input={input} value={draft[input.name] ?? ''} onChange={(value) => onChange(input.name, value)} />
    </Field>
  ));
}

function InputControl({ input, value, onChange }: { input: RunInput; value: string | boolean; onChange(value: string | boolean): void }) {
  if (typeof value === 'boolean') return <Switch checked={value} onChange={onChange} />;
  const { kind } = input;
  if (kind === 'json') return <TextArea mono rows={4} value={value} onChange={(event) => onChange(event.target.value)} />;
  if (kind === 'folder' || kind === 'file')
    return (
      <span className="wf-path">
        <Input mono value={value} spellCheck={false} onChange={(event) => onChange(event.target.value)} />
        <PickButton kind={kind} title={input.label} value={value} onPick={onChange} />
      </span>
    );
  return <Input value={value} inputMode={kind === 'number' ? 'decimal' : undefined} onChange={(event) => onChange(event.target.value)} />;
}
