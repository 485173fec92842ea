export { ToolResultView } from './tool-result-view.tsx';
export { ToolsPage } from './tools-page.tsx';
