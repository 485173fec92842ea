// Outputs too large for a journal row lie in the store under their hash. They are read when somebody needs the value, once
// for each record, and never ahead.

import { AppError } from '../../../../shared/errors.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue } from '../../../../shared/model/run.ts';
import type { RunStore } from '../../ports.ts';
import type { StepRecord } from '../journal.ts';

export type ReadLarge = RunStore['readLarge'];

const reading = new WeakMap<StepRecord, Promise<Record<string, JsonValue> | undefined>>();

/** Everything the step gave; undefined when it gave nothing yet. At once when nothing of it is large. */
export function wholeOutputs(
  record: StepRecord | undefined,
  read: ReadLarge,
): Record<string, JsonValue> | undefined | Promise<Record<string, JsonValue> | undefined> {
  if (record?.outputs === undefined || record.large === undefined) return record?.outputs;
  let whole = reading.get(record);
  if (whole === undefined) {
    whole = hydrate(record, record.outputs, record.large, read).finally(() => reading.delete(record));
    reading.set(record, whole);
  }
  return whole;
}

async function hydrate(
  record: StepRecord,
  small: Record<string, JsonValue>,
  large: Record<string, LargeValue>,
  read: ReadLarge,
): Promise<Record<string, JsonValue>> {
  const outputs = { ...small };
  for (const [port, { hash }] of Object.entries(large)) outputs[port] = await readValue(hash, read);
  record.outputs = outputs;
  delete record.large;
  return outputs;
}

/** Throws `large-value-missing`, `large-value-damaged`. */
export async function readValue(hash: string, read: ReadLarge): Promise<JsonValue> {
  const text = await read(hash);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new AppError('large-value-damaged', `A large output (${hash.slice(0, 12)}…) is not what was written.`, {
      hint: 'Run the workflow again, or put back a backup of the data folder.',
      cause,
    });
  }
}
