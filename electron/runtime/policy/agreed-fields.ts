// What the fields of a step hold, kept short beside the hash of what was agreed to, so that a later question can show what is different in
// it: before and after. Values of secrets are taken out before anything is cut or kept. Pure.

import type { JsonValue } from '../../../shared/model/json.ts';
import { oneLine } from './action-words.ts';
import { canonicalJson } from './canonical.ts';

/** By what a person calls the field: a mark of all that it holds, a space, and its beginning. */
export type Fields = Record<string, string>;

export interface FieldDeps {
  hash(text: string): string;
  redact(text: string): string;
}

const maxKept = 1500;
const maxFields = 60;
/** Characters of one step; what is beyond is told as different without being shown. */
const maxStep = 8000;
const markLength = 16;
const maxDepth = 3;

/** What a field holds, and how that is shown where it is not as it is. */
export type FieldValue = readonly [label: string, value: JsonValue | undefined, shown?: string];

export function keptFields({ hash, redact }: FieldDeps, values: readonly FieldValue[]): Fields {
  const kept: Fields = {};
  let left = maxStep;
  for (const [label, value, words] of values.flatMap(flat).slice(0, maxFields)) {
    const raw = typeof value === 'string' ? value : canonicalJson(value ?? null);
    const shown = redact(words ?? raw).slice(0, Math.min(maxKept, left));
    left -= shown.length;
    let name = oneLine(label).slice(0, 80);
    while (Object.hasOwn(kept, name)) name += '′';
    kept[name] = `${hash(raw).slice(0, markLength)} ${shown}`;
  }
  return kept;
}

const flat = ([label, value, words]: FieldValue): FieldValue[] =>
  words === undefined || value === undefined ? within(label, value, 0) : [[label, value, words]];

function within(label: string, value: JsonValue | undefined, depth: number): FieldValue[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value) || depth === maxDepth) return [[label, value]];
  return Object.entries(value).flatMap(([key, each]) => within(`${label}.${key}`, each, depth + 1));
}

export interface FieldChange {
  label: string;
  /** Undefined: it held nothing. */
  before: string | undefined;
  now: string | undefined;
}

/** None where nothing was kept to compare with. */
export function changedFields(before: Fields | undefined, now: Fields | undefined): FieldChange[] {
  if (before === undefined || now === undefined) return [];
  const of = (fields: Fields, label: string): string | undefined => (Object.hasOwn(fields, label) ? fields[label] : undefined);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((label) => {
    const [old, next] = [of(before, label), of(now, label)];
    if (old?.slice(0, markLength) === next?.slice(0, markLength)) return [];
    return [{ label, before: old?.slice(markLength + 1), now: next?.slice(markLength + 1) }];
  });
}

const maxLines = 12;

/** One thing a line, each with what it is a part of. */
export function fieldLines(changes: readonly FieldChange[], of = ''): string[] {
  const more = changes.length - maxLines;
  return [
    ...changes.slice(0, maxLines).map(({ label, before, now }) => `↳ ${of === '' ? '' : `${of}, `}${label}: ${difference(before, now)}`),
    ...(more > 0 ? [`↳ and ${more} more ${more === 1 ? 'field' : 'fields'}`] : []),
  ];
}

/** So much of what is the same stands before a difference. */
const lead = 30;
const maxShown = 160;

function difference(before: string | undefined, now: string | undefined): string {
  if (before === undefined || now === undefined)
    return `${before === undefined ? 'nothing' : shown(before, 0)} → ${now === undefined ? 'nothing' : shown(now, 0)}`;
  if (before === now) return 'different in a part that is not shown';
  const [old, next] = [inLine(before), inLine(now)];
  if (old === next) return `${shown(now, 0)}, with other spaces, line breaks or signs that are not seen`;
  let same = 0;
  while (same < old.length && old[same] === next[same]) same += 1;
  const from = same > lead * 2 ? same - lead : 0;
  return `${shown(before, from)} → ${shown(now, from)}`;
}

/** It cannot end its quotation, nor its line, by itself. */
const inLine = (text: string): string => oneLine(text).replaceAll(/[“”]/g, '"');

function shown(text: string, from: number): string {
  const line = inLine(text);
  const part = line.slice(from, from + maxShown);
  return `“${from > 0 ? '…' : ''}${part}${from + maxShown < line.length ? '…' : ''}”`;
}
