// Do the JSONata expressions of a config parse? Asked before a run starts and while one draws; evaluating is the Expressions
// port's, in a thread of its own.

import jsonata from 'jsonata';
import type { JsonObject } from '../../shared/model/json.ts';
import type { FieldSpec } from '../../shared/model/node-descriptor.ts';

/** Expression → what is wrong with it, or undefined. A plan is made at every start, mostly of the same expressions. */
const known = new Map<string, string | undefined>();
const maxKnown = 5000;

/** Why it does not parse, in words; undefined when it does. */
export function expressionFault(expression: string): string | undefined {
  if (known.has(expression)) return known.get(expression);
  let fault: string | undefined;
  try {
    jsonata(expression);
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    fault = `${message ?? String(error)}${position === undefined ? '' : ` (at character ${position})`}`;
  }
  if (known.size >= maxKnown) known.clear();
  known.set(expression, fault);
  return fault;
}

/** Faults of every expression in a config: fields of that kind, and rows with such a column. Empty ones are the schema's to refuse. */
export function checkExpressions(config: JsonObject, fields: readonly FieldSpec[]): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = [];
  const look = (field: string, value: unknown): void => {
    if (typeof value !== 'string' || value.trim() === '') return;
    const fault = expressionFault(value);
    if (fault !== undefined) faults.push({ field, message: `the expression does not parse: ${fault}` });
  };
  for (const field of fields) {
    const value = config[field.key];
    if (field.kind === 'expression') look(field.key, value);
    if (field.kind !== 'rows' || !Array.isArray(value)) continue;
    for (const column of field.columns.filter((one) => one.kind === 'expression'))
      for (const row of value) if (row !== null && typeof row === 'object' && !Array.isArray(row)) look(field.key, row[column.key]);
  }
  return faults;
}
