// What Markdown from outside may become: a short list of elements, links a person can open, images that carry their own
// bytes. It must never let through raw HTML, an address that loads by itself, or a scheme that runs code.

import { harden } from 'rehype-harden';
import { defaultRehypePlugins, type StreamdownProps } from 'streamdown';
import { safeImage, safeLink } from './address.ts';

export const allowedElements: readonly string[] = [
  'a',
  'blockquote',
  'br',
  'code',
  'del',
  'em',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'img',
  'input',
  'li',
  'ol',
  'p',
  'pre',
  'section',
  'span',
  'strong',
  'sup',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];

type Plugins = NonNullable<StreamdownProps['rehypePlugins']>;

function sanitise(): Plugins[number] {
  const plugin = defaultRehypePlugins.sanitize;
  if (!Array.isArray(plugin)) throw new Error('The Markdown sanitiser is missing.');
  const [run, schema] = plugin as [Plugins[number], Record<string, unknown>];
  return [
    run,
    {
      ...schema,
      tagNames: allowedElements,
      attributes: {
        a: ['href', 'title'],
        code: [['className', /^language-./], 'metastring'],
        img: ['src', 'alt', 'title'],
        input: [
          ['disabled', true],
          ['type', 'checkbox'],
          ['checked', true],
        ],
        li: [['className', 'task-list-item']],
        ol: ['start'],
        td: ['align'],
        th: ['align'],
        ul: [['className', 'contains-task-list']],
      },
      protocols: { href: ['http', 'https', 'mailto'], src: ['data'] },
      strip: ['script', 'style', 'iframe', 'object', 'embed', 'svg', 'math'],
    },
  ] as Plugins[number];
}

/** Raw HTML is never parsed (`rehype-raw` is left out): it shows as the text it is. */
export const rehypePlugins: Plugins = [
  sanitise(),
  [
    harden,
    {
      defaultOrigin: 'https://app.invalid',
      allowedLinkPrefixes: ['*'],
      allowedImagePrefixes: ['data:'],
      allowDataImages: true,
      linkBlockPolicy: 'text-only',
      imageBlockPolicy: 'text-only',
    },
  ],
];

/** The last gate, after every plugin: attributes that hold an address. */
export const urlTransform: NonNullable<StreamdownProps['urlTransform']> = (url, key, node) => {
  if (key === 'href' && node.tagName === 'a') return safeLink(url);
  if (key === 'src' && node.tagName === 'img') return safeImage(url);
  return undefined;
};
