// The libraries with which n8n's own Markdown and HTML nodes work, so that its results are n8n's. Some are old and full of patterns, and
// all read texts of strangers: they are loaded in the thread of imported nodes only, which has a limit of time and memory and can be ended.

import type { Cheerio } from 'cheerio/slim';
import type { HtmlFound, N8nLibraries } from '../../runtime/import/n8n/node-run.ts';

const markdown: N8nLibraries['markdown'] = async () => {
  const [{ default: showdown }, { NodeHtmlMarkdown }] = await Promise.all([import('showdown'), import('node-html-markdown')]);
  return {
    toHtml(text, options) {
      const converter = new showdown.Converter();
      for (const [name, value] of Object.entries(options)) converter.setOption(name, value);
      return converter.makeHtml(text as string);
    },
    // A list of texts gives a list of texts, as the library has it.
    fromHtml: (html, options) => NodeHtmlMarkdown.translate(html as string, options),
  };
};

/** cheerio without its own parser and what it brings along for reading from the network: parse5 is given to it, as cheerio would do itself. */
const html: N8nLibraries['html'] = async () => {
  const [{ load }, { parse, serializeOuter }, { adapter }, { convert }] = await Promise.all([
    import('cheerio/slim'),
    import('parse5'),
    import('parse5-htmlparser2-tree-adapter'),
    import('html-to-text'),
  ]);
  type Page = ReturnType<typeof load>;
  type Nodes = ReturnType<Page> extends Cheerio<infer T> ? T : never;
  const found = ($: Page, nodes: Cheerio<Nodes>): HtmlFound => ({
    each: () => nodes.toArray().map((node) => found($, $(node) as Cheerio<Nodes>)),
    text: () => nodes.text(),
    html() {
      const [first] = nodes.toArray();
      if (first === undefined || !('children' in first)) return undefined;
      return first.children.map((child) => serializeOuter(child as never, { treeAdapter: adapter })).join('');
    },
    value: () => nodes.val(),
    attribute: (name) => nodes.attr(name),
  });
  return {
    open(page) {
      const $ = load((typeof page === 'string' ? parse(page, { treeAdapter: adapter, scriptingEnabled: true }) : page) as string);
      return (selector) => found($, $(selector) as Cheerio<Nodes>);
    },
    toText(text, skipped) {
      const selectors = skipped.map((selector) => ({ selector, format: 'skip' }));
      return convert(text, selectors.length === 0 ? undefined : { selectors });
    },
  };
};

/** Each is loaded when a node first asks; what they throw is what n8n says. */
export const n8nLibraries: N8nLibraries = { markdown, html };
