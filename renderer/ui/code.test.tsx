import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { WithCode } from './code.tsx';

const textOf = (text: string): string => renderToStaticMarkup(<WithCode text={text} />).replace(/<code[^>]*>/g, '<code>');

it('shows names between backticks as code, and everything else as it is', () => {
  expect(textOf('`~` is the home folder, such as `*.md`.')).toBe('<code>~</code> is the home folder, such as <code>*.md</code>.');
  expect(textOf('One ` alone')).toBe('One ` alone');
  expect(textOf('**bold** <b>tag</b> [link](https://example.org)')).toBe('**bold** &lt;b&gt;tag&lt;/b&gt; [link](https://example.org)');
});
