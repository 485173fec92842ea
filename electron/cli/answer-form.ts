// A question's form where it is a simple one: one text, one number, yes or no, or a choice. Such a question is answered in words instead of
// JSON; JSON that fits is taken all the same. Whether it fits is the runtime's to say. Pure.

import { AppError } from '../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';

export interface SimpleForm {
  kind: 'text' | 'number' | 'yes-no' | 'choice';
  /** The one member of the object that is asked for; without it the value is the answer itself. */
  key?: string;
  /** What the field is called, where it has a name. */
  title?: string;
  /** Of a choice, in their order. */
  options: { value: JsonValue; words: string }[];
}

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const scalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);
const maxOptions = 50;

/** Undefined for a form that takes more than one value, or whose rules are not seen at a glance. */
export function simpleForm(schema: JsonObject): SimpleForm | undefined {
  if (schema.type !== 'object') return fieldOf(schema);
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const [only] = properties;
  if (only === undefined || properties.length !== 1 || !isObject(only[1])) return undefined;
  const field = fieldOf(only[1]);
  return field === undefined ? undefined : { ...field, key: only[0], title: field.title ?? only[0] };
}

function fieldOf(schema: JsonObject): SimpleForm | undefined {
  const title = typeof schema.title === 'string' && schema.title !== '' ? { title: schema.title } : {};
  const options = optionsOf(schema);
  if (options !== undefined) return { kind: 'choice', options, ...title };
  if (schema.enum !== undefined || schema.oneOf !== undefined || schema.anyOf !== undefined || schema.allOf !== undefined) return undefined;
  switch (schema.type) {
    case 'string':
      return { kind: 'text', options: [], ...title };
    case 'number':
    case 'integer':
      return { kind: 'number', options: [], ...title };
    case 'boolean':
      return { kind: 'yes-no', options: [], ...title };
    default:
      return undefined;
  }
}

function optionsOf(schema: JsonObject): SimpleForm['options'] | undefined {
  const list = Array.isArray(schema.enum) ? schema.enum : Array.isArray(schema.oneOf) ? schema.oneOf : undefined;
  if (list === undefined || list.length === 0 || list.length > maxOptions) return undefined;
  const names = Array.isArray(schema.enumNames) ? schema.enumNames : [];
  const options = list.map((each, i) => {
    const value = Array.isArray(schema.enum) ? each : isObject(each) ? each.const : undefined;
    const words = Array.isArray(schema.enum) ? names[i] : isObject(each) ? each.title : undefined;
    return scalar(value) ? { value, words: typeof words === 'string' ? words : String(value) } : undefined;
  });
  const whole = options.filter((each) => each !== undefined);
  return whole.length === options.length ? whole : undefined;
}

/** What an answer may be, in a line: "yes or no", "one of small, large, or its number". */
export function answerWords(schema: JsonObject | undefined): string {
  const form = schema === undefined ? undefined : simpleForm(schema);
  if (schema === undefined) return 'any text';
  if (form === undefined) return 'JSON that fits the form above';
  const named = form.title === undefined ? '' : `${form.title}: `;
  switch (form.kind) {
    case 'text':
      return `${named}any text`;
    case 'number':
      return `${named}a number`;
    case 'yes-no':
      return `${named}yes or no`;
    case 'choice':
      return `${named}one of ${form.options.map(({ words }) => words).join(', ')}, or its number in this list`;
  }
}

const yes = ['yes', 'y', 'true'];
const no = ['no', 'n', 'false'];

/** The value that was meant. Throws `input-answer` with what may be said. */
export function readFormAnswer(schema: JsonObject | undefined, text: string): JsonValue {
  if (schema === undefined) return text;
  const form = simpleForm(schema);
  const given = parsed(text);
  if (form === undefined) return given ?? text;
  // The whole answer as JSON.
  if (form.key !== undefined && isObject(given)) return given;
  const value = meantBy(form, text, given);
  if (value === undefined)
    throw new AppError('input-answer', `“${text}” is no answer to this.`, { hint: `Answer with ${answerWords(schema)}.` });
  return form.key === undefined ? value : { [form.key]: value };
}

function meantBy({ kind, options }: SimpleForm, text: string, given: JsonValue | undefined): JsonValue | undefined {
  const said = text.trim().toLowerCase();
  switch (kind) {
    case 'text':
      return typeof given === 'string' ? given : text;
    case 'number':
      return typeof given === 'number' ? given : undefined;
    case 'yes-no':
      return yes.includes(said) ? true : no.includes(said) ? false : undefined;
    case 'choice': {
      const own = (typeof given === 'string' ? given : text).trim().toLowerCase();
      const named = options.find(({ value, words }) => [String(value).toLowerCase(), words.toLowerCase()].includes(own));
      return (named ?? (/^\d{1,2}$/.test(own) ? options[Number(own) - 1] : undefined))?.value;
    }
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined; // words
  }
}
