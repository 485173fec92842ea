// Do the arguments fit what the tool says it takes? Looked at before anyone is asked and anything is called, so that a model can
// mend its call and a person is never asked about one that cannot work. Pure. Schemas of servers that others wrote may be hostile:
// no regular expression of theirs runs, and what could take long is not checked here; the server checks its own arguments anyway.

import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { findHostileJson, type JsonObject, type JsonValue } from '../../../shared/model/json.ts';
import { dataKeywords, schemaMaps, withoutKeywords } from '../../../shared/model/schema-keywords.ts';
import { fitsPlainly, type PlainSchema, plainSchemaOf } from './plain-args.ts';

/** Counted with every `$ref` followed, as often as it is. */
const maxSchemaNodes = 2_000;
const maxSchemaDepth = 40;
const maxArgValues = 5_000;
/** Schema nodes × values: what one check may cost. */
const maxWork = 200_000;
const shownFaults = 3;

/** A secret's handle is not its value: only its type is known. */
const aboutText: ReadonlySet<string> = new Set(['minLength', 'maxLength', 'enum', 'const']);
/** Formats are looser in the tools themselves (an address with umlauts is one), so they are left to them. */
const ofOwn: ReadonlySet<string> = new Set(['format']);
const ofOthers: ReadonlySet<string> = new Set(['format', 'pattern', 'patternProperties']);

interface Prepared {
  plain: PlainSchema | undefined;
  validator: Validator;
  nodes: number;
}
/** By the definition's own object: a server that lists its tools again gives new ones. */
const prepared = new WeakMap<JsonObject, Prepared | 'unchecked'>();

/** In words, which arguments do not fit and how; nothing when they fit or cannot be checked here. */
export function findArgFaults(schema: JsonObject, args: JsonObject, options: { builtIn: boolean; hasSecrets: boolean }): string[] {
  if (findHostileJson(args, { maxLength: Number.POSITIVE_INFINITY, maxDepth: 64, maxValues: maxArgValues }) !== undefined) return [];
  const known = options.hasSecrets ? undefined : prepared.get(schema);
  const ready = known ?? prepare(schema, options);
  if (known === undefined && !options.hasSecrets) prepared.set(schema, ready);
  if (ready === 'unchecked' || (ready.plain !== undefined && fitsPlainly(ready.plain, args))) return [];
  if (ready.nodes * sizeOf(args) > maxWork) return [];
  try {
    const { valid, errors } = ready.validator.validate(args);
    return valid ? [] : inWords(errors, args);
  } catch {
    // A schema that its own reader cannot work with says nothing about the arguments; the server will.
    return [];
  }
}

function prepare(schema: JsonObject, options: { builtIn: boolean; hasSecrets: boolean }): Prepared | 'unchecked' {
  if (findHostileJson(schema, { maxLength: Number.POSITIVE_INFINITY, maxDepth: maxSchemaDepth, maxValues: 20_000 }) !== undefined)
    return 'unchecked';
  const unwanted = options.builtIn ? ofOwn : ofOthers;
  const clean = withoutKeywords(schema, options.hasSecrets ? new Set([...ofOthers, ...aboutText]) : unwanted) as JsonObject;
  const nodes = countNodes(clean);
  if (nodes === undefined) return 'unchecked';
  try {
    return { plain: plainSchemaOf(clean), validator: new Validator(clean as Schema, draftOf(clean), false), nodes };
  } catch {
    return 'unchecked';
  }
}

const draftOf = ({ $schema }: JsonObject): SchemaDraft => {
  const year = /draft-0?(4|7)\b/.exec(String($schema ?? ''))?.[1] ?? (String($schema).includes('2019-09') ? '2019-09' : undefined);
  return (year as SchemaDraft | undefined) ?? '2020-12';
};

/** Schemas met when every `$ref` is followed; none when there are too many, when one leads back to itself, or elsewhere. */
function countNodes(root: JsonObject): number | undefined {
  let count = 0;
  const isBounded = (node: JsonValue, depth: number, followed: readonly string[]): boolean => {
    if (node === null || typeof node !== 'object') return true;
    if (Array.isArray(node)) return node.every((each) => isBounded(each, depth, followed));
    count += 1;
    if (count > maxSchemaNodes || depth > maxSchemaDepth) return false;
    if (node !== root && (typeof node.$id === 'string' || typeof node.id === 'string')) return false;
    if (['$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor'].some((key) => Object.hasOwn(node, key)))
      return false;
    const { $ref } = node;
    if (typeof $ref === 'string') {
      const target = followed.includes($ref) ? undefined : resolvePointer(root, $ref);
      if (target === undefined || !isBounded(target, depth + 1, [...followed, $ref])) return false;
    }
    return Object.entries(node).every(([key, value]) => {
      // What is only defined costs nothing until it is referred to.
      if (dataKeywords.has(key) || key === '$defs' || key === 'definitions') return true;
      if (schemaMaps.has(key)) return Object.values((value ?? {}) as JsonObject).every((each) => isBounded(each, depth + 1, followed));
      return isBounded(value, depth + 1, followed);
    });
  };
  return isBounded(root, 0, ['#']) ? count : undefined;
}

function resolvePointer(root: JsonObject, ref: string): JsonValue | undefined {
  if (!ref.startsWith('#/')) return undefined;
  let at: JsonValue | undefined = root;
  for (const part of ref.slice(2).split('/')) {
    if (at === null || typeof at !== 'object') return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Object.hasOwn(at, key) ? (at as JsonObject)[key] : undefined;
  }
  return at;
}

/** Values, and texts by their length: what a schema node may have to look at. */
function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return 1 + value.length / 100;
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), 1);
}

/** The checker tells of every level down to a fault; only what is at the bottom says something. */
const carriers: ReadonlySet<string> = new Set([
  'properties',
  'items',
  'prefixItems',
  'additionalProperties',
  'additionalItems',
  '$ref',
  'allOf',
]);

function inWords(errors: readonly OutputUnit[], args: JsonObject): string[] {
  const isInChoice = ({ keywordLocation }: OutputUnit): boolean => /\/(anyOf|oneOf|not|if)\/\d+|\/not\//.test(keywordLocation);
  const own = errors.filter((error) => !carriers.has(error.keyword) && !isInChoice(error));
  const telling = own.length > 0 ? own : errors.slice(-1);
  const words = telling.map((error) => inWordsOne(error, args));
  return [...new Set(words)].slice(0, shownFaults);
}

function inWordsOne({ keyword, instanceLocation, error }: OutputUnit, args: JsonObject): string {
  const path = instanceLocation
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = (parts: readonly string[]): string => (parts.length === 0 ? 'the arguments' : `“${parts.join('.').slice(0, 200)}”`);
  switch (keyword) {
    case 'required':
      return `${name([...path, /property "(.*)"/s.exec(error)?.[1] ?? '?'])} is missing`;
    case 'false':
      return `${name(path)} is not an argument of it`;
    case 'type': {
      const wanted = [...error.slice(error.indexOf('Expected')).matchAll(/"([a-z]+)"/g)].map((match) => match[1]).join(' or ');
      return `${name(path)} must be ${wanted}, not ${typeOf(valueAt(args, path))}`;
    }
    case 'anyOf':
    case 'oneOf':
      return `${name(path)} fits none of the forms that it may have`;
    default:
      return `${name(path)} does not fit: ${error.slice(0, 300)}`;
  }
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

function valueAt(args: JsonObject, path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = args;
  for (const part of path) at = at !== null && typeof at === 'object' && Object.hasOwn(at, part) ? (at as JsonObject)[part] : undefined;
  return at;
}

const typeOf = (value: JsonValue | undefined): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : value === undefined ? 'what it is' : typeof value;
