import { useEffect, useId, useRef, useState } from 'react';
import { type JsonValue, parseJson } from '../../../../shared/model/json.ts';
import { TextArea } from '../../../ui/index.ts';

interface Props {
  value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
  /** It does not parse now: the value last given is not what stands here. */
  onFault?: () => void;
  rows: number;
  placeholder?: string | undefined;
  disabled: boolean;
  isInvalid: boolean;
}

const write = (value: JsonValue | undefined): string => (value === undefined ? '' : JSON.stringify(value, undefined, 2));

/** JSON as text, read while it is typed; what does not parse stays here with the reason and is not taken over. */
export function JsonText({ value, onChange, onFault, rows, placeholder, disabled, isInvalid }: Props) {
  const [draft, setDraft] = useState(() => write(value));
  const faultId = useId();
  const [fault, setFault] = useState<string>();
  const given = useRef(value);
  useEffect(() => {
    // Changed from outside, e.g. by undo; not by our own typing.
    if (JSON.stringify(given.current) === JSON.stringify(value)) return;
    given.current = value;
    setDraft(write(value));
    setFault(undefined);
  }, [value]);

  const take = (text: string) => {
    setDraft(text);
    if (text.trim() === '') {
      given.current = undefined;
      setFault(undefined);
      onChange(undefined);
      return;
    }
    try {
      const read = parseJson(text, 'This');
      given.current = read;
      setFault(undefined);
      onChange(read);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      onFault?.();
    }
  };
  return (
    <div>
      <TextArea
        rows={rows}
        mono
        value={draft}
        placeholder={placeholder}
        disabled={disabled}
        spellCheck={false}
        aria-invalid={isInvalid || fault !== undefined}
        aria-describedby={fault === undefined ? undefined : faultId}
        onChange={(event) => take(event.target.value)}
      />
      {fault !== undefined && (
        <p id={faultId} className="wf-field-fault" role="status">
          {fault}
        </p>
      )}
    </div>
  );
}
