// The small form a run asks for: one field for each `flow.input` node, with its default. Values are read from text here.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { parseJson } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { inputNodes } from './variables.ts';

export type InputKind = 'text' | 'number' | 'toggle' | 'folder' | 'file' | 'json';

export interface RunInput {
  name: string;
  label: string;
  kind: InputKind;
  isRequired: boolean;
  fallback: JsonValue | undefined;
}

const kinds: Record<string, InputKind> = {
  text: 'text',
  string: 'text',
  number: 'number',
  toggle: 'toggle',
  boolean: 'toggle',
  folder: 'folder',
  file: 'file',
  json: 'json',
};

const textOf = (config: JsonObject, key: string): string => (typeof config[key] === 'string' ? config[key] : '');

export function runInputs(document: WorkflowDocument): RunInput[] {
  return inputNodes(document).map(({ name, config }) => ({
    name,
    label: textOf(config, 'label') || name,
    kind: kinds[textOf(config, 'type')] ?? 'text',
    isRequired: config.required !== false,
    fallback: config.default,
  }));
}

/** What the form holds: text for everything but toggles. */
export type Draft = Record<string, string | boolean>;

export function draftOf(inputs: readonly RunInput[], remembered: Readonly<Record<string, JsonValue>> = {}): Draft {
  const draft: Draft = {};
  for (const input of inputs) {
    const value = remembered[input.name] ?? input.fallback;
    if (input.kind === 'toggle') draft[input.name] = value === true;
    else draft[input.name] = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  }
  return draft;
}

/** The values to start with, or what is wrong, by input name. */
export function readDraft(
  inputs: readonly RunInput[],
  draft: Draft,
): { values: Record<string, JsonValue> } | { faults: Record<string, string> } {
  const values: Record<string, JsonValue> = {};
  const faults: Record<string, string> = {};
  for (const input of inputs) {
    const raw = draft[input.name] ?? '';
    if (typeof raw === 'boolean') {
      values[input.name] = raw;
      continue;
    }
    if (raw.trim() === '') {
      if (input.isRequired) faults[input.name] = 'This is needed.';
      continue;
    }
    const read = readOne(input.kind, raw);
    if ('fault' in read) faults[input.name] = read.fault;
    else values[input.name] = read.value;
  }
  return Object.keys(faults).length > 0 ? { faults } : { values };
}

function readOne(kind: InputKind, raw: string): { value: JsonValue } | { fault: string } {
  if (kind === 'number') {
    const value = Number(raw);
    return Number.isFinite(value) ? { value } : { fault: 'This must be a number.' };
  }
  if (kind === 'json') {
    try {
      return { value: parseJson(raw, 'This') };
    } catch (error) {
      return { fault: error instanceof Error ? error.message : String(error) };
    }
  }
  return { value: raw };
}
