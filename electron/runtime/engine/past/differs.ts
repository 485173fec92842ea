// How a value differs from the one on record, in words. Pure.

import { AppError } from '../../../../shared/errors.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue } from '../../../../shared/model/run.ts';

/** How much of each text a person is shown. */
const shownChars = 300;

export interface Recorded {
  outputs: Record<string, JsonValue>;
  large?: Record<string, LargeValue> | undefined;
}

export interface Difference {
  port: string;
  /** JSON texts, cut; undefined: that port did not fire. */
  was: string | undefined;
  is: string | undefined;
}

/** The first port whose JSON text is another one. Large values are compared by the hash of theirs. */
export function firstDifference(
  recorded: Recorded,
  outputs: Record<string, JsonValue>,
  hash: (text: string) => string,
): Difference | undefined {
  const large = recorded.large ?? {};
  const ports = new Set([...Object.keys(recorded.outputs), ...Object.keys(large), ...Object.keys(outputs)]);
  for (const port of ports) {
    const is = outputs[port] === undefined ? undefined : JSON.stringify(outputs[port]);
    const kept = recorded.outputs[port];
    const big = large[port];
    if (kept === undefined && big !== undefined) {
      if (is !== undefined && hash(is) === big.hash) continue;
      return { port, was: `${big.preview}…`, is };
    }
    const was = kept === undefined ? undefined : JSON.stringify(kept);
    if (was !== is) return { port, was, is };
  }
  return undefined;
}

export function replayDiffers(step: string, { port, was, is }: Difference): AppError {
  const text = (value: string | undefined): string => (value === undefined ? 'nothing' : cutAround(value, was ?? '', is ?? ''));
  return new AppError(
    'replay-differs',
    `“${step}” gave something else than on record, at “${port}”: ${text(is)} instead of ${text(was)}.`,
    {
      hint: 'Its node, or what it computes with, is not what it was. Compare the two runs to see what follows from it.',
      place: step,
      details: { step, port, was: (was ?? '').slice(0, 2000), is: (is ?? '').slice(0, 2000) },
    },
  );
}

/** The stretch in which two texts part; without it, two long ones would look alike. */
function cutAround(value: string, was: string, is: string): string {
  if (value.length <= shownChars) return value;
  let at = 0;
  while (at < was.length && at < is.length && was[at] === is[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `${from > 0 ? '…' : ''}${value.slice(from, from + shownChars)}${from + shownChars < value.length ? '…' : ''}`;
}
