// A text field with what the server suggests for it, as the browser's own list of suggestions.

import { type ReactNode, useEffect, useId, useState } from 'react';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { CompleteRequest } from '../../../shared/model/mcp.ts';
import { client } from '../../api/index.ts';
import { Input } from '../../ui/index.ts';

interface Props {
  server: ServerId;
  /** None where the server completes nothing. */
  about: CompleteRequest['ref'] | undefined;
  argument: string;
  value: string;
  /** The other arguments. */
  context: Record<string, string>;
  onChange: (value: string) => void;
}

const quietMs = 200;

export function CompleteInput({ server, about, argument, value, context, onChange }: Props): ReactNode {
  const id = useId();
  const [isAsking, setAsking] = useState(false);
  const [values, setValues] = useState<readonly string[]>([]);
  const others = JSON.stringify(context);
  const ref = JSON.stringify(about);
  useEffect(() => {
    if (!isAsking || ref === undefined) return;
    const control = new AbortController();
    const ask = async (): Promise<void> => {
      const request: CompleteRequest = {
        ref: JSON.parse(ref) as CompleteRequest['ref'],
        argument,
        value: value.slice(0, 1000),
        context: JSON.parse(others) as Record<string, string>,
      };
      const answer = await client.tools.complete({ server, request }, { signal: control.signal });
      setValues(answer.values);
    };
    const timer = setTimeout(() => {
      // Without suggestions the field is as good as before.
      ask().catch(() => setValues([]));
    }, quietMs);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [isAsking, server, ref, argument, value, others]);
  return (
    <>
      <Input
        value={value}
        autoComplete="off"
        list={`${id}-values`}
        onFocus={() => setAsking(true)}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={`${id}-values`}>
        {values.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}
