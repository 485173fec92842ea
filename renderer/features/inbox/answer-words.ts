// What a person answered, as a line to read: fields and choices by their names, yes and no in words. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

interface Words {
  yes: string;
  no: string;
}

/** `sent` is set by the buttons below a form alone, and is no field of it. */
export function answerWords(schema: JsonObject | undefined, value: JsonValue, sent: string, words: Words): string {
  if (!isObject(value)) return said(schema, value, words);
  const fields = isObject(schema?.properties) ? schema.properties : {};
  const filled = Object.entries(value).filter(([name]) => name !== sent);
  if (filled.length === 0) return value[sent] === false ? words.no : words.yes;
  return filled
    .map(([name, each]) => {
      const field = Object.hasOwn(fields, name) && isObject(fields[name]) ? fields[name] : {};
      return `${typeof field.title === 'string' && field.title !== '' ? field.title : name}: ${said(field, each, words)}`;
    })
    .join('; ');
}

function said(schema: JsonObject | undefined, value: JsonValue, words: Words): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.map((each) => said(isObject(schema?.items) ? schema.items : undefined, each, words)).join(', ');
  const at = Array.isArray(schema?.enum) ? schema.enum.indexOf(value) : -1;
  const name = at !== -1 && Array.isArray(schema?.enumNames) ? schema.enumNames[at] : undefined;
  if (typeof name === 'string') return name;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
