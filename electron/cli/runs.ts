import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../shared/model/run-view.ts';
import type { HostClient } from '../wires/attach.ts';
import { readLimit } from './limit.ts';
import { dim, exitCodes, formatMs, formatTime, inert, print, printJson, printTable } from './output.ts';
import { describeRun, printRun } from './run-print.ts';
import { withHost } from './with-host.ts';

interface ListOptions {
  json?: boolean;
  data?: string;
  limit: string;
}

export function runsCommand(program: Command): void {
  const runs = program.command('runs').description('list runs, or show one');
  runs
    .command('list', { isDefault: true })
    .description('the newest runs')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((options: ListOptions) =>
      withHost(options, async (client) => {
        const limit = readLimit(options.limit, 500);
        const list = await client.runs.list({ limit, query: '' });
        if (options.json === true) printJson(list);
        else if (list.length === 0) print('No runs yet. Start one with: orrery run <workflow.json>');
        else
          printTable(
            list.map((run) => [
              `${run.number}`,
              run.status,
              inert(run.title),
              dim(formatTime(run.startedAt)),
              run.endedAt === undefined ? '' : formatMs(run.endedAt - run.startedAt),
              dim(run.id),
            ]),
          );
        return exitCodes.ok;
      }),
    );
  runs
    .command('show')
    .argument('<run>', 'a run’s number or id')
    .description('what a run did, step by step')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((which: string, options: { json?: boolean; data?: string }) =>
      withHost(options, async (client) => {
        const found = await findRun(client, which);
        const { run, document, events } = await client.runs.get({ id: found.id });
        const view = foldRun(
          emptyRunView,
          events.map((one) => one.event),
        );
        const titles = new Map(document?.nodes.map((node) => [node.id as string, node.title ?? node.kind]) ?? []);
        if (options.json === true) printJson(describeRun(run, view));
        else printRun(run, view, titles);
        return exitCodes.ok;
      }),
    );
}

/** By id, or by number among the newest 500. */
async function findRun(client: HostClient, which: string): Promise<Pick<RunSummary, 'id'>> {
  const list = await client.runs.list({ limit: 500, query: '' });
  const found = list.find((run) => run.id === which || `${run.number}` === which);
  if (found !== undefined) return found;
  if (/^\d+$/.test(which))
    throw new AppError('input-run-unknown', `There is no run ${which} among the newest 500.`, {
      hint: 'See `orrery runs list`, or give its id.',
    });
  const id = which as RunSummary['id'];
  const older = await client.runs.get({ id }).catch(() => undefined);
  if (older !== undefined) return older.run;
  throw new AppError('input-run-unknown', `There is no run “${which}”.`, { hint: 'See `orrery runs list`.' });
}
