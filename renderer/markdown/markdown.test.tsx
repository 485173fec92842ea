// The renderer's promise: whatever a model writes, no element or attribute that loads, runs or navigates comes out.

import { parseHTML } from 'linkedom';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { safeImage, safeLink } from './address.ts';
import { emptySplit, splitBlocks } from './blocks.ts';
import { corpus, corpusSize, payloads } from './hostile.ts';
import { Markdown } from './markdown.tsx';

const elements = new Set(
  'DIV SPAN P H3 H4 H5 H6 UL OL LI BLOCKQUOTE HR BR CODE PRE EM STRONG DEL SUP SECTION TABLE THEAD TBODY TR TH TD IMG INPUT BUTTON'.split(
    ' ',
  ),
);
const attributes = new Set('class title type src alt start tabindex checked disabled readonly aria-label data-block dir'.split(' '));

/** Everything that is wrong with this output, in words; empty when it is safe. */
function faults(html: string): string[] {
  const { document } = parseHTML(`<html><body>${html}</body></html>`);
  // The copy button is ours, icon and all.
  for (const ours of document.querySelectorAll('.md-code-head button')) ours.remove();
  const found: string[] = [];
  for (const element of document.body.querySelectorAll('*')) {
    if (!elements.has(element.tagName.toUpperCase())) found.push(`element ${element.tagName}`);
    for (const { name, value } of element.attributes) {
      if (!attributes.has(name.toLowerCase())) found.push(`attribute ${name}=${value} on ${element.tagName}`);
      if (name.toLowerCase() === 'src' && !/^data:image\/(png|jpeg|gif|webp|avif);base64,/i.test(value)) found.push(`src ${value}`);
    }
  }
  return found;
}

const render = (text: string, streaming = false): string => renderToStaticMarkup(createElement(Markdown, { text, streaming }));

describe('hostile Markdown', () => {
  it('comes out harmless, whole', () => {
    const texts = [...payloads, ...corpus(600)];
    expect(texts.length).toBeGreaterThan(900);
    for (const text of texts) expect(faults(render(text)), text).toEqual([]);
    expect(corpusSize).toBeGreaterThan(4000);
  });

  it('comes out harmless at every character while it is written', () => {
    for (const text of payloads.filter((_, index) => index % 9 === 0))
      for (let end = 1; end <= text.length; end += 1) expect(faults(render(text.slice(0, end), true)), text.slice(0, end)).toEqual([]);
  });

  it('would be seen by this test if it came out', () => {
    expect(faults('<img src="https://evil.example/x.png" onerror="alert(1)">')).toHaveLength(2);
    expect(faults('<a href="https://x.example">x</a>')).toHaveLength(2);
    expect(faults('<svg><script>1</script></svg>')).toHaveLength(2);
  });
});

describe('ordinary Markdown', () => {
  it('is drawn with headings, lists, tables, tasks and code', () => {
    const html = render(
      '# Title\n\n- one\n- **two**\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n\n```ts\nconst a = 1;\n```\n\n`inline` ~~gone~~',
    );
    for (const part of [
      '<h3 class="md-h md-h1">Title</h3>',
      '<strong>two</strong>',
      '<td class="md-right">2</td>',
      'checked=""',
      'const a = 1;',
      'md-inline-code',
      '<del>gone</del>',
    ])
      expect(html).toContain(part);
  });

  it('gives links as buttons that show their address, and refuses others', () => {
    expect(render('[site](https://example.com/a?b=1)')).toMatch(/<button[^>]*class="md-link"[^>]*title="https:\/\/example.com\/a\?b=1"/);
    expect(render('<me@example.com>')).toContain('mailto:me@example.com');
    expect(render('[x](/local/path)')).not.toContain('button');
  });

  it('shows images that carry their bytes, and names those that do not', () => {
    expect(render('![dot](data:image/png;base64,iVBORw0KGgo=)')).toContain('src="data:image/png;base64,iVBORw0KGgo="');
    expect(render('![dot](https://evil.example/x.png)')).not.toContain('<img');
  });

  it('shows HTML as the text it is', () => {
    expect(render('a <b>bold</b> word')).toContain('&lt;b&gt;');
  });
});

describe('the address rules', () => {
  it('takes http, https and mailto, nothing hidden', () => {
    expect(safeLink('https://example.com')).toBe('https://example.com/');
    expect(safeLink('mailto:a@b.c')).toBe('mailto:a@b.c');
    for (const url of [
      'javascript:alert(1)',
      ' https://x.example',
      'https://user@evil.example',
      'data:text/html,x',
      'file:///x',
      '//x',
      undefined,
    ])
      expect(safeLink(url), String(url)).toBeUndefined();
  });

  it('takes raster images only', () => {
    expect(safeImage('data:image/png;base64,AAAA')).toBeDefined();
    for (const url of ['data:image/svg+xml;base64,AAAA', 'https://x/y.png', 'data:text/html;base64,AAAA', 'data:image/png,AAAA'])
      expect(safeImage(url), url).toBeUndefined();
  });
});

describe('splitting while a text grows', () => {
  const text = `# A\n\nfirst paragraph\nof two lines\n\n- one\n- two\n\n  more\n\n\`\`\`js\nlet a = 1;\n\nlet b;\n\`\`\`\n\n| a |\n|---|\n| 1 |\n\nlast *one*\n\nand more ${'words '.repeat(40)}\n\n> quote\n\nend`;

  it('gives the same blocks as splitting at once, at every length', () => {
    let memo = emptySplit;
    for (let end = 1; end <= text.length; end += 1) {
      memo = splitBlocks(memo, text.slice(0, end));
      expect(memo.blocks.join('')).toBe(splitBlocks(emptySplit, text.slice(0, end)).blocks.join(''));
    }
    expect(memo.blocks).toEqual(splitBlocks(emptySplit, text).blocks);
  });

  it('keeps finished blocks as they are', () => {
    const before = splitBlocks(emptySplit, text);
    const after = splitBlocks(before, `${text} and on`);
    expect(after.blocks.length).toBeGreaterThan(5);
    for (let index = 0; index < before.blocks.length - 2; index += 1) expect(after.blocks[index]).toBe(before.blocks[index]);
  });

  it('starts anew for another text', () => {
    expect(splitBlocks(splitBlocks(emptySplit, text), 'other').blocks).toEqual(['other']);
  });
});

describe('text that is made to be slow', () => {
  it.each([
    ['quotes without end', '>'.repeat(3_000)],
    ['lists on one line', `${'- '.repeat(3_000)}x`],
    ['numbers on one line', `${'1. '.repeat(2_000)}x`],
    ['lists in lists', Array.from({ length: 400 }, (_, at) => `${' '.repeat(at * 2)}- x`).join('\n')],
    ['marks that close each other', '*a**a '.repeat(20_000)],
    ['code marks of all lengths', Array.from({ length: 300 }, (_, at) => '`'.repeat(at)).join(' ')],
    ['a table of nothing', `|a|\n|-|\n${'|'.repeat(13_000)}`],
    ['a line of a megabyte', 'word '.repeat(200_000)],
  ])('is shown as it is: %s', (_what, text) => {
    for (const streaming of [false, true]) {
      const html = render(text, streaming);
      expect(html.startsWith('<div class="md"><div class="md-plain">')).toBe(true);
      expect(parseHTML(`<html><body>${html}</body></html>`).document.body.textContent).toBe(text);
    }
  });

  it.each([
    ['ten quotes', `${'> '.repeat(10)}x`, '<blockquote>'],
    ['a long text with many marks', 'Some *words* in **it** with `code`.\n\n'.repeat(400), '<em>'],
    ['much code', `\`\`\`\n${'a[0] * b_c * `x`\n'.repeat(2_000)}\`\`\``, 'md-code'],
    ['code with fences in it', `\`\`\`\`\n\`\`\`\n${'a[0] * b_c\n'.repeat(2_000)}\`\`\`\`\n`, 'md-code'],
    ['a large table', `|a|b|c|\n|-|-|-|\n${'|1|2|3|\n'.repeat(300)}`, '<table>'],
  ])('and what is only long is drawn: %s', (_what, text, drawn) => {
    const html = render(text);
    expect(html).toContain(drawn);
    expect(html).not.toContain('md-plain');
  });
});

describe('code that hides something', () => {
  it.each([
    ['fenced', '```\nif (a\u202e) {\u2066// \u2069}\n```'],
    ['inline', 'Run `rm \u202e-rf\u2066 \u2069x`.'],
    ['with a language', '```js\na\u202e\u2066\u2069\n```'],
  ])('shows it: %s', (_what, text) => {
    const html = render(text);
    for (const name of ['⟨U+202E⟩', '⟨U+2066⟩', '⟨U+2069⟩']) expect(html).toContain(name);
    expect(html.replace(/<button.*?<\/button>/gs, '')).not.toMatch(/[\u202e\u2066\u2069]/);
  });

  it('leaves emoji whole', () => {
    const family = '👨\u200d👩\u200d👧 ⚠\ufe0f 1\ufe0f\u20e3';
    expect(render(`\`${family}\``)).toContain(family);
    expect(render('`1\u200d2`')).toContain('1⟨U+200D⟩2');
    expect(render('`a\u202eb 👍 c\u2066d`')).toContain('a⟨U+202E⟩b 👍 c⟨U+2066⟩d');
  });
});
