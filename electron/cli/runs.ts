// `orrery runs`: lists and shows runs. What takes earlier ones up again is in runs-past.ts.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type RunStatus, type RunSummary, runOrigin, runStatus } from '../../shared/model/run.ts';
import { emptyRunView, foldRun } from '../../shared/model/run-view.ts';
import type { HostClient } from '../wires/attach.ts';
import { findRun } from './find-run.ts';
import { findWorkflow } from './find-workflow.ts';
import { titlesOf } from './follow-run.ts';
import { withLargeOutputs } from './large.ts';
import { readLimit } from './limit.ts';
import { dim, exitCodes, formatMs, formatTime, inert, print, printJson, printTable, say } from './output.ts';
import { describeRun, printRun } from './run-print.ts';
import { pastCommands } from './runs-past.ts';
import { withHost } from './with-host.ts';

interface ListOptions {
  json?: boolean;
  data?: string;
  limit: string;
  status?: string;
  workflow?: string;
  query?: string;
  since?: string;
  origin?: string;
  job?: string;
}

type Filter = Parameters<HostClient['runs']['list']>[0];
const origins = runOrigin.options.map((option) => option.shape.kind.value);

export function runsCommand(program: Command): void {
  const runs = program.command('runs').description('list runs, show one, or take an earlier one up again');
  runs
    .command('list', { isDefault: true })
    .description('the newest runs')
    .option('--limit <n>', 'how many', '20')
    .option('--status <names>', `only these, with commas: ${runStatus.options.join(', ')}`)
    .option('--workflow <name>', 'only of this workflow, by name or id')
    .option('--query <text>', 'only those whose title has this text')
    .option('--since <when>', 'only those that started since: 30m, 12h, 7d, or a date such as 2026-11-01')
    .option('--origin <names>', `only those started so, with commas: ${origins.join(', ')}`)
    .option('--job <id>', 'only those that this job started')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((options: ListOptions) =>
      withHost(options, async (client) => {
        const list = await client.runs.list(await readFilter(client, options));
        if (options.json === true) printJson(list);
        else if (list.length > 0) printTable(list.map(row));
        else if (isFiltered(options)) print('No runs are like that.');
        else print('No runs yet. Start one with: orrery run <workflow.json>');
        if (options.json !== true) await sayNewer(client);
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
        const { run, document, events, leftOut } = await client.runs.get({ id: found.id });
        const folded = foldRun(
          emptyRunView,
          events.map((one) => one.event),
        );
        const view = await withLargeOutputs(client, run.id, folded);
        if (leftOut !== undefined) say(`${leftOut} of its older events are not shown.`);
        if (options.json === true) printJson(describeRun(run, view));
        else printRun(run, view, titlesOf(document));
        return exitCodes.ok;
      }),
    );
  pastCommands(runs);
}

/** Runs that this Orrery leaves as they are. */
async function sayNewer(client: HostClient): Promise<void> {
  for await (const { banners } of await client.app.watchStatus()) {
    for (const { id, message, hint } of banners) if (id === 'runs-newer') say(`${inert(message)} ${hint}`);
    return;
  }
}

const row = (run: RunSummary): string[] => [
  `${run.number}`,
  run.status,
  run.origin.kind,
  inert(run.title),
  dim(formatTime(run.startedAt)),
  run.endedAt === undefined ? '' : formatMs(run.endedAt - run.startedAt),
  dim(run.id),
];

const isFiltered = ({ status, workflow, query, since, origin, job }: ListOptions): boolean =>
  [status, workflow, query, since, origin, job].some((each) => each !== undefined);

async function readFilter(client: HostClient, options: ListOptions): Promise<Filter> {
  const { status, workflow, query = '', since, origin, job } = options;
  return {
    limit: readLimit(options.limit, 500),
    query,
    ...(status === undefined ? {} : { status: readNames<RunStatus>('status', status, runStatus.options) }),
    ...(origin === undefined ? {} : { origin: readNames<RunSummary['origin']['kind']>('origin', origin, origins) }),
    ...(since === undefined ? {} : { since: readSince(since, Date.now()) }),
    ...(workflow === undefined ? {} : { workflow: (await findWorkflow(client, workflow)).id }),
    ...(job === undefined ? {} : { job: job as NonNullable<Filter['job']> }),
  };
}

function readNames<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name as T));
  if (unknown === undefined) return names as T[];
  throw new AppError(`input-${option}`, `--${option} does not know “${unknown}”.`, { hint: `There are: ${known.join(', ')}.` });
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds since 1970. */
export function readSince(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text.trim()) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (units[unit] ?? 0);
  // A date alone is that day here, not in Greenwich.
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? `${text.trim()}T00:00` : text);
  if (!Number.isNaN(at)) return at;
  throw new AppError('input-since', `--since “${text}” is neither a span nor a date.`, {
    hint: 'Write it like --since 12h, --since 7d or --since 2026-11-01.',
  });
}
