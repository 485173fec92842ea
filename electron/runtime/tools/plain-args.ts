// Most tools take names with plain types. Arguments that fit such a schema are known at a look; everything else, also what does not
// fit, is for the schema's own checker (check-args.ts). Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

export interface PlainSchema {
  types: ReadonlyMap<string, PlainType>;
  required: readonly string[];
}
type PlainType = 'string' | 'number' | 'integer' | 'boolean';

const rootKeys: ReadonlySet<string> = new Set([
  '$schema',
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
]);
const propertyKeys: ReadonlySet<string> = new Set(['type', 'title', 'description', 'default']);
const plainTypes: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean'] satisfies PlainType[]);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const hasOnly = (value: JsonObject, keys: ReadonlySet<string>): boolean => Object.keys(value).every((key) => keys.has(key));

/** Undefined when the schema says more than that. */
export function plainSchemaOf(schema: JsonObject): PlainSchema | undefined {
  const { type, properties = {}, required = [], additionalProperties = true } = schema;
  if (type !== 'object' || typeof additionalProperties !== 'boolean' || !hasOnly(schema, rootKeys)) return undefined;
  if (!isObject(properties) || !Array.isArray(required) || !required.every((name) => typeof name === 'string')) return undefined;
  const types = new Map<string, PlainType>();
  for (const [name, node] of Object.entries(properties)) {
    if (!isObject(node) || !hasOnly(node, propertyKeys) || !plainTypes.has(node.type)) return undefined;
    types.set(name, node.type as PlainType);
  }
  return { types, required };
}

/** They surely fit; when not, they may fit all the same. */
export function fitsPlainly({ types, required }: PlainSchema, args: JsonObject): boolean {
  for (const name of Object.keys(args)) if (!isOfType(args[name], types.get(name))) return false;
  return required.every((name) => Object.hasOwn(args, name));
}

const isOfType = (value: JsonValue | undefined, type: PlainType | undefined): boolean =>
  type === 'integer' ? Number.isInteger(value) : type === 'number' ? Number.isFinite(value) : type !== undefined && typeof value === type;
