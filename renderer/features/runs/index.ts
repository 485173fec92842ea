export { kindNames, kindOf } from './run-list-model.ts';
export { RunsPage } from './runs-page.tsx';
