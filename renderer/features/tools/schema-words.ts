// A JSON Schema's properties as words for a table. Pure; odd schemas give fewer words, never an error.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

export interface ArgumentWords {
  name: string;
  type: string;
  required: boolean;
  about: string;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export function argumentsOf(schema: JsonObject): ArgumentWords[] {
  const { properties, required } = schema;
  if (!isObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties)
    .map(([name, value]) => ({
      name,
      type: isObject(value) ? typeOf(value) : 'anything',
      required: needed.includes(name),
      about: isObject(value) ? aboutOf(value) : '',
    }))
    .sort((a, b) => Number(b.required) - Number(a.required));
}

function typeOf(value: JsonObject): string {
  if (Array.isArray(value.enum)) return value.enum.map((each) => JSON.stringify(each)).join(' | ');
  if (value.const !== undefined) return JSON.stringify(value.const);
  const choices = value.anyOf ?? value.oneOf;
  if (Array.isArray(choices)) return [...new Set(choices.map((each) => (isObject(each) ? typeOf(each) : 'anything')))].join(' | ');
  if (value.type === 'array') return `${isObject(value.items) ? typeOf(value.items) : 'anything'}[]`;
  if (Array.isArray(value.type)) return value.type.join(' | ');
  return typeof value.type === 'string' ? value.type : 'anything';
}

function aboutOf(value: JsonObject): string {
  const parts = [typeof value.description === 'string' ? value.description.trim() : ''];
  const limit = (name: string, words: string): void => {
    if (typeof value[name] === 'number') parts.push(`${words} ${value[name]}`);
  };
  limit('minimum', 'at least');
  limit('maximum', 'at most');
  limit('maxLength', 'at most characters:');
  if (typeof value.format === 'string') parts.push(`format ${value.format}`);
  if (value.default !== undefined) parts.push(`default ${JSON.stringify(value.default)}`);
  return parts.filter((part) => part !== '').join('; ');
}
