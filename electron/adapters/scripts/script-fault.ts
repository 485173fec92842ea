// What a script threw, as plain text and a place. A thrown value is hostile too: everything read from it may throw or be huge.

import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten';

export interface ScriptFault {
  /** `broken`: not the script but what runs it. */
  kind: 'failed' | 'time' | 'memory' | 'broken';
  message: string;
  /** From 1, in the script as it was written. */
  line?: number;
  column?: number;
}

const maxMessage = 2000;
/** What `(async()=>{` adds before the first line. */
const lead = 11;

/** The beginning of a text in the sandbox: a whole one may be as large as the sandbox. */
function beginning(context: QuickJSContext, cut: QuickJSHandle, value: QuickJSHandle): string {
  const result = context.callFunction(cut, context.undefined, value, context.newNumber(maxMessage * 2));
  return result.error ? '' : context.getString(result.value);
}

function placeIn(stack: string): { line?: number; column?: number } {
  const found = /\bscript:(\d+)(?::(\d+))?/.exec(stack);
  if (found === null) return {};
  const line = Number(found[1]);
  const column = found[2] === undefined ? undefined : Number(found[2]) - (line === 1 ? lead : 0);
  return { line, ...(column === undefined || column < 1 ? {} : { column }) };
}

export function describeFault(context: QuickJSContext, error: QuickJSHandle, cut: QuickJSHandle): ScriptFault {
  const text = (name: string): string => {
    const found = context.getProp(error, name);
    return context.typeof(found) === 'string' ? beginning(context, cut, found) : '';
  };
  try {
    if (context.typeof(error) !== 'object') {
      const thrown = context.typeof(error) === 'string' ? beginning(context, cut, error) : String(context.dump(error));
      return { kind: 'failed', message: thrown.slice(0, maxMessage) };
    }
    const name = text('name').slice(0, 100);
    const message = text('message').slice(0, maxMessage);
    if (name === 'InternalError' && message === 'out of memory') return { kind: 'memory', message: 'it needed too much memory' };
    if (name === 'InternalError' && message === 'interrupted') return { kind: 'time', message: 'it took too long' };
    const said = name === '' || name === 'Error' ? message : `${name}: ${message}`;
    return { kind: 'failed', message: said === '' ? 'it threw an error without words' : said, ...placeIn(text('stack')) };
  } catch {
    return { kind: 'failed', message: 'it threw something that cannot be read' };
  }
}
