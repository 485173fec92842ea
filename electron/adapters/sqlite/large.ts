// Takes large outputs out of an event before it becomes a journal row: the row names them by hash, with a preview for people.

import type { JsonValue } from '../../../shared/model/json.ts';
import type { LargeValue, RunEvent } from '../../../shared/model/run.ts';
import { sha256Of } from '../blobs/blob-store.ts';

/** Outputs whose JSON text is longer than this do not stay in rows, in bytes. */
export const largeBytes = 16 * 1024;
const previewLength = 200;
/** An event of fewer characters cannot hold a large output: a character takes at most three bytes. */
const surelySmall = Math.floor(largeBytes / 3);

export interface Slim {
  event: RunEvent;
  json: string;
  /** Texts to keep, by hash; none for most events. */
  texts: ReadonlyMap<string, string> | undefined;
  /** Every hash that the row names. */
  names: readonly string[];
}

const noNames: readonly string[] = [];

export function slimDown(event: RunEvent): Slim {
  const json = JSON.stringify(event);
  const named = event.type === 'step-done' || event.type === 'run-end' ? event.large : undefined;
  const names = named === undefined ? noNames : Object.values(named).map((value) => value.hash);
  if (json.length <= surelySmall || (event.type !== 'step-done' && event.type !== 'run-end') || event.outputs === undefined)
    return { event, json, texts: undefined, names };
  const outputs: Record<string, JsonValue> = {};
  const large: Record<string, LargeValue> = { ...named };
  const texts = new Map<string, string>();
  const all = [...names];
  for (const [port, value] of Object.entries(event.outputs)) {
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    if (bytes <= largeBytes) {
      outputs[port] = value;
      continue;
    }
    const hash = sha256Of(text);
    large[port] = { hash, bytes, preview: previewOf(value, text) };
    texts.set(hash, text);
    all.push(hash);
  }
  if (texts.size === 0) return { event, json, texts: undefined, names };
  const slim: RunEvent = { ...event, outputs, large };
  return { event: slim, json: JSON.stringify(slim), texts, names: all };
}

/** Whole characters only: half of a pair could not be kept as text. */
function previewOf(value: JsonValue, text: string): string {
  const start = (typeof value === 'string' ? value : text).slice(0, previewLength);
  return start.isWellFormed() ? start : start.slice(0, -1).toWellFormed();
}
