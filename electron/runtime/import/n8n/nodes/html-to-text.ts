// The plain text of some HTML as n8n's HTML node gives it from version 1.2 on: blocks on lines of their own, lists with
// marks, addresses of links in brackets, lines of at most 80 characters.

import { parseHTML } from 'linkedom';

interface DomNode {
  nodeType: number;
  tagName?: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
  getAttribute?(name: string): string | null;
}

const width = 80;
const blocks: Record<string, [number, number]> = {
  P: [2, 2],
  H1: [3, 2],
  H2: [3, 2],
  H3: [3, 2],
  H4: [2, 2],
  H5: [2, 2],
  H6: [2, 2],
  BLOCKQUOTE: [2, 2],
  PRE: [2, 2],
  UL: [2, 2],
  OL: [2, 2],
  TABLE: [2, 2],
};
const plainBlocks = new Set(['DIV', 'ARTICLE', 'ASIDE', 'FOOTER', 'FORM', 'HEADER', 'MAIN', 'NAV', 'SECTION']);

/** Text with the breaks it still owes before what comes next. */
class Writer {
  #out = '';
  #line = '';
  #owed = 0;
  readonly #width: number;
  constructor(limit = width) {
    this.#width = limit;
  }

  words(text: string): void {
    const parts = text.split(/[ \t\r\n\f\u200b]+/);
    parts.forEach((word, index) => {
      if (index > 0) this.#space = this.#line !== '' || this.#space;
      if (word === '') return;
      this.#put(word);
    });
  }
  #space = false;

  #put(word: string): void {
    if (this.#owed > 0 && this.#out + this.#line !== '') this.#break(this.#owed);
    this.#owed = 0;
    const gap = this.#space && this.#line !== '' ? ' ' : '';
    this.#space = false;
    const lastLine = this.#line.slice(this.#line.lastIndexOf('\n') + 1);
    if (gap !== '' && lastLine.length + 1 + word.length > this.#width) this.#line += `\n${word}`;
    else this.#line += gap + word;
  }

  newLine(): void {
    this.#line += '\n';
    this.#space = false;
  }

  owe(lines: number): void {
    this.#owed = Math.max(this.#owed, lines);
    this.#space = false;
  }

  raw(text: string): void {
    if (this.#owed > 0 && this.#out + this.#line !== '') this.#break(this.#owed);
    this.#owed = 0;
    this.#line += text;
  }

  #break(lines: number): void {
    this.#out += this.#line + '\n'.repeat(lines);
    this.#line = '';
  }

  end(): string {
    return this.#out + this.#line;
  }
}

export function htmlToText(html: string, skipSelectors?: string): string {
  const { document } = parseHTML(`<!doctype html><html><head></head><body>${html}</body></html>`);
  for (const selector of (skipSelectors ?? '').split(',').map((each) => each.trim()))
    if (selector !== '') for (const element of document.querySelectorAll(selector)) element.remove();
  const writer = new Writer();
  for (const child of document.body.childNodes as unknown as Iterable<DomNode>) write(child, writer, width);
  return writer.end();
}

function write(node: DomNode, writer: Writer, limit: number, upper = false): void {
  if (node.nodeType === 3) {
    const text = node.textContent ?? '';
    writer.words(upper ? text.toUpperCase() : text);
    return;
  }
  if (node.nodeType !== 1) return;
  const tag = node.tagName?.toUpperCase() ?? '';
  if (tag === 'SCRIPT' || tag === 'STYLE' || tag === 'HEAD' || tag === 'TITLE') return;
  const inside = (shouts = upper): void => {
    for (const child of node.childNodes) write(child, writer, limit, shouts);
  };
  if (tag === 'BR') writer.newLine();
  else if (tag === 'HR') {
    writer.owe(2);
    writer.raw('-'.repeat(limit));
    writer.owe(2);
  } else if (tag === 'IMG') image(node, writer);
  else if (tag === 'A') {
    const href = node.getAttribute?.('href')?.replace(/^mailto:/, '') ?? '';
    inside();
    if (href !== '' && !href.startsWith('#')) writer.words(node.textContent?.trim() === '' ? `[${href}]` : ` [${href}]`);
  } else if (tag === 'UL' || tag === 'OL') list(node, writer, limit, tag === 'OL');
  else if (tag === 'PRE') {
    writer.owe(2);
    writer.raw(node.textContent ?? '');
    writer.owe(2);
  } else if (tag === 'BLOCKQUOTE') indented(node, writer, limit, '> ', '> ');
  else if (plainBlocks.has(tag) || blocks[tag] !== undefined) {
    const [before, after] = blocks[tag] ?? [1, 1];
    writer.owe(before);
    inside(upper || /^H[1-6]$/.test(tag));
    writer.owe(after);
  } else inside();
}

function image(node: DomNode, writer: Writer): void {
  const [alt, src] = [node.getAttribute?.('alt') ?? '', node.getAttribute?.('src') ?? ''];
  if (src === '') writer.words(alt);
  else writer.words(alt === '' ? `[${src}]` : `${alt} [${src}]`);
}

function list(node: DomNode, writer: Writer, limit: number, isNumbered: boolean): void {
  const items = [...node.childNodes].filter((child) => child.tagName?.toUpperCase() === 'LI');
  const start = Number(node.getAttribute?.('start') ?? 1);
  const marks = items.map((_, index) => (isNumbered ? ` ${start + index}. ` : ' * '));
  const longest = Math.max(0, ...marks.map((mark) => mark.length));
  writer.owe(2);
  items.forEach((item, index) => {
    if (index > 0) writer.owe(1);
    indented(item, writer, limit, (marks[index] as string).padEnd(longest), ' '.repeat(longest), 0);
  });
  writer.owe(2);
}

function indented(node: DomNode, writer: Writer, limit: number, first: string, rest: string, owed = 2): void {
  const inner = new Writer(limit - rest.length);
  for (const child of node.childNodes) write(child, inner, limit - rest.length);
  writer.owe(owed);
  writer.raw(
    inner
      .end()
      .split('\n')
      .map((line, index) => (index === 0 ? first : rest) + line)
      .join('\n'),
  );
  writer.owe(owed);
}
