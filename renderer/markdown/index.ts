export { safeImage, safeLink } from './address.ts';
export { HighlightedCode } from './code.tsx';
export { LinkQuestion } from './link.tsx';
export { Markdown } from './markdown.tsx';
