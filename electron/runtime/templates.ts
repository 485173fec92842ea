// Liquid templates in node configs: `{{ input.name }}`. Own properties only, unknown variables are errors, bounded in time
// and memory, no files. Text that comes out of data can never become a secret's handle.

import { Drop, Liquid } from 'liquidjs';
import { AppError } from '../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { FieldSpec } from '../../shared/model/node-descriptor.ts';
import { secretHandle } from '../../shared/model/secret-handle.ts';
import type { NodeScope } from './nodes/define-node.ts';

let made: Liquid | undefined;
/** Made by the first template: it asks the system for its locale, which takes a while. */
function liquid(): Liquid {
  made ??= new Liquid({
    templates: {},
    cache: false,
    ownPropertyOnly: true,
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    parseLimit: 2_000_000,
    /** Milliseconds. */
    renderLimit: 2000,
    memoryLimit: 50_000_000,
    // Lists and objects are written as JSON, not as "[object Object]".
    outputEscape: (value: unknown): string =>
      value !== null && typeof value === 'object' ? JSON.stringify(value, undefined, 2) : (value as string),
  });
  return made;
}

type Parsed = ReturnType<Liquid['parse']>;
const parsed = new Map<string, Parsed>();
const maxParsed = 2000;

const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%');

function parse(text: string): Parsed {
  let template = parsed.get(text);
  if (template === undefined) {
    template = liquid().parse(text);
    if (parsed.size >= maxParsed) parsed.delete(parsed.keys().next().value as string);
    parsed.set(text, template);
  }
  return template;
}

/** `{{ steps.id }}` looks up one step; nothing is copied for the others. */
class StepsDrop extends Drop {
  readonly #scope: NodeScope;
  constructor(scope: NodeScope) {
    super();
    this.#scope = scope;
  }
  override liquidMethodMissing(key: string | number): JsonValue | undefined {
    const steps = this.#scope.steps;
    return Object.hasOwn(steps, key) ? steps[key] : undefined;
  }
  toJSON(): JsonValue {
    return { ...this.#scope.steps };
  }
}

function contextOf(scope: NodeScope): Record<string, unknown> {
  const context: Record<string, unknown> = { input: scope.input, inputs: scope.inputs, vars: scope.vars, steps: new StepsDrop(scope) };
  if (scope.item !== undefined) context.item = scope.item;
  if (scope.index !== undefined) context.index = scope.index;
  return context;
}

const defuse = (text: string): string => (text.includes('${secret:') ? text.replaceAll('${secret:', '$ {secret:') : text);

/** Renders one text. A handle that the person wrote stays one; one that data brings, whole or in pieces, is broken. */
export function renderText(text: string, scope: NodeScope): string {
  if (!isTemplate(text)) return text;
  if (!text.includes('${secret:')) return defuse(String(liquid().renderSync(parse(text), contextOf(scope))));
  const mark = crypto.randomUUID();
  const marked = text.replace(secretHandle, (whole) => `[${mark}:${whole.slice('${secret:'.length, -1)}]`);
  const rendered = defuse(String(liquid().renderSync(liquid().parse(marked), contextOf(scope))));
  return rendered.replace(new RegExp(`\\[${mark}:([^\\]]+)\\]`, 'g'), (_, name: string) => `\${secret:${name}}`);
}

const single = /^\s*\{\{-?((?:(?!\}\})[\s\S])*?)-?\}\}\s*$/;

/** Like renderText, but a text that is one `{{ expression }}` and nothing else gives the value itself. */
export function renderValue(text: string, scope: NodeScope): JsonValue {
  const expression = single.exec(text)?.[1];
  if (expression === undefined) return renderText(text, scope);
  const value: unknown = liquid().evalValueSync(expression.trim(), contextOf(scope));
  const plain = value instanceof StepsDrop ? value.toJSON() : value;
  return defuseDeep((plain ?? null) as JsonValue);
}

function defuseDeep(value: JsonValue): JsonValue {
  if (typeof value === 'string') return defuse(value);
  if (value === null || typeof value !== 'object') return value;
  if (!JSON.stringify(value).includes('${secret:')) return value;
  if (Array.isArray(value)) return value.map(defuseDeep);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [defuse(key), defuseDeep(inner)]));
}

const isShown = (field: FieldSpec, config: JsonObject): boolean =>
  field.when === undefined || field.when.is.some((value) => value === config[field.when?.key ?? '']);

/** Where templates may stand in a config: each text with its place, and whether a lone expression gives its value. */
function* textsIn(config: JsonObject, fields: readonly FieldSpec[]): Generator<{ field: FieldSpec; text: string }> {
  for (const field of fields) {
    if (!isShown(field, config)) continue;
    for (const text of stringsIn(templatePart(config[field.key], field))) if (isTemplate(text)) yield { field, text };
  }
}

function templatePart(value: JsonValue | undefined, field: FieldSpec): JsonValue | undefined {
  switch (field.kind) {
    case 'template':
    case 'file':
    case 'folder':
      return typeof value === 'string' ? value : undefined;
    case 'tool-arguments':
      return value;
    case 'rows': {
      const columns = field.columns.filter((column) => column.kind === 'template').map((column) => column.key);
      if (!Array.isArray(value)) return undefined;
      return value.map((row) => columns.map((key) => (isObject(row) ? (row[key] ?? null) : null)));
    }
    default:
      return undefined;
  }
}

function* stringsIn(value: JsonValue | undefined): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* stringsIn(item);
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && value !== undefined && typeof value === 'object' && !Array.isArray(value);

export function hasTemplates(config: JsonObject, fields: readonly FieldSpec[]): boolean {
  return textsIn(config, fields).next().done !== true;
}

/** Templates that do not parse, by field, in words. */
export function checkTemplates(config: JsonObject, fields: readonly FieldSpec[]): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = [];
  for (const { field, text } of textsIn(config, fields)) {
    try {
      parse(text);
    } catch (error) {
      faults.push({ field: field.key, message: `the template does not parse: ${firstLine(error)}` });
    }
  }
  return faults;
}

/** The config with its templates rendered; the same object when there are none. Throws `template-failed`. */
export function renderConfig(config: JsonObject, fields: readonly FieldSpec[], scope: NodeScope, title: string): JsonObject {
  let rendered: JsonObject | undefined;
  for (const field of fields) {
    const value = config[field.key];
    if (value === undefined || !isShown(field, config)) continue;
    try {
      const after = renderField(value, field, scope);
      if (after !== value) rendered = { ...(rendered ?? config), [field.key]: after };
    } catch (error) {
      throw templateFailed(error, field, title);
    }
  }
  return rendered ?? config;
}

function renderField(value: JsonValue, field: FieldSpec, scope: NodeScope): JsonValue {
  switch (field.kind) {
    case 'template':
    case 'file':
    case 'folder':
      return typeof value === 'string' ? renderText(value, scope) : value;
    case 'tool-arguments':
      return renderDeep(value, scope);
    case 'rows': {
      const columns = field.columns.filter((column) => column.kind === 'template').map((column) => column.key);
      if (!Array.isArray(value) || columns.length === 0) return value;
      return value.map((row) => {
        if (!isObject(row)) return row;
        const texts = columns.filter((key) => typeof row[key] === 'string');
        return { ...row, ...Object.fromEntries(texts.map((key) => [key, renderText(row[key] as string, scope)])) };
      });
    }
    default:
      return value;
  }
}

function renderDeep(value: JsonValue, scope: NodeScope): JsonValue {
  if (typeof value === 'string') return isTemplate(value) ? renderValue(value, scope) : value;
  if (Array.isArray(value)) return value.map((item) => renderDeep(item, scope));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderDeep(item, scope)]));
  return value;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

function templateFailed(error: unknown, field: FieldSpec, title: string): AppError {
  const text = firstLine(error);
  const variable = /undefined variable: ([^,\s]+)/.exec(text)?.[1];
  return new AppError(
    'template-failed',
    variable === undefined
      ? `“${title}”: the template in “${field.label}” failed: ${text}.`
      : `“${title}”: “${field.label}” names ${variable}, which there is not.`,
    {
      place: field.key,
      hint:
        variable === undefined
          ? 'Mend the template in the inspector.'
          : `Check the name, or give it a fallback: {{ ${variable} | default: "" }}.`,
      cause: error,
    },
  );
}
