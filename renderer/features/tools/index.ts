export { FetchNode } from './node-offer.tsx';
export { ToolResultView } from './tool-result-view.tsx';
export { ToolsPage } from './tools-page.tsx';
export { useManagedNode } from './use-managed-node.ts';
