// Cuts JavaScript into tokens, just well enough to find calls outside of texts, comments and regular expressions.

export interface Token {
  kind: 'space' | 'name' | 'number' | 'text' | 'template' | 'regex' | 'sign';
  text: string;
}

/** After these a slash begins a regular expression, and a bracket is no call. */
export const keywords: ReadonlySet<string> = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield if while for switch with'.split(' '),
);
const space = /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const number = /(?:0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)/y;
const quoted = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const sign = /\?\.(?!\d)|=>|\.\.\.|[\s\S]/y;

function endOfTemplate(code: string, from: number): number {
  let depth = 0;
  for (let at = from + 1; at < code.length; at += 1) {
    const here = code[at];
    if (here === '\\') at += 1;
    else if (depth === 0 && here === '`') return at + 1;
    else if (here === '$' && code[at + 1] === '{') {
      depth += 1;
      at += 1;
    } else if (depth > 0 && here === '{') depth += 1;
    else if (depth > 0 && here === '}') depth -= 1;
    else if (depth > 0 && here === '`') at = endOfTemplate(code, at) - 1;
  }
  return code.length;
}

export function tokens(code: string): Token[] {
  const found: Token[] = [];
  let last: Token | undefined;
  let at = 0;
  const match = (kind: Token['kind'], pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const text = pattern.exec(code)?.[0];
    if (text === undefined || text === '') return false;
    const token: Token = { kind, text };
    found.push(token);
    if (kind !== 'space') last = token;
    at += text.length;
    return true;
  };
  const isValueBefore = (): boolean =>
    last !== undefined && (last.kind === 'sign' ? last.text === ')' || last.text === ']' || last.text === '}' : !keywords.has(last.text));
  while (at < code.length) {
    if (match('space', space)) continue;
    if (code[at] === '`') {
      const end = endOfTemplate(code, at);
      last = { kind: 'template', text: code.slice(at, end) };
      found.push(last);
      at = end;
      continue;
    }
    if (match('text', quoted) || match('name', name) || match('number', number)) continue;
    if (code[at] === '/' && !isValueBefore() && match('regex', regex)) continue;
    match('sign', sign);
  }
  return found;
}
