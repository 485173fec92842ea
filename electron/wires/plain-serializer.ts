// Answers are plain JSON nearly always: they are looked at once and then written as they are. Whatever is not (a date, an empty place
// in a list, a value of a class) takes the library's own way, which copies the whole and notes where such values are.

import { StandardRPCJsonSerializer } from '@orpc/client/standard';

type Serialize = StandardRPCJsonSerializer['serialize'];

export class PlainFirstSerializer extends StandardRPCJsonSerializer {
  override serialize(...args: Parameters<Serialize>): ReturnType<Serialize> {
    // With more than the value it is the library's own walk, in the middle of something that is not plain.
    return args.length === 1 && isPlain(args[0]) ? [args[0], [], [], []] : super.serialize(...args);
  }
}

/** Whether `JSON.stringify` writes it just as the library would after its copy. */
export function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    case 'number':
      return !Number.isNaN(value);
    case 'object':
      return value === null || (Array.isArray(value) ? isPlainList(value) : isPlainObject(value) && hasPlainFields(value));
    default:
      return false;
  }
}

function isPlainList(list: readonly unknown[]): boolean {
  for (let at = 0; at < list.length; at += 1) if (list[at] === undefined || !isPlain(list[at])) return false;
  return true;
}

export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasPlainFields(value: object): boolean {
  for (const key in value) if (key === 'toJSON' || key === '__proto__' || !isPlain((value as Record<string, unknown>)[key])) return false;
  return true;
}
