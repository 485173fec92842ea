// The part of JSON Schema that types ports, and the question the canvas asks: may a value of this type flow there?
// The answer is "no" only when no value could ever fit, because most data in workflows is known only at run time.

import type { JsonObject } from './json.ts';

/** A JSON Schema document; kept open, since tool servers bring their own. */
export type JsonSchema = JsonObject;

export const textSchema: JsonSchema = { type: 'string' };
export const listSchema = (items: JsonSchema = {}): JsonSchema => ({ type: 'array', items });
export const objectSchema = (properties: Record<string, JsonSchema> = {}): JsonSchema => ({ type: 'object', properties });

const words: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'an object',
  null: 'nothing',
};

/** The types a schema admits; undefined means any. */
function typesOf(schema: JsonSchema): string[] | undefined {
  if (Array.isArray(schema.type)) return schema.type.map(String);
  if (typeof schema.type === 'string') return [schema.type];
  return undefined;
}

/** A type in words, for people: `text`, `a list of text`, `anything`. */
export function describeSchema(schema: JsonSchema): string {
  const types = typesOf(schema);
  if (types === undefined) return 'anything';
  return types
    .map((type) => {
      const items = schema.items;
      if (type === 'array' && items !== undefined && items !== null && typeof items === 'object' && !Array.isArray(items)) {
        const inner = typesOf(items);
        return inner === undefined ? 'a list' : `a list of ${describeSchema(items).replace(/^an? /, '')}`;
      }
      return words[type] ?? type;
    })
    .join(' or ');
}

const fits = (from: string, to: string): boolean =>
  from === to || (from === 'integer' && to === 'number') || (from === 'number' && to === 'integer');

/** Why a value typed `from` can never be accepted by `to`, in words; undefined when it may. */
export function whyIncompatible(from: JsonSchema, to: JsonSchema): string | undefined {
  const given = typesOf(from);
  const wanted = typesOf(to);
  if (given === undefined || wanted === undefined) return undefined;
  const shared = given.filter((type) => wanted.some((other) => fits(type, other)));
  if (shared.length === 0) return `it gives ${describeSchema(from)}, and ${describeSchema(to)} is needed`;
  if (shared.every((type) => type === 'array')) {
    const a = from.items;
    const b = to.items;
    if (isSchema(a) && isSchema(b) && whyIncompatible(a, b) !== undefined)
      return `it gives ${describeSchema(from)}, and ${describeSchema(to)} is needed`;
  }
  return undefined;
}

const isSchema = (value: unknown): value is JsonSchema => value !== null && typeof value === 'object' && !Array.isArray(value);
