// A run in words, and as JSON.

import type { RunEvent, RunSummary } from '../../shared/model/run.ts';
import type { RunView, StepView } from '../../shared/model/run-view.ts';
import { amber, bold, dim, formatMs, formatTime, green, inert, print, printTable, red, say } from './output.ts';

const mark: Record<StepView['status'], string> = { done: '✓', failed: '✗', skipped: '–', waiting: '✋', running: '…', retrying: '↻' };

/** One line for each step that ended, while the run goes on; for people at a terminal only. */
export function sayStep(event: RunEvent, titles: ReadonlyMap<string, string>): void {
  if (process.stderr.isTTY !== true) return;
  if (event.type === 'step-done')
    say(`  ${green('✓', process.stderr)} ${titleOf(event.step, event.node, titles)} ${dim(formatMs(event.ms), process.stderr)}`);
  if (event.type === 'step-failed')
    say(
      `  ${red('✗', process.stderr)} ${titleOf(event.step, event.node, titles)}: ${inert(event.error.message)}${event.retryAt === undefined ? '' : ' (will try again)'}`,
    );
  if (event.type === 'step-waiting') say(`  ${amber('✋', process.stderr)} ${titleOf(event.step, event.node, titles)} waits for you`);
}

/** `Summarise · 4` for the fourth round of a loop. */
const titleOf = (step: string, node: string, titles: ReadonlyMap<string, string>): string => {
  const at = step.indexOf('#');
  const round =
    at < 0
      ? ''
      : ` · ${step
          .slice(at + 1)
          .split('.')
          .map((part) => Number(part) + 1)
          .join('.')}`;
  return inert(`${titles.get(node) ?? node}${round}`);
};

export function printRun(run: RunSummary, view: RunView, titles: ReadonlyMap<string, string>): void {
  const word = run.status === 'done' ? green('done') : run.status === 'failed' ? red('failed') : amber(run.status);
  const took = run.endedAt === undefined ? '' : ` in ${formatMs(run.endedAt - run.startedAt)}`;
  print(`${bold(`Run ${run.number}`)} · ${inert(run.title)} · ${word}${took} · ${formatTime(run.startedAt)} · ${dim(run.id)}`);
  printTable(
    [...view.steps.values()].map((step) => [
      '  ',
      mark[step.status],
      titleOf(step.step, step.node, titles),
      step.ms === undefined ? '' : dim(formatMs(step.ms)),
      step.error === undefined || step.status === 'done' ? '' : red(inert(step.error.message)),
    ]),
  );
  for (const [name, value] of Object.entries(view.outputs ?? {})) {
    print();
    print(bold(inert(name)));
    print(inert(typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  }
  if (run.error !== undefined) {
    print();
    print(`${red('Failed')}: ${inert(run.error.message)}`);
    if (run.error.hint !== undefined) print(`  ${inert(run.error.hint)}`);
  }
}

export const describeRun = (run: RunSummary, view: RunView) => ({ run, outputs: view.outputs ?? {}, steps: [...view.steps.values()] });
