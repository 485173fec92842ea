// The workflow feature's door: its page, and what the Runs page draws a past run with.

export { StateSign as StepSign } from './canvas/node-state.tsx';
export { JsonTree } from './inspector/json-tree.tsx';
export { RunCanvas } from './run/run-canvas.tsx';
export { RunResult } from './run/run-result.tsx';
export { isGoing, RunState, useOriginWords } from './run/run-status.tsx';
export { JobDialog } from './triggers/job-dialog.tsx';
export { useJobs } from './triggers/use-jobs.ts';
export { WorkflowsPage } from './workflows-page.tsx';
