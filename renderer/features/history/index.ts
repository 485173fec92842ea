export { HistoryPage } from './history-page.tsx';
export { RunChanges } from './run-changes.tsx';
