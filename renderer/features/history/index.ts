export { HistoryPage } from './history-page.tsx';
export { RunChanges } from './run-changes.tsx';
export { useStepNames } from './use-step-names.ts';
