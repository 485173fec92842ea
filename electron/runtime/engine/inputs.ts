// What a run is started with, checked against the graph's input nodes: known names, right types, defaults. A folder or file
// that the person gives is granted to the run; a default that came with the document is not.

import { AppError } from '../../../shared/errors.ts';
import { type JsonValue, parseJson } from '../../../shared/model/json.ts';
import { type Plan, quoted } from './plan-types.ts';

interface InputSpec {
  name: string;
  label: string;
  type: string;
  required: boolean;
  default?: JsonValue | undefined;
}

export interface CheckedInputs {
  vars: Record<string, JsonValue>;
  /** Paths that were given as folders or files. */
  folders: string[];
}

/** Throws `unknown-input`, `input-missing`, `input-wrong-type`, with the input's name as the place. */
export function checkInputs(plan: Plan, given: Record<string, JsonValue>): CheckedInputs {
  const specs = new Map<string, InputSpec>();
  for (const node of plan.nodes) {
    if (node.type.kind !== 'flow.input') continue;
    const spec = node.config as unknown as InputSpec;
    specs.set(spec.name, spec);
  }
  for (const name of Object.keys(given)) if (!specs.has(name)) throw unknownInput(name, [...specs.keys()]);
  const checked: CheckedInputs = { vars: {}, folders: [] };
  for (const spec of specs.values()) {
    const value = Object.hasOwn(given, spec.name) ? given[spec.name] : undefined;
    if (value === undefined || (value === '' && spec.type !== 'text')) {
      if (spec.default !== undefined && spec.default !== null) checked.vars[spec.name] = readDefault(spec, spec.default);
      else if (spec.required) throw missing(spec);
      continue;
    }
    checked.vars[spec.name] = readInput(spec, value);
    if (spec.type === 'folder' || spec.type === 'file') checked.folders.push(checked.vars[spec.name] as string);
  }
  return checked;
}

/** The person gave nothing wrong: it is the workflow that has to be mended. */
function readDefault(spec: InputSpec, value: JsonValue): JsonValue {
  try {
    return readInput(spec, value);
  } catch (error) {
    throw new AppError('input-default-wrong', `The default of ${quoted(nameOf(spec))} is not of its kind (${spec.type}).`, {
      place: spec.name,
      hint: 'Give a value when you start the run, or mend the default in the input node.',
      cause: error,
    });
  }
}

/** Values that came as text, as the rows of a node do: JSON inputs are read as JSON, all others by their kind. */
export function inputsFromText(plan: Plan, given: Record<string, JsonValue>): Record<string, JsonValue> {
  const inputs = { ...given };
  for (const node of plan.nodes) {
    const name = String(node.config.name);
    const text = inputs[name];
    if (node.type.kind === 'flow.input' && node.config.type === 'json' && typeof text === 'string') inputs[name] = jsonOrText(text);
  }
  return inputs;
}

function jsonOrText(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function readInput(spec: InputSpec, value: JsonValue): JsonValue {
  switch (spec.type) {
    case 'text':
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw wrongType(spec, 'text');
    case 'number': {
      // The command line gives text.
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number === 'number' && Number.isFinite(number)) return number;
      throw wrongType(spec, 'a number');
    }
    case 'toggle':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'yes' || value === 'on') return true;
      if (value === 'false' || value === 'no' || value === 'off') return false;
      throw wrongType(spec, 'yes or no');
    case 'folder':
    case 'file':
      if (typeof value === 'string' && isAbsolute(value)) return value;
      throw wrongType(spec, `the whole path of a ${spec.type}`);
    default:
      return value;
  }
}

const isAbsolute = (path: string): boolean => path.length <= 4096 && /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');

const nameOf = (spec: InputSpec): string => (spec.label === '' || spec.label === undefined ? spec.name : spec.label);

const missing = (spec: InputSpec): AppError =>
  new AppError('input-missing', `This workflow needs ${quoted(nameOf(spec))}.`, {
    place: spec.name,
    hint: `Give it when you start the run; on the command line: --set ${spec.name}=…`,
  });

const wrongType = (spec: InputSpec, wanted: string): AppError =>
  new AppError('input-wrong-type', `${quoted(nameOf(spec))} must be ${wanted}.`, { place: spec.name, hint: 'Give another value.' });

const unknownInput = (name: string, known: readonly string[]): AppError =>
  new AppError('unknown-input', `This workflow has no input named ${quoted(name)}.`, {
    place: name,
    hint: known.length === 0 ? 'It takes no inputs.' : `It takes: ${known.join(', ')}.`,
  });
