// The libraries with which n8n's own Markdown node works, so that its results are n8n's. They are old, full of patterns, and read
// texts of strangers: they are loaded in the thread of imported nodes only, which has a limit of time and memory and can be ended.

import type { N8nLibraries } from '../../runtime/import/n8n/node-run.ts';

/** Loads them when a node first asks; what they throw is what n8n says. */
export const loadLibraries = async (): Promise<N8nLibraries> => {
  const [{ default: showdown }, { NodeHtmlMarkdown }] = await Promise.all([import('showdown'), import('node-html-markdown')]);
  return {
    markdownToHtml(markdown, options) {
      const converter = new showdown.Converter();
      for (const [name, value] of Object.entries(options)) converter.setOption(name, value);
      return converter.makeHtml(markdown as string);
    },
    // A list of texts gives a list of texts, as the library has it.
    htmlToMarkdown: (html, options) => NodeHtmlMarkdown.translate(html as string, options),
  };
};
