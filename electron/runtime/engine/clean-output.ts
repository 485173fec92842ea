// What a step gives back, made fit to keep: JSON only, no reserved keys, not too deep or large, and no secret in any text.
// Returns the same value when nothing had to change.

import { AppError, type AppErrorShape } from '../../../shared/errors.ts';
import { defaultJsonLimits, type JsonObject, type JsonValue, poisonKeys } from '../../../shared/model/json.ts';

export type Redact = (text: string) => string;

/** Throws `output-not-json`, `output-too-large`, with the place. */
export function cleanOutputs(outputs: Record<string, JsonValue>, redact: Redact): Record<string, JsonValue> {
  const budget = { left: defaultJsonLimits.maxValues };
  return cleanObject(outputs, redact, 0, budget) as Record<string, JsonValue>;
}

type Budget = { left: number };

function cleanValue(value: unknown, redact: Redact, depth: number, budget: Budget): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value === 'boolean') return value;
  // JSON has no NaN or Infinity: they would come back from the journal as null, so they are null at once.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object')
    throw new AppError('output-not-json', `The step gave back a value that is not JSON (${typeof value}).`, {
      hint: 'Give back text, numbers, yes or no, lists or objects.',
    });
  budget.left -= 1;
  if (budget.left < 0)
    throw new AppError('output-too-large', `The step gave back more than ${defaultJsonLimits.maxValues} values.`, {
      hint: 'Make it give back less, for example by filtering or limiting the list.',
    });
  if (depth >= defaultJsonLimits.maxDepth)
    throw new AppError('output-too-large', `The step gave back data nested deeper than ${defaultJsonLimits.maxDepth} levels.`, {
      hint: 'Take the part that is needed with a transform.',
    });
  return Array.isArray(value) ? cleanList(value, redact, depth, budget) : cleanObject(value as JsonObject, redact, depth, budget);
}

function cleanList(list: readonly unknown[], redact: Redact, depth: number, budget: Budget): JsonValue[] {
  let changed: JsonValue[] | undefined;
  budget.left -= list.length;
  for (let i = 0; i < list.length; i += 1) {
    const before = list[i] === undefined ? null : list[i];
    const after = cleanValue(before, redact, depth + 1, budget);
    if (changed === undefined && after !== list[i]) changed = list.slice(0, i) as JsonValue[];
    changed?.push(after);
  }
  return changed ?? (list as JsonValue[]);
}

function cleanObject(object: JsonObject, redact: Redact, depth: number, budget: Budget): JsonObject {
  const prototype = Object.getPrototypeOf(object);
  const isPlain = prototype === Object.prototype || prototype === null;
  let changed: JsonObject | undefined = isPlain ? undefined : {};
  const keys = Object.keys(object);
  budget.left -= keys.length;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] as string;
    if (poisonKeys.has(key))
      throw new AppError('output-not-json', `The step gave back the reserved key “${key}”.`, { hint: 'Rename that key.' });
    const before = object[key] as JsonValue | undefined;
    if (before === undefined) {
      changed ??= copyUpTo(object, keys, i);
      continue;
    }
    const after = cleanValue(before, redact, depth + 1, budget);
    if (changed === undefined && after !== before) changed = copyUpTo(object, keys, i);
    if (changed !== undefined) changed[key] = after;
  }
  return changed ?? object;
}

const copyUpTo = (object: JsonObject, keys: readonly string[], end: number): JsonObject => {
  const copy: JsonObject = {};
  for (let i = 0; i < end; i += 1) copy[keys[i] as string] = object[keys[i] as string] as JsonValue;
  return copy;
};

/** An error fit to keep. */
export function cleanError(error: AppError, redact: Redact): AppErrorShape {
  const shape = error.toJSON();
  const details = shape.details === undefined ? undefined : (cleanDetails(shape.details, redact) as Record<string, unknown>);
  return {
    code: shape.code,
    message: redact(shape.message).slice(0, 4000),
    retryable: shape.retryable,
    ...(shape.hint === undefined ? {} : { hint: redact(shape.hint).slice(0, 2000) }),
    ...(shape.place === undefined ? {} : { place: redact(shape.place).slice(0, 1000) }),
    ...(details === undefined ? {} : { details }),
  };
}

/** Details that cannot be kept are left out: they must not turn one failure into another. */
function cleanDetails(details: Record<string, unknown>, redact: Redact): JsonObject | undefined {
  try {
    return cleanObject(details as JsonObject, redact, 0, { left: 1000 });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
