// A small Markdown writer with the habits of the one n8n uses: ids on headings, no paragraph around single list items.

import type { JsonObject } from '../../../../../shared/model/json.ts';

const escapeLoose = (text: string): string => text.replace(/&(?!\w+;|#\d+;)/g, '&amp;').replace(/<(?![a-z/?$!])/gi, '&lt;');
const escapeAll = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function inline(text: string, options: JsonObject): string {
  const kept: string[] = [];
  const keep = (html: string): string => `\ue000${kept.push(html) - 1}\ue000`;
  let out = text.replace(/(`+)([\s\S]*?[^`])\1(?!`)/g, (_, __, code: string) => keep(`<code>${escapeAll(code.trim())}</code>`));
  out = out.replace(/!\[([^\]]*)\]\(([^\s)]+)(?:\s+"([^"]*)")?\)/g, (_, alt: string, src: string, title?: string) =>
    keep(`<img src="${src}" alt="${escapeAll(alt)}"${title === undefined ? '' : ` title="${title}"`} />`),
  );
  out = out.replace(/\[([^\]]+)\]\(([^\s)]+)(?:\s+"([^"]*)")?\)/g, (_, label: string, href: string, title?: string) =>
    keep(`<a href="${href}"${title === undefined ? '' : ` title="${title}"`}>${inline(label, options)}</a>`),
  );
  out = escapeLoose(out)
    .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '<strong>$2</strong>')
    .replace(/(\*|_)(?=\S)([\s\S]*?\S)\1/g, '<em>$2</em>');
  if (options.strikethrough === true) out = out.replace(/~~(?=\S)([\s\S]*?\S)~~/g, '<del>$1</del>');
  out = options.simpleLineBreaks === true ? out.replace(/\n/g, '<br />\n') : out.replace(/ {2,}\n/g, '<br />\n');
  return out.replace(/\ue000(\d+)\ue000/g, (_, index: string) => kept[Number(index)] ?? '');
}

const idOf = (text: string): string => text.toLowerCase().replace(/[^\w]/g, '');

export function markdownToHtml(markdown: string, options: JsonObject): string {
  const lines = markdown.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n');
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    const heading = /^(#{1,6})\s*(.+?)\s*#*$/.exec(line);
    const fence = /^```\s*(\S*)\s*$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (fence !== null) {
      const start = at + 1;
      at = start;
      while (at < lines.length && !/^```\s*$/.test(lines[at] as string)) at += 1;
      const language = fence[1] === '' ? '' : ` class="${fence[1]} language-${fence[1]}"`;
      out.push(`<pre><code${language}>${escapeAll(lines.slice(start, at).join('\n'))}\n</code></pre>`);
      at += 1;
    } else if (heading !== null) {
      const level = Math.min(6, (heading[1] as string).length + Number(options.headerLevelStart ?? 1) - 1);
      const text = heading[2] as string;
      out.push(`<h${level}${options.noHeaderId === true ? '' : ` id="${idOf(text)}"`}>${inline(text, options)}</h${level}>`);
      at += 1;
    } else if (/^ {0,2}(?:(?:\* ?){3,}|(?:- ?){3,}|(?:_ ?){3,})$/.test(line)) {
      out.push('<hr />');
      at += 1;
    } else if (/^>/.test(line)) {
      const start = at;
      while (at < lines.length && (lines[at] as string).trim() !== '') at += 1;
      const inner = markdownToHtml(
        lines
          .slice(start, at)
          .map((each) => each.replace(/^> ?/, ''))
          .join('\n'),
        options,
      );
      out.push(`<blockquote>\n  ${inner.split('\n').join('\n  ')}\n</blockquote>`);
    } else if (/^ {0,3}(?:[*+-]|\d+\.)\s+/.test(line)) at = list(lines, at, out, options);
    else {
      const start = at;
      while (at < lines.length && (lines[at] as string).trim() !== '' && !/^(?:#{1,6}\s|>|```)/.test(lines[at] as string)) at += 1;
      if (at === start) at += 1;
      const text = lines.slice(start, at).join('\n').trim();
      out.push(/^<(?:div|p|h[1-6]|table|ul|ol|pre|section|blockquote)\b/i.test(text) ? text : `<p>${inline(text, options)}</p>`);
    }
  }
  return out.join('\n');
}

function list(lines: string[], start: number, out: string[], options: JsonObject): number {
  const isNumbered = /^ {0,3}\d+\./.test(lines[start] as string);
  const items: string[][] = [];
  let at = start;
  while (at < lines.length) {
    const line = lines[at] as string;
    const item = /^ {0,3}(?:[*+-]|\d+\.)\s+(.*)$/.exec(line);
    if (item !== null) items.push([item[1] as string]);
    else if (line.trim() === '' || (!/^\s/.test(line) && items.length > 0)) break;
    else items.at(-1)?.push(line.replace(/^ {1,4}/, ''));
    at += 1;
  }
  const tag = isNumbered ? 'ol' : 'ul';
  const rows = items.map(([first = '', ...rest]) => {
    const nested = rest.length === 0 ? '' : markdownToHtml(rest.join('\n'), options);
    return `<li>${inline(first, options)}${nested}</li>`;
  });
  out.push(`<${tag}>\n${rows.join('\n')}\n</${tag}>`);
  return at;
}
