// The message of a fault in a Code node's code, in V8's words where QuickJS has others, with the line as n8n adds it.

const words: [RegExp, string][] = [
  [/^cannot read property '(.*)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (undefined|null)$/, "Cannot set properties of $2 (setting '$1')"],
  [/^'(.*)' is not defined$/, '$1 is not defined'],
  [/^unexpected token in expression: '(.*)'$/, "Unexpected token '$1'"],
];
/** `new Function` puts the parameters and their bracket before the code. */
const linesBefore = 2;

export const isOwnFault = (error: unknown): boolean => error instanceof Error && error.name === 'InternalError';

export function codeFault(error: unknown): string {
  if (typeof error !== 'object' || error === null || typeof (error as Error).message !== 'string')
    return JSON.stringify(error) ?? 'undefined';
  const { message, stack } = error as Error;
  const said = words.reduce((text, [pattern, better]) => text.replace(pattern, better), message);
  if (error instanceof SyntaxError) return said;
  const line = Number(/\(<input>:(\d+)/.exec(stack ?? '')?.[1] ?? Number.NaN) - linesBefore;
  return line > 0 ? `${said || 'Unknown error'} [line ${line}]` : said || 'Unknown error';
}
