// Every element Markdown can become, drawn by us: streamdown's own components load addresses and open windows.

import { cloneElement, isValidElement, type ReactElement, type ReactNode } from 'react';
import type { StreamdownProps } from 'streamdown';
import { safeImage } from './address.ts';
import { MarkdownCode } from './code.tsx';
import { MarkdownLink } from './link.tsx';

interface Inner {
  children?: ReactNode;
}

/** Headings start at 3 on the page, since the page has its own. */
const heading = (level: 3 | 4 | 5 | 6, size: number) => {
  const Tag = `h${level}` as const;
  return ({ children }: Inner) => <Tag className={`md-h md-h${size}`}>{children}</Tag>;
};

const plain =
  (Tag: 'p' | 'ul' | 'blockquote' | 'tbody' | 'thead' | 'tr' | 'em' | 'strong' | 'del' | 'span') =>
  ({ children }: Inner) => <Tag>{children}</Tag>;

const cell =
  (Tag: 'td' | 'th') =>
  ({ children, style }: Inner & { style?: { textAlign?: string } }) => (
    <Tag className={style?.textAlign === 'right' ? 'md-right' : style?.textAlign === 'center' ? 'md-center' : undefined}>{children}</Tag>
  );

function Image({ src, alt }: { src?: string; alt?: string }): ReactNode {
  const inline = safeImage(typeof src === 'string' ? src : undefined);
  if (inline === undefined) return <span className="md-no-image">Image not shown{alt === undefined || alt === '' ? '' : `: ${alt}`}</span>;
  return <img className="md-image" src={inline} alt={alt ?? ''} />;
}

const Pre = ({ children }: Inner): ReactNode =>
  isValidElement(children) ? cloneElement(children as ReactElement<Record<string, unknown>>, { 'data-block': 'true' }) : children;

const Task = ({ checked }: { checked?: boolean }): ReactNode => (
  <input type="checkbox" className="md-task" checked={checked === true} disabled readOnly aria-label={checked === true ? 'done' : 'open'} />
);

export const components = {
  a: MarkdownLink,
  blockquote: plain('blockquote'),
  br: () => <br />,
  code: MarkdownCode,
  del: plain('del'),
  em: plain('em'),
  h1: heading(3, 1),
  h2: heading(4, 2),
  h3: heading(5, 3),
  h4: heading(6, 4),
  h5: heading(6, 4),
  h6: heading(6, 4),
  hr: () => <hr />,
  img: Image,
  input: Task,
  li: ({ children }: Inner) => <li>{children}</li>,
  ol: ({ children, start }: Inner & { start?: number }) => <ol start={start}>{children}</ol>,
  p: plain('p'),
  pre: Pre,
  section: ({ children }: Inner) => <section className="md-footnotes">{children}</section>,
  span: plain('span'),
  strong: plain('strong'),
  sup: ({ children }: Inner) => <sup>{children}</sup>,
  table: ({ children }: Inner) => (
    <div className="md-table">
      <table>{children}</table>
    </div>
  ),
  tbody: plain('tbody'),
  td: cell('td'),
  th: cell('th'),
  thead: plain('thead'),
  tr: plain('tr'),
  ul: plain('ul'),
} as unknown as NonNullable<StreamdownProps['components']>;
