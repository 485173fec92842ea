// Evaluates one parameter's text. Compiled once for all items. Names are looked up in the data first; unknown ones are
// undefined. An error that is not n8n's own makes its part undefined, as in n8n.

import { DateTime } from 'luxon';
import { ExpressionError } from './errors.ts';
import { extend, extendOptional, extensionNames } from './extend.ts';
import { average } from './extend-array.ts';
import { parts } from './parts.ts';
import { rewrite } from './rewrite.ts';
import { tokens } from './tokens.ts';

type Scope = Record<string, unknown>;
type Compiled = (scope: object) => unknown;

function ifEmpty(...given: unknown[]): unknown {
  if (given.length !== 2) throw new ExpressionError('expected two arguments (value, defaultValue) for this function');
  const [value, otherwise] = given;
  if (value === undefined || value === null || value === '') return otherwise;
  if (typeof value === 'object' && Object.keys(value).length === 0) return otherwise;
  return value;
}
function numberList(start: number, end: number): number[] {
  return Array.from({ length: Math.abs(start - end) + 1 }, (_, at) => (start < end ? start + at : start - at));
}
function zip(keys: unknown, values: unknown): Scope {
  if (!Array.isArray(keys) || !Array.isArray(values)) throw new ExpressionError('keys and values must be arrays');
  if (keys.length !== values.length) throw new ExpressionError('keys and values not of equal length');
  return Object.fromEntries(keys.map((key: string, at) => [key, values[at] as unknown]));
}
/** Outside an agent only its last value is there. */
function fromAi(name: unknown, _description?: unknown, _type?: unknown, otherwise?: unknown): unknown {
  if (name === undefined || name === null || name === '') throw new ExpressionError("Add a key, e.g. $fromAI('placeholder_name')");
  if (!/^[a-zA-Z0-9_-]{0,64}$/.test(String(name)))
    throw new ExpressionError(
      'Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, uppercase letters, numbers, underscores, and hyphens',
    );
  return otherwise;
}
const not = (value: unknown): boolean => !value;
const averageOf = (...given: unknown[]): number => average(given);

const helpers: Scope = {
  $extend: extend,
  $extendOptional: extendOptional,
  min: Math.min,
  max: Math.max,
  not,
  average: averageOf,
  numberList,
  zip,
  $fromAI: fromAi,
  $fromAi: fromAi,
  $fromai: fromAi,
  $self: {},
  $tool: {},
  $min: Math.min,
  $max: Math.max,
  $not: not,
  $average: averageOf,
  $ifEmpty: ifEmpty,
  process: { env: {} },
};
/** JavaScript's own names that an expression may use; all others are not there. */
const builtIns = (
  'Date Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array ' +
  'Map WeakMap Set WeakSet Error TypeError SyntaxError EvalError RangeError ReferenceError URIError Intl String RegExp Math ' +
  'Number BigInt Infinity NaN isFinite isNaN parseFloat parseInt JSON Object ArrayBuffer DataView encodeURI encodeURIComponent decodeURI ' +
  'decodeURIComponent Boolean Symbol undefined'
).split(' ');
const globals: Scope = Object.assign(Object.create(null) as Scope, helpers);
/** Refused by n8n, where they are empty objects. */
const emptied = (
  'document self alert prompt confirm eval uneval setTimeout setInterval setImmediate clearImmediate queueMicrotask Function require ' +
  'module Buffer __dirname __filename fetch XMLHttpRequest Promise Generator GeneratorFunction AsyncFunction AsyncGenerator ' +
  'AsyncGeneratorFunction WebAssembly Reflect Proxy escape unescape globalThis'
).split(' ');
for (const name of emptied) globals[name] = {};
for (const name of builtIns) globals[name] = (globalThis as unknown as Scope)[name];

const refused = /\.\s*constructor/;

/** A scope whose every name is known, so that nothing falls through to the sandbox's own names. */
export const scopeOf = (data: Scope): object =>
  new Proxy(data, {
    has: () => true,
    get: (target, name) => {
      if (typeof name === 'symbol') return undefined;
      return name in target ? target[name] : globals[name];
    },
  });

const unsafe: ReadonlySet<string> = new Set([
  '__proto__',
  'prototype',
  'constructor',
  'getPrototypeOf',
  'setPrototypeOf',
  'getOwnPropertyDescriptor',
  'getOwnPropertyDescriptors',
  'defineProperty',
  'defineProperties',
]);

/** n8n lets nobody ask for these, as a member or as a text in square brackets. */
function checkMembers(code: string): void {
  if (!/__proto__|prototype|constructor|PrototypeOf|PropertyDescriptor|definePropert/i.test(code)) return;
  const all = tokens(code).filter(({ kind }) => kind !== 'space');
  all.forEach(({ kind, text }, at) => {
    const before = all[at - 1]?.text;
    const named = kind === 'text' ? text.slice(1, -1) : text;
    const isAsked = kind === 'name' ? before === '.' || before === '?.' : kind === 'text' && before === '[' && all[at + 1]?.text === ']';
    if (isAsked && unsafe.has(named)) throw new ExpressionError(`Cannot access "${named}" due to security concerns`);
  });
}

const functionOf = (source: string): Compiled =>
  new Function(
    '$scope$',
    `with($scope$){return(function(){return(${source}\n)}).call({process:{},require:{},module:{},Buffer:{}})}`,
  ) as Compiled;

function firstStatement(source: string): string | undefined {
  let depth = 0;
  let before = '';
  for (const { text } of tokens(source)) {
    if ('([{'.includes(text)) depth += 1;
    else if (')]}'.includes(text)) depth -= 1;
    else if ((text === ';' || text.includes('\n')) && depth === 0 && before.trim() !== '')
      return /^\s*(?:const|let|var|if|for|return|throw)\b/.test(before) ? undefined : before;
    before += text;
  }
  return undefined;
}

function compilePart(code: string): Compiled {
  checkMembers(code);
  const source = rewrite(code, extensionNames).replace(/[\s;]+$/, '');
  try {
    return functionOf(source);
  } catch {
    // Of several statements the first one counts.
    const first = firstStatement(source);
    if (first !== undefined)
      try {
        return functionOf(first);
      } catch {
        // Told below.
      }
    throw new ExpressionError('invalid syntax');
  }
}

function guarded(compiled: Compiled): Compiled {
  return (scope) => {
    try {
      return compiled(scope);
    } catch (error) {
      if (error instanceof ExpressionError) throw error;
      // Out of memory or time is the sandbox's own fault to tell.
      if (error instanceof Error && error.name === 'InternalError') throw error;
      return undefined;
    }
  };
}

function compile(expression: string): Compiled {
  if (refused.test(expression)) throw new ExpressionError('Expression contains invalid constructor function call');
  const found = parts(expression);
  const pieces = found.map((part) => (part.kind === 'text' ? part.text : guarded(compilePart(part.text))));
  const [first, second] = pieces;
  if (pieces.length === 1 && typeof first === 'string') return () => first;
  if (pieces.length === 2 && first === '' && typeof second === 'function') return second;
  return (scope) =>
    pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        const value = piece(scope);
        return value || value === 0 || value === false ? value : '';
      })
      .join('');
}

const compiled = new Map<string, Compiled>();

/** The value of a parameter's text that begins with `=`; what is no such text is its own value. */
export function evaluate(value: unknown, scope: object): unknown {
  if (typeof value !== 'string' || value[0] !== '=') return value;
  const expression = value.slice(1);
  let run = compiled.get(expression);
  if (run === undefined) {
    run = compile(expression);
    compiled.set(expression, run);
  }
  const result = run(scope);
  if (typeof result === 'function')
    throw new ExpressionError(
      (result as unknown) === DateTime ? 'this is a DateTime, please access its methods' : 'this is a function, please add ()',
    );
  return result;
}
