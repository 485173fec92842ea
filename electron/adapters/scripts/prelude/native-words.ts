// JavaScript's own functions say what V8 says: the words of JSON's and of patterns' faults are read by workflows as data, a date
// as text names its zone, and a big whole number is text in JSON, as n8n makes it.

import { askHost } from './host.ts';

/** Syntax faults of data, raised while code runs; those of the code itself have no line. */
export const raised = new WeakSet<Error>();

function fault(message: string): SyntaxError {
  const error = new SyntaxError(message);
  raised.add(error);
  return error;
}

const parse = JSON.parse.bind(JSON) as (text: string, reviver?: (key: string, value: unknown) => unknown) => unknown;
/** The thread around is asked of the beginning only: what is wrong in more is told in QuickJS's words. */
const maxTold = 100_000;

function parseJson(text: unknown, reviver?: (key: string, value: unknown) => unknown): unknown {
  const source = String(text);
  try {
    return parse(source, reviver);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const told = source.length > maxTold ? undefined : askHost('jsonFault', source);
    throw fault(typeof told === 'string' ? told : error.message);
  }
}

const zoneName = (date: Date): string => {
  const named = new Intl.DateTimeFormat('en-US', { timeZoneName: 'long' }).formatToParts(date);
  return named.find((part) => part.type === 'timeZoneName')?.value ?? '';
};
const own = { toString: Date.prototype.toString, toTimeString: Date.prototype.toTimeString };
const withZone = (text: string, date: Date): string => (text.includes('GMT') && !text.includes('(') ? `${text} (${zoneName(date)})` : text);

function define(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

define(JSON, 'parse', parseJson);
define(BigInt.prototype, 'toJSON', function toJSON(this: bigint): string {
  return this.toString();
});
define(Date.prototype, 'toString', function dateText(this: Date): string {
  return withZone(own.toString.call(this), this);
});
define(Date.prototype, 'toTimeString', function toTimeString(this: Date): string {
  return withZone(own.toTimeString.call(this), this);
});
define(Date.prototype, Symbol.toPrimitive, function toPrimitive(this: Date, hint: string): unknown {
  return hint === 'number' ? this.getTime() : this.toString();
});
