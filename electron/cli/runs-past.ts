// `orrery runs fork|replay|compare|pause|stop|resume|step`: earlier runs are taken up again as new ones, and runs that go are held.

import type { Command } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import { type JsonValue, parseJson } from '../../shared/model/json.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import type { RunComparison } from '../../shared/model/run-comparison.ts';
import { emptyRunView, foldRun } from '../../shared/model/run-view.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import type { HostClient } from '../wires/attach.ts';
import { findRun } from './find-run.ts';
import { stepOf } from './find-step.ts';
import { followRun, titlesOf } from './follow-run.ts';
import { letThrough } from './held-steps.ts';
import { readInputs } from './inputs.ts';
import { amber, dim, exitCodes, green, inert, print, printJson, printTable, say } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}

interface ForkOptions extends Options {
  step?: string;
  current?: boolean;
  set: string[];
  outputs?: string;
  stepThrough?: boolean;
}

export function pastCommands(runs: Command): void {
  const add = (name: string, about: string): Command =>
    runs.command(name).description(about).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  const run = 'a run’s number or id';

  add('fork', 'run it once more, with what came before a step taken over')
    .argument('<run>', run)
    .option('--step <step>', 'do this step and what follows it again, by its name or id; without it, what was not done')
    .option('--current', 'with the workflow as it is now')
    .option('--set <key=value>', 'another input; repeat for more', (value: string, all: string[]) => [...all, value], [])
    .option('--outputs <json>', 'take these outputs, by port, for the step’s own: {"out": 3}')
    .option('--step-through', 'hold before every step')
    .action((which: string, options: ForkOptions) => withHost(options, (client) => fork(client, which, options)));
  add('replay', 'once more from its journal alone: no model, no network, no effect; fails at the first difference')
    .argument('<run>', run)
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const { id } = await findRun(client, which);
        const replayed = await client.runs.replay({ id });
        const code = await follow(client, replayed, options);
        if (options.json !== true) await sayReplayed(client, replayed.id);
        return code;
      }),
    );
  add('compare', 'what differs between two runs, step by step')
    .argument('<left>', run)
    .argument('<right>', run)
    .action((left: string, right: string, options: Options) => withHost(options, (client) => compare(client, left, right, options)));
  add('pause', 'hold a run: steps that go end, none begins; it stays so over restarts')
    .argument('<run>', run)
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const { id } = await findRun(client, which);
        await client.runs.pause({ id });
        return show(client, id, options);
      }),
    );
  add('stop', 'stop a run, also one that is queued or waits for a person')
    .argument('<run>', run)
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const { id } = await findRun(client, which);
        await client.runs.cancel({ id });
        try {
          return await show(client, id, options);
        } catch (error) {
          // It is stopped all the same: one of a newer Orrery cannot be shown here.
          if (fromWireError(error).code !== 'journal-newer') throw error;
          say('The run is stopped. A newer Orrery wrote it, so what it did cannot be shown here; it can be deleted.');
          return exitCodes.ok;
        }
      }),
    );
  add('resume', 'let a held run go on')
    .argument('<run>', run)
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const { id } = await findRun(client, which);
        await client.runs.resume({ id });
        return follow(client, (await client.runs.get({ id })).run, options);
      }),
    );
  add('step', 'let a held run do its next step, or the named one')
    .argument('<run>', run)
    .argument('[step]', 'one of those that are ready, by its name or id; in a body with its place: "Fetch#2"')
    .action((which: string, step: string | undefined, options: Options) =>
      withHost(options, (client) => stepOnce(client, which, step, options)),
    );
}

async function fork(client: HostClient, which: string, options: ForkOptions): Promise<number> {
  const { id } = await findRun(client, which);
  const { document, run } = await client.runs.get({ id });
  const current = options.current === true && run.workflow !== undefined ? await client.workflows.get({ id: run.workflow }) : document;
  const named = options.step === undefined ? undefined : await stepOf(client, current, options.step);
  const made = await client.runs.fork({
    id,
    useCurrent: options.current === true,
    ...(named === undefined ? {} : { step: named }),
    ...(options.set.length === 0 || current === undefined
      ? {}
      : { inputs: { ...(await inputsOf(client, id)), ...readInputs(options.set, current) } }),
    ...(options.outputs === undefined ? {} : { outputs: readOutputs(options.outputs) }),
    ...(options.stepThrough === true ? { stepThrough: true } : {}),
  });
  const isWhole = run.status === 'done' && named === undefined && options.set.length === 0 && options.current !== true;
  if (isWhole && options.json !== true)
    say(`Run ${run.number} was done, so all of it was taken over. To do a step and what follows it again, name it with --step.`);
  return follow(client, made, options);
}

/** What a replay shows: what was computed again is equal, or the replay would have ended there; the rest is what the record says. */
async function sayReplayed(client: HostClient, id: RunSummary['id']): Promise<void> {
  const { events, leftOut = 0 } = await client.runs.get({ id });
  if (leftOut > 0) return;
  const done = events.flatMap(({ event }) => (event.type === 'step-done' ? [event] : []));
  const taken = done.filter(({ from }) => from !== undefined).length;
  say(`${counted(done.length - taken, 'step')} computed again and equal, ${taken} taken from the record`);
}

async function inputsOf(client: HostClient, id: RunSummary['id']): Promise<Record<string, JsonValue>> {
  const { events } = await client.runs.get({ id });
  return foldRun(
    emptyRunView,
    events.map((one) => one.event),
  ).inputs;
}

function readOutputs(text: string): Record<string, JsonValue> {
  const value = parseJson(text, 'The value of --outputs');
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  throw new AppError('input-outputs', '--outputs takes an object of outputs by port.', { hint: 'Write it like --outputs \'{"out": 3}\'.' });
}

async function follow(client: HostClient, run: RunSummary, options: Options): Promise<number> {
  const { document } = await client.runs.get({ id: run.id });
  return followRun(client, run, titlesOf(document), options.json === true);
}

/** Until the step has ended, so that a host of this command's own does not close under it. */
async function stepOnce(client: HostClient, which: string, step: string | undefined, options: Options): Promise<number> {
  const { id } = await findRun(client, which);
  const named = step === undefined ? undefined : await stepOf(client, (await client.runs.get({ id })).document, step);
  await letThrough(client, id, named);
  return show(client, id, options);
}

async function show(client: HostClient, id: RunSummary['id'], options: Options): Promise<number> {
  const { run } = await client.runs.get({ id });
  if (options.json === true) printJson(run);
  else print(`Run ${run.number} · ${inert(run.title)} · ${run.status}`);
  return exitCodes.ok;
}

async function compare(client: HostClient, left: string, right: string, options: Options): Promise<number> {
  const [a, b] = [await findRun(client, left), await findRun(client, right)];
  const comparison = await client.runs.compare({ left: a.id, right: b.id });
  if (options.json === true) printJson(comparison);
  else printComparison(comparison);
  return exitCodes.ok;
}

function printComparison({ left, right, graph, inputs, steps }: RunComparison): void {
  print(`Run ${left.number} (${left.status}) and run ${right.number} (${right.status})`);
  const nodes = [
    ...graph.added.map((node) => `+ ${node}`),
    ...graph.removed.map((node) => `- ${node}`),
    ...graph.changed.map((node) => `~ ${node}`),
  ];
  print(nodes.length === 0 ? 'The graph is the same.' : `The graph differs: ${inert(nodes.join(', '))}`);
  print(inputs === 'same' ? 'The inputs are the same.' : 'The inputs differ.');
  const others = steps.filter((step) => step.state !== 'same');
  if (others.length === 0) {
    print(green(steps.length === 1 ? 'The one step is the same.' : `All ${steps.length} steps are the same.`));
    return;
  }
  print(`${steps.length - others.length} of ${counted(steps.length, 'step')} are the same; these are not:`);
  printTable(
    others.map((step) => [
      '  ',
      inert(step.step),
      amber(words[step.state]),
      step.state === 'changed' ? dim(inert(`${cut(step.left?.outputs)} → ${cut(step.right?.outputs)}`)) : '',
    ]),
  );
}

const words: Record<RunComparison['steps'][number]['state'], string> = {
  same: 'same',
  changed: 'changed',
  'only-left': 'only in the first',
  'only-right': 'only in the second',
};

const cut = (text: string | undefined): string => (text === undefined ? 'nothing' : text.length > 60 ? `${text.slice(0, 60)}…` : text);
