// The workflow feature's door: what the Runs page draws a past run with, and jobs. Its own page is workflows-page.tsx, which the shell
// loads without all this.

import './workflow.css';
import './fields/fields.css';

export { StateSign as StepSign } from './canvas/node-state.tsx';
export { PortValues } from './inspector/port-values.tsx';
export { StepActions } from './inspector/step-actions.tsx';
export { msOfStep, StepCourse } from './inspector/step-course.tsx';
export { WaitingNote } from './inspector/step-data.tsx';
export { ToolAnswer } from './inspector/tool-answer.tsx';
export { useStep } from './inspector/use-step.ts';
export { nodeOfStep, stepTitle } from './model/step-title.ts';
export { ForkDialog, type ForkSubject } from './run/fork-dialog.tsx';
export { HeldLine } from './run/held-line.tsx';
export { RunCanvas } from './run/run-canvas.tsx';
export { rememberRuns } from './run/run-names.ts';
export { OriginLink, useOriginText } from './run/run-origin.tsx';
export { RunResult } from './run/run-result.tsx';
export { isGoing, RunState } from './run/run-status.tsx';
export { useNodeTitles } from './run/use-node-titles.ts';
export { useRunCommands } from './run/use-run-commands.ts';
export { useRunView } from './run/use-run-view.ts';
export { JobDialog } from './triggers/job-dialog.tsx';
export { useJobs } from './triggers/use-jobs.ts';
