// Markdown: HTML to Markdown and back. Other libraries than n8n's do it, so spacing may differ; the report says so.

import TurndownService from 'turndown';
import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, NodeFault, type NodeRun } from '../node-run.ts';
import { deepCopy, set } from '../values.ts';
import { markdownToHtml } from './markdown-to-html.ts';

export const markdownNode: Behaviour = {
  limits: () => [
    {
      verdict: 'partly',
      reason: 'Another Markdown library does it here: plain pages come out the same, unusual ones may differ in spacing.',
    },
  ],
  run: (run) => [
    forEachItem(run, (item, index) => {
      const name = run.param<string>('destinationKey', index, 'data');
      const options = run.param<JsonObject>('options', index, {});
      const text =
        run.param('mode', 0, 'htmlToMarkdown') === 'markdownToHtml'
          ? markdownToHtml(textOf(run, 'markdown', index), options)
          : toMarkdown(run.param<string>('html', index, ''), options);
      const json = deepCopy(item.json);
      set(json, name, text);
      return { json };
    }),
  ],
};

/** The fault of the library that n8n has. */
function textOf(run: NodeRun, name: string, index: number): string {
  const text = run.param<unknown>(name, index, '');
  if (typeof text !== 'string') throw new NodeFault('text.replace is not a function');
  return text;
}

function toMarkdown(html: string, options: JsonObject): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: (['*', '-', '+'] as const).find((mark) => mark === options.bulletMarker) ?? '*',
    codeBlockStyle: options.codeBlockStyle === 'indented' ? 'indented' : 'fenced',
    emDelimiter: options.emDelimiter === '*' ? '*' : '_',
    strongDelimiter: options.strongDelimiter === '__' ? '__' : '**',
    hr: '---',
  });
  service.addRule('struck', { filter: ['del', 's', 'strike'] as never, replacement: (content) => `~~${content}~~` });
  if (typeof options.ignore === 'string') service.remove(options.ignore.split(',').map((tag) => tag.trim()) as never);
  // One space after a list mark, as n8n writes it.
  return service.turndown(html).replace(/^(\s*)([*+-]|\d+\.) {2,}/gm, '$1$2 ');
}
