import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

export interface AddLineProps {
  /** What is added: shown above the field, or only read out. */
  label: string;
  isLabelShown?: boolean;
  placeholder: string;
  /** On the button. */
  action: string;
  mono?: boolean;
  /** True when it was added, which empties the field; a text says what is wrong with it; false leaves it for another try. */
  onAdd(text: string): boolean | string | Promise<boolean | string>;
}

/** One line to type and a button, below a list that it makes longer. It is no form of its own, so that it may stand in one. */
export function AddLine({ label, isLabelShown = false, placeholder, action, mono = false, onAdd }: AddLineProps): ReactNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const isEmpty = text.trim() === '';
  const add = async (): Promise<void> => {
    const outcome = await onAdd(text);
    setProblem(typeof outcome === 'string' ? outcome : undefined);
    if (outcome === true) setText('');
  };
  const input = (
    <Input
      mono={mono}
      {...(mono ? { spellCheck: false } : {})}
      {...(isLabelShown ? {} : { 'aria-label': label, 'aria-invalid': problem !== undefined })}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        setProblem(undefined);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
        // A form around it would be sent.
        event.preventDefault();
        if (!isEmpty) void add();
      }}
    />
  );
  return (
    <div className="flex items-start gap-2">
      {isLabelShown ? (
        <Field label={label} error={problem} className="flex-1">
          {input}
        </Field>
      ) : (
        <div className="min-w-0 flex-1">
          {input}
          {problem === undefined ? null : (
            <div role="alert" className="mt-1 text-bad text-sm">
              {problem}
            </div>
          )}
        </div>
      )}
      {/* On the line of the field, below its label. */}
      <Button {...(isLabelShown ? { className: 'mt-[22px]' } : {})} disabled={isEmpty} onClick={() => void add()}>
        {action}
      </Button>
    </div>
  );
}
