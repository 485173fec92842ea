export { TerminalPage } from './terminal-page.tsx';
