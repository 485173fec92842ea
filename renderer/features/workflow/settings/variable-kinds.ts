// The kinds a variable can be given by name, each a small JSON Schema. A schema that was written by hand stays as it is.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowVariable } from '../../../../shared/model/workflow.ts';

export const variableKinds = ['text', 'number', 'toggle', 'list', 'object', 'any'] as const;
export type VariableKind = (typeof variableKinds)[number];

const schemas: Record<VariableKind, JsonObject> = {
  text: { type: 'string' },
  number: { type: 'number' },
  toggle: { type: 'boolean' },
  list: { type: 'array' },
  object: { type: 'object' },
  any: {},
};
const firstValues: Record<VariableKind, JsonValue> = { text: '', number: 0, toggle: false, list: [], object: {}, any: null };

/** Undefined: a schema of its own, which none of the kinds says. */
export function kindOf(schema: JsonObject): VariableKind | undefined {
  return variableKinds.find((kind) => JSON.stringify(schemas[kind]) === JSON.stringify(schema));
}

const fits = (kind: VariableKind, value: JsonValue): boolean => {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'toggle':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'any':
      return true;
    default:
      return kind satisfies never;
  }
};

/** The variable as one of this kind; its first value stays where it fits. */
export const withKind = (variable: WorkflowVariable, kind: VariableKind): WorkflowVariable => ({
  ...variable,
  schema: schemas[kind],
  initial: fits(kind, variable.initial) ? variable.initial : firstValues[kind],
});

export const fitsKind = fits;

export function newVariable(taken: ReadonlySet<string>): WorkflowVariable {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? 'value' : `value${n}`;
    if (!taken.has(name)) return withKind({ name, schema: {}, initial: '' }, 'text');
  }
}
