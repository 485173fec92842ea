export { LinkQuestion } from './link.tsx';
export { Markdown } from './markdown.tsx';
