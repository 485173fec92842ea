export { HighlightedCode } from './code.tsx';
export { LinkQuestion } from './link.tsx';
export { Markdown } from './markdown.tsx';
export { safeImage, safeLink } from './policy.ts';
