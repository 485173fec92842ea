// What can be done to a JSON schema that someone else wrote before it is used to check anything. Pure.

import type { JsonObject, JsonValue } from './json.ts';

export const schemaMaps: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose values are data, not schemas. */
export const dataKeywords: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

const regular: ReadonlySet<string> = new Set(['pattern', 'patternProperties', 'format']);

/**
 * A server's schema without its regular expressions: those would run with whatever backtracking the server likes. Types, required
 * keys and ranges are kept. Property *names* that happen to be called `pattern` stay.
 */
export const withoutPatterns = (schema: JsonValue): JsonValue => withoutKeywords(schema, regular);

/** A deep copy without these keywords. The schema must not be nested too deeply to be walked (see findHostileJson). */
export function withoutKeywords(schema: JsonValue, unwanted: ReadonlySet<string>, isMap = false): JsonValue {
  if (Array.isArray(schema)) return schema.map((each) => withoutKeywords(each, unwanted));
  if (schema === null || typeof schema !== 'object') return schema;
  const clean: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!isMap && unwanted.has(key)) continue;
    if (!isMap && dataKeywords.has(key)) clean[key] = value;
    else clean[key] = withoutKeywords(value, unwanted, !isMap && schemaMaps.has(key));
  }
  return clean;
}
