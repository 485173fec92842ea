// `orrery undo run|step|change|set|since`: looks at all of it, shows what would happen, asks, and carries out what was shown. For any
// number of changes: only some of each kind are listed, and a terminal is told how far it is.

import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type UndoItem,
  type UndoPlan,
  type UndoResult,
  type UndoSelection,
  type UndoState,
  undoChoice,
  undoState,
} from '../../shared/model/change.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { amber, dim, exitCodes, green, inert, print, printJson, red, say } from './output.ts';
import { progressLine } from './progress.ts';

export interface UndoActOptions {
  json?: boolean;
  yes?: boolean;
  conflicts: string;
}

/** Lines of each kind; the rest is counted. */
const listed = 100;

/** Gives the exit code. Throws `input-usage`, `input-confirm`. */
export async function undoAct(client: HostClient, selection: UndoSelection, options: UndoActOptions): Promise<number> {
  const choice = undoChoice.safeParse(options.conflicts).data;
  if (choice === undefined)
    throw new AppError('input-usage', `There is no choice “${options.conflicts}”.`, { hint: 'Use keep, restore or beside.' });
  const isQuiet = options.json === true;
  const plan = await lookAt(client, selection, isQuiet);
  const { counts } = plan;
  const total = undoState.options.reduce((sum, state) => sum + counts[state], 0);
  const meant = counts.ready + (choice === 'restore' ? counts.conflict : choice === 'beside' ? plan.beside : 0);
  if (!isQuiet) await printPlan(client, plan);
  if (meant === 0) {
    if (isQuiet) printJson({ done: 0, kept: total, failed: [] });
    else
      print(total > 0 ? 'There is nothing to undo.' : 'run' in selection ? await nothingChanged(client, selection) : 'It changed nothing.');
    return exitCodes.ok;
  }
  const isAgreed = isQuiet || (await confirm(`Undo ${counted(meant, 'change')}?`, options));
  if (!isAgreed) {
    print('Nothing was changed.');
    return exitCodes.ok;
  }
  const carried = await carryOut(client, plan, choice, isQuiet);
  // What cannot be taken back is left as it is too.
  const result = { ...carried, kept: carried.kept + counts.cannot };
  if (isQuiet) printJson(result);
  else printResult(result);
  if (result.left !== undefined) return exitCodes.cancelled;
  return result.failed.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Of a run whose changes may have been removed by their age, that is not said. */
export async function nothingChanged(client: HostClient, { run, step }: { run: RunId; step?: string | undefined }): Promise<string> {
  const what = step === undefined ? 'It' : 'That step';
  const [found, { keepChangesDays }] = [await client.runs.get({ id: run }).catch(() => undefined), await client.settings.get()];
  const isKept = found !== undefined && (keepChangesDays === 0 || found.run.startedAt > Date.now() - keepChangesDays * 86_400_000);
  return isKept ? `${what} changed nothing.` : `${what} changed nothing that is kept.`;
}

async function lookAt(client: HostClient, selection: UndoSelection, isQuiet: boolean): Promise<UndoPlan> {
  const progress = progressLine(process.stderr, isQuiet);
  try {
    for await (const batch of await client.undo.prepare({ selection }))
      for (const event of batch) {
        if (event.kind === 'plan') return event.plan;
        progress.tell(`Looking: ${far(event)} changes`);
      }
  } finally {
    progress.end();
  }
  throw new AppError('internal', 'The host ended without having looked at the changes.', { hint: 'Try again.' });
}

const far = ({ done, of }: { done: number; of: number }): string => `${done.toLocaleString('en')} of ${of.toLocaleString('en')}`;

async function printPlan(client: HostClient, { id, counts }: UndoPlan): Promise<void> {
  for (const state of undoState.options) {
    if (counts[state] === 0) continue;
    for (const item of await client.undo.listPlanned({ plan: id, state, from: 0, limit: listed })) print(lineOf(item));
    const more = counts[state] - listed;
    if (more > 0) print(`${words[state]}  ${dim(`and ${counted(more, 'more', 'more')}`)}`);
  }
}

/** Ctrl-C stops before the next change; a second one ends the command, and the host goes on stopping. */
async function carryOut(
  client: HostClient,
  plan: UndoPlan,
  otherwise: 'keep' | 'restore' | 'beside',
  isQuiet: boolean,
): Promise<UndoResult> {
  const progress = progressLine(process.stderr, isQuiet);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(exitCodes.cancelled);
    isStopping = true;
    progress.end();
    say('Stopping …');
    // One that is over just now cannot be stopped, and its result comes.
    void client.undo.stop({ plan: plan.id }).catch(() => undefined);
  };
  process.on('SIGINT', stop);
  try {
    for await (const batch of await client.undo.carryOut({ plan: plan.id, hash: plan.hash, otherwise }))
      for (const event of batch) {
        if (event.kind === 'result') return event.result;
        if (!isStopping) progress.tell(`Undoing: ${far(event)}  (Ctrl-C stops)`);
      }
  } finally {
    process.off('SIGINT', stop);
    progress.end();
  }
  throw new AppError('internal', 'The host ended without saying what came of it.', { hint: 'See what it did: orrery undo list --all' });
}

function printResult({ done, kept, failed, failedMore = 0, left, set }: UndoResult): void {
  print(`${done} undone${kept === 0 ? '' : `, ${kept} left as they are`}.`);
  for (const each of failed) print(red(`${inert(each.title)}: ${inert(each.message)}`));
  if (failedMore > 0) print(red(`${failedMore} more could not be undone.`));
  if (left !== undefined) print(`Stopped: ${counted(left, 'change')} not taken back. To go on, undo it again.`);
  if (set !== undefined) print(dim(`To undo that: orrery undo set ${set}`));
}

const words: Record<UndoState, string> = {
  ready: green('undo'),
  already: dim('as it was'),
  conflict: amber('changed since'),
  cannot: amber('cannot'),
  undone: dim('undone'),
};
const lineOf = (item: UndoItem): string =>
  `${words[item.state]}  ${inert(item.state === 'conflict' ? `${item.change.title}: ${item.words}` : item.words)}`;
