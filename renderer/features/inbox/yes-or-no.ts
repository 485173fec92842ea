// Whether a question is at heart a yes or a no: then it has two buttons instead of a switch that may be forgotten. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

export interface YesOrNo {
  /** The property that the buttons set; undefined when the whole answer is the yes or no. */
  name: string | undefined;
  /** What yes is called; undefined when the schema does not say. */
  title: string | undefined;
  /** What else may be filled in; undefined when there is nothing. */
  rest: JsonObject | undefined;
}

// With any other keyword the schema may tie the yes to the other fields.
const plainKeys = new Set(['type', 'title', 'description', 'properties', 'required', 'additionalProperties', '$schema', 'if', 'then']);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A boolean that may be either. */
const isFree = (schema: JsonObject): boolean =>
  schema.type === 'boolean' && !Object.hasOwn(schema, 'const') && !Object.hasOwn(schema, 'enum');

const titleOf = (schema: JsonObject): string | undefined =>
  typeof schema.title === 'string' && schema.title.trim() !== '' ? schema.title : undefined;

/** The fields that only a yes needs, as `if` and `then` say it; undefined when they say anything else. */
function neededByYes({ if: when, then }: JsonObject, name: string): string[] | undefined {
  if (when === undefined && then === undefined) return [];
  if (!isObject(when) || !isObject(then) || Object.keys(when).join() !== 'properties' || Object.keys(then).join() !== 'required')
    return undefined;
  const { properties } = when;
  const told = isObject(properties) && Object.keys(properties).join() === name ? properties[name] : undefined;
  if (!isObject(told) || Object.keys(told).join() !== 'const' || told.const !== true || !Array.isArray(then.required)) return undefined;
  const needed = then.required.filter((each): each is string => typeof each === 'string');
  return needed.length === then.required.length ? needed : undefined;
}

export function yesOrNo(schema: JsonObject): YesOrNo | undefined {
  if (isFree(schema)) return { name: undefined, title: titleOf(schema), rest: undefined };
  const { properties, required } = schema;
  if (schema.type !== 'object' || !isObject(properties) || !Array.isArray(required) || required.length !== 1) return undefined;
  if (Object.keys(schema).some((key) => !plainKeys.has(key))) return undefined;
  const [name] = required;
  if (typeof name !== 'string' || !Object.hasOwn(properties, name)) return undefined;
  const asked = properties[name];
  if (!isObject(asked) || !isFree(asked)) return undefined;
  const needed = neededByYes(schema, name);
  if (needed === undefined) return undefined;
  const { [name]: _asked, ...others } = properties;
  const { required: _required, if: _if, then: _then, ...frame } = schema;
  const rest = { ...frame, properties: others, ...(needed.length === 0 ? {} : { required: needed }) };
  return { name, title: titleOf(asked), rest: Object.keys(others).length === 0 ? undefined : rest };
}

/** The whole answer: the yes or no, and what was filled in beside it. */
export function answerOf({ name }: YesOrNo, yes: boolean, beside: JsonValue | undefined): JsonValue {
  return name === undefined ? yes : { ...(isObject(beside) ? beside : {}), [name]: yes };
}
