// n8n lets any value answer to its extension functions, undefined too: `$json.gone.isEmpty()`. So their calls are rewritten to
// `$extend(value, 'isEmpty', […])`, and `$if(test, yes, no)` to a conditional that evaluates one branch.

import { ExpressionError } from './errors.ts';
import { keywords, type Token, tokens } from './tokens.ts';

const openers: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** Place of the bracket that belongs to the one at `from`, going by `step`; -1 when there is none. */
function partner(all: readonly Token[], from: number, step: 1 | -1): number {
  let depth = 0;
  for (let at = from; at >= 0 && at < all.length; at += step) {
    const token = all[at] as Token;
    if (token.kind !== 'sign') continue;
    const opens = step === 1 ? closers : openers;
    const closes = step === 1 ? openers : closers;
    if (token.text in opens) depth += 1;
    else if (token.text in closes) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

const near = (all: readonly Token[], from: number, step: 1 | -1): number => {
  let at = from + step;
  while (all[at]?.kind === 'space') at += step;
  return at;
};
const isCallable = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === 'name' ? !keywords.has(token.text) : token.kind === 'sign' && (token.text === ')' || token.text === ']'));
const isDot = (token: Token | undefined): boolean => token?.kind === 'sign' && (token.text === '.' || token.text === '?.');

/** Where the value that ends at `end` begins: a chain of names, members, indexes and calls. */
function beginOf(all: readonly Token[], end: number): number {
  let at = end;
  for (;;) {
    const token = all[at];
    if (token?.kind === 'sign' && token.text in openers) {
      const open = partner(all, at, -1);
      if (open < 0) return at;
      const before = near(all, open, -1);
      const isGroup = token.text === '}' || !(isCallable(all[before]) || all[before]?.text === '?.');
      if (!isGroup) {
        at = all[before]?.text === '?.' ? near(all, before, -1) : before;
        continue;
      }
      at = open;
    }
    const before = near(all, at, -1);
    if (isDot(all[before])) {
      at = near(all, before, -1);
      continue;
    }
    return all[before]?.text === 'new' ? before : at;
  }
}

interface Edit {
  before: string;
  text: string;
}

/** `$if(a, b, c)` with its bracket at `open`. */
function rewriteIf(all: readonly Token[], edits: Edit[], named: number, open: number): void {
  const close = partner(all, open, 1);
  if (close < 0) return;
  const commas: number[] = [];
  for (let at = open + 1, depth = 0; at < close; at += 1) {
    const { kind, text } = all[at] as Token;
    if (kind !== 'sign') continue;
    if (text in closers) depth += 1;
    else if (text in openers) depth -= 1;
    else if (text === ',' && depth === 0) commas.push(at);
  }
  if (all.slice(open, close).some(({ text }) => text === '...')) return;
  const [first, second] = commas;
  if (first === undefined || near(all, first, 1) === close) throw new ExpressionError('invalid syntax');
  (edits[named] as Edit).text = '(';
  (edits[first] as Edit).text = ')?(';
  if (second !== undefined && near(all, second, 1) !== close) {
    (edits[second] as Edit).text = '):(';
    (edits[close] as Edit).text = '))';
  } else {
    if (second !== undefined) (edits[second] as Edit).text = '';
    (edits[close] as Edit).text = '):false)';
  }
}

/** The last `?.` of the chain itself, not inside its brackets; -1 when there is none. */
function lastQuestion(all: readonly Token[], begin: number, end: number): number {
  let depth = 0;
  for (let at = end - 1; at > begin; at -= 1) {
    const { kind, text } = all[at] as Token;
    if (kind !== 'sign') continue;
    if (text in openers) depth += 1;
    else if (text in closers) depth -= 1;
    else if (text === '?.' && depth === 0) return at;
  }
  return -1;
}

/** `value.name(…)` with its dot at `dot`, its bracket at `open`. */
function rewriteCall(all: readonly Token[], edits: Edit[], names: ReadonlySet<string>, [dot, named, open]: [number, number, number]): void {
  const close = partner(all, open, 1);
  const begin = beginOf(all, near(all, dot, -1));
  if (close < 0 || begin < 0) return;
  const first = edits[begin] as Edit;
  const asked = lastQuestion(all, begin, dot);
  if (asked >= 0) {
    // `a?.b.isEmpty()` is undefined without `a`, although undefined answers to isEmpty.
    const asks = all.slice(begin, asked).map(({ text }) => text);
    first.before = `((${rewrite(asks.join(''), names)})==null?undefined:${first.before}`;
    const end = edits[close] as Edit;
    end.text += ')';
  }
  const extend = `${all[dot]?.text === '?.' ? '$extendOptional' : '$extend'}(`;
  first.before = asked >= 0 ? first.before.replace('undefined:', `undefined:${extend}`) : extend + first.before;
  (edits[dot] as Edit).text = ',';
  (edits[named] as Edit).text = JSON.stringify(all[named]?.text);
  for (let at = named + 1; at < open; at += 1) (edits[at] as Edit).text = '';
  (edits[open] as Edit).text = ',[';
  const last = edits[close] as Edit;
  last.text = last.text.replace(')', '])');
}

export function rewrite(code: string, names: ReadonlySet<string>): string {
  if (!code.includes('(')) return code;
  const all = tokens(code);
  const edits: Edit[] = all.map(({ kind, text }) => ({
    before: '',
    text:
      kind === 'template' ? text.replace(/\$\{((?:[^{}`]|\{[^{}]*\})*)\}/g, (_, inner: string) => `\${${rewrite(inner, names)}}`) : text,
  }));
  for (let at = 0; at < all.length; at += 1) {
    const token = all[at] as Token;
    if (token.kind !== 'name') continue;
    const dot = near(all, at, -1);
    let open = near(all, at, 1);
    if (all[open]?.text === '?.') open = near(all, open, 1);
    if (all[open]?.text !== '(') continue;
    if (token.text === '$if' && !isDot(all[dot])) rewriteIf(all, edits, at, open);
    else if (isDot(all[dot]) && names.has(token.text)) rewriteCall(all, edits, names, [dot, at, open]);
  }
  return edits.map(({ before, text }) => before + text).join('');
}
