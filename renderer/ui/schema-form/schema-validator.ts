// Checks form data against a JSON Schema without eval (the page's CSP forbids it). Patterns are left out: schemas come from
// tool servers, and a hostile regular expression would freeze the window; the server checks them itself.

import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import {
  type CustomValidator,
  createErrorHandler,
  type ErrorSchema,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  type UiSchema,
  unwrapErrorHandler,
  type ValidationData,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils';

/** A copy without `pattern` and `patternProperties` keywords; properties that are merely called so stay. */
export function withoutPatterns(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withoutPatterns(item));
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!isMap && (key === 'pattern' || key === 'patternProperties')) continue;
    const holdsNames = !isMap && (key === 'properties' || key === '$defs' || key === 'definitions' || key === 'dependentSchemas');
    const isData = !isMap && (key === 'default' || key === 'const' || key === 'enum' || key === 'examples');
    Object.defineProperty(copy, key, {
      value: isData ? value : withoutPatterns(value, holdsNames),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

const cleaned = new WeakMap<object, Schema>();
function clean(schema: object): Schema {
  const known = cleaned.get(schema);
  if (known !== undefined) return known;
  const made = withoutPatterns(schema) as Schema;
  cleaned.set(schema, made);
  return made;
}

/** `#/items/0/name` → `.items.0.name`, the form's spelling of a place. */
export const placeOf = (pointer: string): string =>
  pointer
    .replace(/^#/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => `.${decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')}`)
    .join('');

const missing = /required property "(.*)"/;

const forms: Record<string, string> = {
  email: 'This must be an e-mail address.',
  uri: 'This must be a web address, such as https://example.com.',
  date: 'This must be a day, such as 2026-12-01.',
  'date-time': 'This must be a day and a time, such as 2026-12-01T10:00:00Z.',
  time: 'This must be a time, such as 10:00:00Z.',
};

const kinds: Record<string, string> = {
  number: 'This must be a number.',
  integer: 'This must be a whole number.',
  string: 'This must be text.',
  boolean: 'This must be yes or no.',
  array: 'This must be a list.',
  object: 'This must be an object, such as {"name": "value"}.',
  null: 'This must be empty.',
};

/** What a person can do about it; where there are no words of ours, the checker's own. */
function inWords({ keyword, error }: OutputUnit): string {
  const bound = /\(\d+ [<>] (\d+)\)/.exec(error)?.[1] ?? /than (-?[\d.e+-]+?)\.$/.exec(error)?.[1];
  if (keyword === 'type') return kinds[/Expected "([a-z]+)"\.$/.exec(error)?.[1] ?? ''] ?? error;
  if (keyword === 'enum') return 'This must be one of the choices.';
  if (keyword === 'format') return forms[/"([^"]+)"/.exec(error)?.[1] ?? ''] ?? error;
  if (bound === undefined) return error;
  switch (keyword) {
    case 'minLength':
      return `Write at least ${bound} ${bound === '1' ? 'character' : 'characters'}.`;
    case 'maxLength':
      return `Write at most ${bound} characters.`;
    case 'minimum':
      return `This must be at least ${bound}.`;
    case 'maximum':
      return `This must be at most ${bound}.`;
    case 'minItems':
      return `Choose at least ${bound}.`;
    case 'maxItems':
      return `Choose at most ${bound}.`;
    default:
      return error;
  }
}

/** One error for each place and cause; the units that only say "something below is wrong" are dropped. */
export function toFormErrors(units: readonly OutputUnit[]): RJSFValidationError[] {
  const summaries = new Set(['properties', 'items', 'additionalProperties', '$ref', 'allOf', 'if', 'prefixItems', 'dependentSchemas']);
  const kept = units.filter((unit) => !summaries.has(unit.keyword));
  return (kept.length === 0 ? units : kept).map((unit) => {
    const base = placeOf(unit.instanceLocation);
    const name = unit.keyword === 'required' ? missing.exec(unit.error)?.[1] : undefined;
    const property = name === undefined ? base : `${base}.${name}`;
    const message = name === undefined ? inWords(unit) : 'This is needed.';
    return { name: unit.keyword, property, message, stack: `${property} ${message}`, schemaPath: unit.keywordLocation };
  });
}

function check(schema: object, data: unknown): OutputUnit[] {
  const result = new Validator(clean(schema), '2020-12', false).validate(data);
  return result.valid ? [] : result.errors;
}

class EvalFreeValidator implements ValidatorType {
  validateFormData(
    formData: unknown,
    schema: RJSFSchema,
    customValidate?: CustomValidator,
    transformErrors?: ErrorTransformer,
    uiSchema?: UiSchema,
  ): ValidationData<unknown> {
    const raw = this.rawValidation<RJSFValidationError>(schema, formData);
    let errors = raw.errors ?? [];
    if (raw.validationError !== undefined)
      errors = [...errors, { name: 'schema', property: '', message: raw.validationError.message, stack: raw.validationError.message }];
    if (transformErrors !== undefined) errors = transformErrors(errors, uiSchema);
    const data: ValidationData<unknown> = { errors, errorSchema: toErrorSchema(errors) as ErrorSchema<unknown> };
    if (customValidate === undefined) return data;
    const handler = customValidate(formData, createErrorHandler(formData), uiSchema, data.errorSchema);
    return validationDataMerge(data, unwrapErrorHandler(handler));
  }

  isValid(schema: RJSFSchema, formData: unknown, rootSchema: RJSFSchema): boolean {
    try {
      // A part of the schema may point into the whole.
      const whole = rootSchema.$defs ?? rootSchema.definitions;
      const part =
        whole === undefined || schema.$defs !== undefined
          ? schema
          : { $defs: rootSchema.$defs, definitions: rootSchema.definitions, ...schema };
      return check(part, formData).length === 0;
    } catch {
      // Asked while choosing a variant: a schema that cannot be read fits nothing.
      return false;
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the library's own default for this parameter
  rawValidation<Result = any>(schema: RJSFSchema, formData?: unknown): { errors?: Result[]; validationError?: Error } {
    try {
      return { errors: toFormErrors(check(schema, formData)) as Result[] };
    } catch (error) {
      return { validationError: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}

export const schemaValidator: ValidatorType = new EvalFreeValidator();
