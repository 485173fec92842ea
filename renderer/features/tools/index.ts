export { CompleteInput } from './complete-input.tsx';
export { FetchNode } from './node-offer.tsx';
export { canAsk } from './state-words.ts';
export { ContentPart, ToolResultView } from './tool-result-view.tsx';
export { ToolsPage } from './tools-page.tsx';
export { filled, placesIn } from './uri-template.ts';
export { useManagedNode } from './use-managed-node.ts';
