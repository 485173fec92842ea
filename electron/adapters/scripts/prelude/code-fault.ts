// The message of a fault in a Code node's code, in V8's words where QuickJS has others, with the line as n8n adds it.

import { ExpressionError } from './errors.ts';
import { raised } from './native-words.ts';

const words: [RegExp, string][] = [
  [/^cannot read property '(.*)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (undefined|null)$/, "Cannot set properties of $2 (setting '$1')"],
  [/^'(.*)' is not defined$/, '$1 is not defined'],
  [/^unexpected token in expression: '(.*)'$/, "Unexpected token '$1'"],
  [/^(.+) is not initialized$/, "Cannot access '$1' before initialization"],
  [/^invalid array length$/, 'Invalid array length'],
  [/^cannot convert symbol to string$/, 'Cannot convert a Symbol value to a string'],
  [/^cannot convert bigint to number$/, 'Cannot mix BigInt and other types, use explicit conversions'],
  [/^expecting hex digit$/, 'URI malformed'],
  [/^invalid 'instanceof' right operand$/, "Right-hand side of 'instanceof' is not an object"],
  [/^Cannot read properties of (undefined|null) \(reading 'Symbol\.iterator'\)$/, '$1 is not iterable'],
  [/^ is not a constructor$/, '(intermediate value) is not a constructor'],
];
/** `new Function` puts the parameters and their bracket before the code. */
const linesBefore = 2;

export const isOwnFault = (error: unknown): boolean => error instanceof Error && error.name === 'InternalError';

export function codeFault(error: unknown): string {
  if (typeof error !== 'object' || error === null || typeof (error as Error).message !== 'string')
    return JSON.stringify(error) ?? 'undefined';
  const { message, stack } = error as Error;
  const said = words.reduce((text, [pattern, better]) => text.replace(pattern, better), message);
  if (error instanceof SyntaxError && !raised.has(error)) return said;
  // n8n's own faults have no line.
  if (error instanceof ExpressionError) return said;
  const line = Number(/\(<input>:(\d+)/.exec(stack ?? '')?.[1] ?? Number.NaN) - linesBefore;
  return line > 0 ? `${said || 'Unknown error'} [line ${line}]` : said || 'Unknown error';
}
