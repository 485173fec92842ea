// What a tool answered in a step: its pictures, links and notes, as the chat shows them. One that is too large to come along is read when
// the step is looked at, up to a size that a page bears.

import type { ReactNode } from 'react';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue, RunSummary } from '../../../../shared/model/run.ts';
import { type ToolResult, toolAnswer, toolResult } from '../../../../shared/model/tool.ts';
import { client, useCall } from '../../../api/index.ts';
import { ErrorNote, SkeletonRows } from '../../../ui/index.ts';
import { ToolResultView } from '../../tools/index.ts';

const longestBytes = 8_000_000;

interface Props {
  run: Pick<RunSummary, 'id' | 'number'>;
  value: JsonValue | undefined;
  large: LargeValue | undefined;
  /** Of a step that says its server; else it stands in the value. */
  server?: ServerId | undefined;
  /** Where it is no answer after all, or too large to be shown as one. */
  otherwise: ReactNode;
}

export function ToolAnswer({ run, value, large, server, otherwise }: Props): ReactNode {
  if (value !== undefined) return <Answer value={value} server={server} otherwise={otherwise} />;
  if (large === undefined || large.bytes > longestBytes) return otherwise;
  return <LargeAnswer run={run.id} hash={large.hash} server={server} otherwise={otherwise} />;
}

function Answer({ value, server, otherwise }: { value: JsonValue } & Pick<Props, 'server' | 'otherwise'>): ReactNode {
  const read = readAnswer(value, server);
  return read === undefined ? otherwise : <ToolResultView result={read.result} server={read.server} />;
}

/** Beside a result (a step of an agent: the whole of it is the answer) or under its own name, with whom it is of. */
function readAnswer(value: JsonValue, server: ServerId | undefined): { result: ToolResult; server: ServerId | undefined } | undefined {
  const whole = toolResult.safeParse(value).data;
  if (whole !== undefined) return { result: whole, server };
  const kept = toolAnswer.safeParse(value).data;
  return kept === undefined ? undefined : { result: { ...kept, isError: false }, server: kept.server };
}

interface LargeProps extends Pick<Props, 'server' | 'otherwise'> {
  run: RunSummary['id'];
  hash: string;
}

function LargeAnswer({ run, hash, server, otherwise }: LargeProps): ReactNode {
  const { data, error } = useCall((signal) => wholeValue(run, hash, signal), [run, hash]);
  if (error !== undefined)
    return (
      <>
        <ErrorNote error={error.toJSON()} />
        {otherwise}
      </>
    );
  return data === undefined ? <SkeletonRows count={2} /> : <Answer value={data} server={server} otherwise={otherwise} />;
}

async function wholeValue(id: RunSummary['id'], hash: string, signal: AbortSignal): Promise<JsonValue> {
  let text = '';
  let next: number | undefined = 0;
  while (next !== undefined) {
    const part: Awaited<ReturnType<typeof client.runs.readLarge>> = await client.runs.readLarge({ id, hash, offset: next }, { signal });
    text += part.text;
    next = part.next;
  }
  return JSON.parse(text) as JsonValue;
}
