// A run in words, and as JSON.

import type { RunEvent, RunSummary } from '../../shared/model/run.ts';
import type { RunView, StepView } from '../../shared/model/run-view.ts';
import { terminalHint } from './hints.ts';
import { amber, bold, dim, formatMs, formatTime, green, inert, print, printTable, red, say } from './output.ts';

const mark: Record<StepView['status'], string> = {
  held: '‖',
  done: '✓',
  failed: '✗',
  skipped: '–',
  waiting: '✋',
  running: '…',
  retrying: '↻',
};

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
  printTable(linesOf(view, titles));
  for (const [name, value] of Object.entries(view.outputs ?? {})) {
    print();
    print(bold(inert(name)));
    print(inert(typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  }
  if (run.error !== undefined) {
    print();
    print(`${red('Failed')}: ${inert(run.error.message)}`);
    const hint = terminalHint(run.error);
    if (hint !== undefined) print(`  ${inert(hint)}`);
  }
}

/** A line for each step; what is inside a loop is one line for all its rounds, besides those that failed. */
function linesOf(view: RunView, titles: ReadonlyMap<string, string>): string[][] {
  const lines: string[][] = [];
  const rounds = new Map<string, StepView[]>();
  for (const step of view.steps.values()) {
    if (!step.step.includes('#')) {
      lines.push(lineOf(step, titleOf(step.step, step.node, titles)));
      continue;
    }
    const known = rounds.get(step.node);
    if (known !== undefined) known.push(step);
    else {
      const all = [step];
      rounds.set(step.node, all);
      // Filled in below, once all rounds are known; its place is that of the first.
      lines.push([step.node]);
    }
  }
  return lines.flatMap((line) => {
    const all = line.length === 1 ? rounds.get(line[0] ?? '') : undefined;
    return all === undefined ? [line] : roundLines(all, titles);
  });
}

function roundLines(all: StepView[], titles: ReadonlyMap<string, string>): string[][] {
  const failed = all.filter((step) => step.status === 'failed');
  const others = all.filter((step) => step.status !== 'failed');
  const open = others.find((step) => step.status !== 'done' && step.status !== 'skipped');
  const ran = others.filter((step) => step.status === 'done');
  const [first] = all;
  if (first === undefined) return [];
  const title = `${inert(titles.get(first.node) ?? first.node)} · ${ran.length} of ${all.length}`;
  const summed = ran.reduce((sum, step) => sum + (step.ms ?? 0), 0);
  const sign = mark[open?.status ?? (ran.length > 0 ? 'done' : failed.length > 0 ? 'failed' : 'skipped')];
  return [
    ['  ', sign, title, ran.length === 0 ? '' : dim(formatMs(summed)), ''],
    ...failed.map((step) => lineOf(step, titleOf(step.step, step.node, titles))),
  ];
}

const lineOf = (step: StepView, title: string): string[] => [
  '  ',
  mark[step.status],
  title,
  step.ms === undefined ? '' : dim(formatMs(step.ms)),
  step.error === undefined || step.status === 'done' ? '' : red(inert(step.error.message)),
];

export const describeRun = (run: RunSummary, view: RunView) => ({ run, outputs: view.outputs ?? {}, steps: [...view.steps.values()] });
