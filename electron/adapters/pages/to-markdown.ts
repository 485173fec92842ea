// Turns a page into Markdown. Nothing is loaded or run. A hostile page can make this slow, so it belongs in the worker beside it.

import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import TurndownService from 'turndown';
import { AppError } from '../../../shared/errors.ts';
import type { Page } from '../../runtime/ports.ts';

/** Of the DOM only this is needed; its types are not known on this side. */
interface WithAttributes {
  getAttribute(name: string): string | null;
}

const maxElements = 20_000;
/** Pages by people stay below 100; the time to read one grows with the square of its depth. */
const maxNesting = 200;

interface TreeNode {
  firstElementChild: TreeNode | null;
  nextElementSibling: TreeNode | null;
  parentElement: TreeNode | null;
}

/** Walks without recursion, as a hostile page would overflow the call stack. */
function refuseDeep(root: TreeNode | null, address: string): void {
  let depth = 0;
  for (let node = root; node !== null; ) {
    if (node.firstElementChild !== null) {
      node = node.firstElementChild;
      depth += 1;
      if (depth > maxNesting)
        throw new AppError('page-unreadable', `${address} is nested deeper than ${maxNesting} elements.`, { hint: 'Try another page.' });
      continue;
    }
    while (node !== null && node.nextElementSibling === null) {
      node = node.parentElement;
      depth -= 1;
    }
    node = node?.nextElementSibling ?? null;
  }
}

/** The article of a page as Markdown; the whole body when no article stands out. Nothing is loaded or run. */
export function toMarkdown(html: string, address: string): Page {
  const { document } = parseHTML(html);
  refuseDeep(document.documentElement as unknown as TreeNode | null, address);
  for (const element of document.querySelectorAll('script,style,noscript,template,iframe,object,embed,svg')) element.remove();
  const title = (document.querySelector('title')?.textContent ?? '').trim().slice(0, 300);
  const body = document.querySelector('body')?.innerHTML ?? document.documentElement?.innerHTML ?? '';
  // Readability changes the document, so the body was taken before. A page with more elements than any article has is not searched.
  const isSearchable = document.documentElement !== null && document.querySelectorAll('*').length <= maxElements;
  const article = isSearchable ? new Readability(document as unknown as ConstructorParameters<typeof Readability>[0]).parse() : null;
  const turndown = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  turndown.addRule('links', {
    filter: 'a',
    replacement: (content, node) => {
      const target = absolute((node as unknown as WithAttributes).getAttribute('href'), address);
      return target === undefined || content.trim() === '' ? content : `[${content.trim()}](${target})`;
    },
  });
  turndown.addRule('images', {
    filter: 'img',
    replacement: (_, node) => (node as unknown as WithAttributes).getAttribute('alt')?.trim() ?? '',
  });
  const source = article?.content ?? body;
  const { document: clean } = parseHTML(`<!doctype html><html><body>${source}</body></html>`);
  const markdown = turndown.turndown(clean.body as unknown as Parameters<TurndownService['turndown']>[0]);
  return { title: article?.title?.trim().slice(0, 300) || title, markdown: markdown.replaceAll(/\n{3,}/g, '\n\n').trim() };
}

function absolute(href: string | null, base: string): string | undefined {
  if (href === null || !URL.canParse(href, base)) return undefined;
  const target = new URL(href, base);
  return target.protocol === 'http:' || target.protocol === 'https:' ? target.href : undefined;
}
