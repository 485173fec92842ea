// A form that a tool server wants filled in, as a question of ours: its fields, cut to what MCP allows there, and beside them whether
// to send anything at all. Nothing of the server's schema but these plain fields is ever used to check an answer. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

/** Set by the two buttons; no server's field can have a dot here. */
const sends = 'orrery.send';
const maxFields = 50;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: JsonValue | undefined, length: number): string | undefined =>
  typeof value === 'string' ? value.slice(0, length) : undefined;
const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string').slice(0, 500) : [];

const kept = (entries: Record<string, JsonValue | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));

/**
 * `oneOf` and `anyOf` of constants with titles, the only use that MCP has for them, as values with names: of a `oneOf` a form would take
 * the first for chosen, and send it.
 */
function choices(value: JsonValue | undefined): JsonObject | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value
    .filter(isObject)
    .flatMap((each) => (typeof each.const === 'string' ? [{ value: each.const, name: text(each.title, 200) ?? each.const }] : []))
    .slice(0, 500);
  return found.length === 0 ? undefined : { enum: found.map((each) => each.value), enumNames: found.map((each) => each.name) };
}

function field(schema: JsonObject): JsonObject | undefined {
  const said = { title: text(schema.title, 200), description: text(schema.description, 2000) };
  const number = (key: string) => (typeof schema[key] === 'number' ? schema[key] : undefined);
  switch (schema.type) {
    case 'string': {
      const oneOf = choices(schema.oneOf);
      const values = texts(schema.enum);
      return kept({
        type: 'string',
        ...said,
        ...oneOf,
        ...(values.length === 0 || oneOf !== undefined
          ? {}
          : { enum: values, ...(texts(schema.enumNames).length === values.length ? { enumNames: texts(schema.enumNames) } : {}) }),
        minLength: number('minLength'),
        maxLength: number('maxLength'),
        format: ['email', 'uri', 'date', 'date-time'].includes(String(schema.format)) ? schema.format : undefined,
        default: text(schema.default, 10_000),
      });
    }
    case 'number':
    case 'integer':
      return kept({ type: schema.type, ...said, minimum: number('minimum'), maximum: number('maximum'), default: number('default') });
    case 'boolean':
      return kept({ type: 'boolean', ...said, default: typeof schema.default === 'boolean' ? schema.default : undefined });
    case 'array': {
      const items = isObject(schema.items) ? schema.items : {};
      const anyOf = choices(items.anyOf) ?? choices(items.oneOf);
      const values = texts(items.enum);
      if (anyOf === undefined && values.length === 0) return undefined;
      return kept({
        type: 'array',
        ...said,
        uniqueItems: true,
        items: { type: 'string', ...(anyOf ?? { enum: values }) },
        minItems: number('minItems'),
        maxItems: number('maxItems'),
        default: Array.isArray(schema.default) ? texts(schema.default) : undefined,
      });
    }
    default:
      return undefined;
  }
}

export interface ElicitForm {
  schema: JsonObject;
  /** What the server must be given. */
  required: string[];
  /** What was filled in already: where that is empty now, it was taken away. */
  given?: ReadonlySet<string>;
}

/** Where nothing is filled in it is a plain yes or no. */
const sendField = (fields: number): JsonObject => ({ type: 'boolean', ...(fields === 0 ? {} : { title: 'Send' }) });

const whenSent = (required: string[]): JsonObject => ({
  if: { properties: { [sends]: { const: true } } },
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema, in data that nobody awaits
  then: { required },
});

export function elicitForm(schema: JsonObject | undefined): ElicitForm {
  const given = isObject(schema?.properties) ? schema.properties : {};
  const wanted = new Set(texts(schema?.required));
  const properties: JsonObject = {};
  for (const [name, each] of Object.entries(given).slice(0, maxFields)) {
    const clean = isObject(each) && !name.includes('.') && name !== '__proto__' ? field(each) : undefined;
    if (clean === undefined) continue;
    properties[name] = clean;
  }
  const required = [...wanted].filter((name) => Object.hasOwn(properties, name));
  return {
    schema: {
      type: 'object',
      properties: { ...properties, [sends]: sendField(Object.keys(properties).length) },
      required: [sends],
      // Only who sends something needs to fill in what the server needs.
      ...(required.length === 0 ? {} : whenSent(required)),
    },
    required,
  };
}

const fieldsOf = (form: ElicitForm): JsonObject => form.schema.properties as JsonObject;

/** What a person knows it by. */
export function titleOfField(form: ElicitForm, name: string): string {
  const field = fieldsOf(form)[name];
  const title = isObject(field) && typeof field.title === 'string' ? field.title : name;
  return `“${title}”`;
}

const own = (object: JsonObject, name: string): JsonValue | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);

/** The same form with what was filled in already: nobody types it twice. */
export const withGiven = (form: ElicitForm, given: JsonObject, filled: Iterable<string>): ElicitForm => ({
  ...form,
  given: new Set([...(form.given ?? []), ...filled]),
  schema: {
    ...form.schema,
    properties: Object.fromEntries(
      Object.entries(fieldsOf(form)).map(([name, field]): [string, JsonValue] => {
        const value = own(given, name);
        return [name, isObject(field) && value !== undefined ? { ...field, default: value } : field];
      }),
    ),
  },
});

/** What was answered: nothing when the person does not send it; else the fields, and which needed ones are missing. */
export function readForm(form: ElicitForm, value: JsonValue): { content: JsonObject; missing: string[] } | undefined {
  if (!isObject(value) || value[sends] !== true) return undefined;
  const { [sends]: _send, ...rest } = value;
  const fields = form.schema.properties as JsonObject;
  const content: JsonObject = {};
  for (const [name, each] of Object.entries(fields)) {
    if (name === sends) continue;
    const filled = own(rest, name) ?? (isObject(each) && form.given?.has(name) !== true ? each.default : undefined);
    if (filled !== undefined) content[name] = filled;
  }
  return { content, missing: form.required.filter((name) => (own(content, name) ?? '') === '') };
}
