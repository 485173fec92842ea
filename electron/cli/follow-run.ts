// Follows a run until it is over, or waits for somebody: questions and held steps are put to the person at the terminal; where
// there is none, what it waits for is said and the run goes on later. Progress goes to stderr, the result to stdout.

import { createInterface } from 'node:readline/promises';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { emptyRunView, foldRun, type RunView } from '../../shared/model/run-view.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { answerInTerminal } from './answer.ts';
import { type Kinds, kindsOf, nextSteps } from './held-steps.ts';
import { withLargeOutputs } from './large.ts';
import { exitCodes, inert, print, printJson, say } from './output.ts';
import { describeRun, printRun, sayStep } from './run-print.ts';

export type Titles = ReadonlyMap<string, string>;
export const titlesOf = (document: WorkflowDocument | undefined): Titles =>
  new Map(document?.nodes.map((node) => [node.id as string, node.title ?? node.kind]) ?? []);

/** Gives the exit code. */
export async function followRun(client: HostClient, run: RunSummary, titles: Titles, json: boolean): Promise<number> {
  const interactive = process.stdin.isTTY === true && !json;
  let view: RunView = emptyRunView;
  let kinds: Kinds | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(exitCodes.cancelled);
    stopping = true;
    say('Stopping …');
    // The stream ends with the run's last event.
    void client.runs.cancel({ id: run.id }).catch(() => undefined);
  };
  process.on('SIGINT', stop);
  try {
    if (run.status === 'queued' && !json) await sayQueued(client);
    for await (const batch of await client.runs.watch({ id: run.id, after: 0 })) {
      const events = batch.map((one) => one.event);
      view = foldRun(view, events);
      if (!json) for (const event of events) sayStep(event, titles);
      if (view.status === 'paused') {
        kinds ??= kindsOf((await client.runs.get({ id: run.id })).document);
        const next = nextSteps(view, kinds);
        if (next.length === 0) continue;
        if (!interactive) return printHeld(run, next, titles, json);
        await goOn(client, run.id, next, titles);
      }
      if (view.status !== 'waiting') continue;
      const open = (await client.inbox.list({ status: 'open', limit: 100 })).filter((item) => item.run === run.id);
      if (open.length === 0) continue;
      if (!interactive) return printWaiting(run, open, json);
      for (const item of open) await answerInTerminal(client, item);
    }
  } finally {
    process.off('SIGINT', stop);
  }
  return printEnd(client, run.id, titles, json);
}

async function sayQueued(client: HostClient): Promise<void> {
  const { isPaused, limit } = await client.queue.get();
  say(
    isPaused
      ? 'Everything is held, so it waits. Let it go on with: orrery queue resume'
      : `It waits for its turn: ${limit} runs go at once. See: orrery queue list`,
  );
}

const nameOf = (step: string, titles: Titles): string => {
  const title = titles.get(step.replace(/[#/~].*$/, ''));
  return inert(title === undefined || title === step ? step : `${title} (${step})`);
};

async function goOn(client: HostClient, id: RunId, next: readonly string[], titles: Titles): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    say(`Next: ${next.map((step) => nameOf(step, titles)).join(', ')}`);
    const text = (await lines.question('   [Enter] do it  [c] let the run go on  [q] stop it, or a step’s name: ')).trim();
    if (text === 'c') await client.runs.resume({ id });
    else if (text === 'q') await client.runs.cancel({ id });
    else await client.runs.stepOnce({ id, ...(text === '' ? {} : { step: text }) });
  } finally {
    lines.close();
  }
}

function printHeld(run: RunSummary, next: readonly string[], titles: Titles, json: boolean): number {
  if (json) printJson({ run: { ...run, status: 'paused' }, next });
  else {
    print(`Run ${run.number} is paused. Next: ${next.map((step) => nameOf(step, titles)).join(', ')}`);
    say(`Do one step with: orrery runs step ${run.number}. Let it go on with: orrery runs resume ${run.number}`);
  }
  return exitCodes.waiting;
}

function printWaiting(run: RunSummary, open: InboxItem[], json: boolean): number {
  if (json) printJson({ run: { ...run, status: 'waiting' }, waiting: open });
  else {
    print(`Run ${run.number} waits for you:`);
    for (const item of open)
      print(
        `  ${item.request.kind === 'question' ? item.request.question : item.request.kind === 'approval' ? `${item.request.action}?` : item.request.what}`,
      );
    say('Answer in Orrery’s inbox, or with: orrery inbox. The run goes on from here.');
  }
  return exitCodes.waiting;
}

async function printEnd(client: HostClient, id: RunId, titles: Titles, json: boolean): Promise<number> {
  const { run, events } = await client.runs.get({ id });
  const folded = foldRun(
    emptyRunView,
    events.map((one) => one.event),
  );
  const view = await withLargeOutputs(client, id, folded);
  if (json) printJson(describeRun(run, view));
  else printRun(run, view, titles);
  return run.status === 'done' ? exitCodes.ok : run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
}
