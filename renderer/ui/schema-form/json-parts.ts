// What the form's library is told beside a schema: which parts are written as JSON, and what choices are called. Pure.

import type { UiSchema } from '@rjsf/utils';
import type { JsonObject } from '../../../shared/model/json.ts';

const knows = (schema: JsonObject): boolean =>
  ['type', '$ref', 'enum', 'const', 'oneOf', 'anyOf', 'allOf', 'properties'].some((key) => Object.hasOwn(schema, key));

/** What values are called, where each has a name: the form's library reads that beside the schema only. */
function choiceNames({ enum: values, enumNames: names }: JsonObject): UiSchema {
  const isNamed = Array.isArray(values) && Array.isArray(names) && names.length === values.length;
  return isNamed && names.every((name) => typeof name === 'string') ? { 'ui:enumNames': names as string[] } : {};
}

/** Marks properties whose schema says nothing, so that they are written as JSON instead of refused; brings the names of choices. */
export function jsonParts(schema: JsonObject): UiSchema {
  if (!knows(schema)) return { 'ui:field': 'json' };
  const properties = schema.properties;
  const items = isObject(schema.items) ? choiceNames(schema.items) : {};
  const named = { ...choiceNames(schema), ...(Object.keys(items).length === 0 ? {} : { items }) };
  if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return named;
  const parts: UiSchema = {};
  for (const [name, part] of Object.entries(properties)) {
    if (part === true) parts[name] = { 'ui:field': 'json' };
    else if (part !== null && typeof part === 'object' && !Array.isArray(part)) {
      const inner = jsonParts(part);
      const isOpenObject = part.type === 'object' && part.properties === undefined && part.additionalProperties === undefined;
      const isOpenList = part.type === 'array' && (part.items === undefined || (isObject(part.items) && !knows(part.items)));
      parts[name] = isOpenObject || isOpenList || Array.isArray(part.type) ? { 'ui:field': 'json' } : inner;
    }
  }
  return parts;
}
const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
