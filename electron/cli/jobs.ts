// `orrery jobs`: which workflows start by themselves, when, and what was missed.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model/grant.ts';
import type { DueRun, Job } from '../../shared/model/job.ts';
import type { Workflow } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';
import { findWorkflow } from './find-workflow.ts';
import { followRun, titlesOf } from './follow-run.ts';
import { terminalHint } from './hints.ts';
import { readInputs, wholePath } from './inputs.ts';
import { readLimit } from './limit.ts';
import { amber, bold, dim, exitCodes, formatTime, inert, print, printJson, printTable, red, say } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}
interface OnOptions extends Options {
  allow: string[];
  folder: string[];
  host: string[];
  set: string[];
}
interface ListOptions extends Options {
  limit: string;
  job?: string;
  state?: DueRun['state'][];
}

const gather = (value: string, all: string[]): string[] => [...all, value];
const example = '\nExample:\n  orrery jobs on "Review of the week" schedule --folder ~/notes --set folder=~/notes --allow files.write_text';

export function jobsCommand(program: Command): void {
  const jobs = program.command('jobs').description('workflows that start by themselves: list them, turn them on and off, see what comes');
  const command = (name: string, description: string, options: { isDefault?: boolean } = {}): Command =>
    jobs.command(name, options).description(description).option('--json', 'print JSON').option('--data <folder>', 'the data folder');

  command('list', 'every job, and why one cannot start', { isDefault: true }).action((options: Options) =>
    withHost(options, (client) => list(client, options)),
  );
  command('on', 'let a trigger of a stored workflow start it')
    .argument('<workflow>', 'its name or id')
    .argument('[node]', 'the trigger’s title or id; not needed where there is one')
    .option('--allow <server.tool>', 'a tool that its runs may call without asking; * for all of a server; repeat for more', gather, [])
    .option('--folder <path>', 'a folder that its runs may use; repeat for more', gather, [])
    .option('--host <name>', 'a host name that its runs may reach; repeat for more', gather, [])
    .option('--set <key=value>', 'give an input; repeat for more', gather, [])
    .addHelpText('after', example)
    .action((workflow: string, node: string | undefined, options: OnOptions) =>
      withHost(options, (client) => turnOn(client, workflow, node, options)),
    );
  command('off', 'it does not start by itself any more')
    .argument('<job>', 'its number in the list, its id, or its workflow’s name')
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const job = await client.jobs.turnOff({ id: (await findJob(client, which)).id });
        if (options.json === true) printJson(job);
        else print(`${inert(job.title)} does not start by itself any more.`);
        return exitCodes.ok;
      }),
    );
  command('next', 'what runs next')
    .option('--limit <n>', 'how many', '20')
    .option('--job <job>', 'of this job alone')
    .action((options: ListOptions) => withHost(options, (client) => next(client, options)));
  command('past', 'what was due, what became of it, and why')
    .option('--limit <n>', 'how many', '50')
    .option('--job <job>', 'of this job alone')
    .option('--missed', 'only what was missed')
    .action((options: ListOptions & { missed?: boolean }) =>
      withHost(options, (client) => past(client, { ...options, ...(options.missed === true ? { state: ['missed'] } : {}) })),
    );
  command('run', 'start one now, under its own grant')
    .argument('<job>', 'its number in the list, its id, or its workflow’s name')
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const job = await findJob(client, which);
        const workflow = await client.workflows.get({ id: job.workflow });
        return followRun(client, await client.jobs.runNow({ id: job.id }), titlesOf(workflow), options.json === true);
      }),
    );
  command('webhook', 'the address of a webhook, with its secret part')
    .argument('<job>', 'its number in the list, its id, or its workflow’s name')
    .option('--renew', 'make a new address; the old one is void')
    .action((which: string, options: Options & { renew?: boolean }) =>
      withHost(options, async (client) => {
        const { id } = await findJob(client, which);
        const hook = await (options.renew === true ? client.jobs.renewWebhook({ id }) : client.jobs.getWebhook({ id }));
        if (options.json === true) printJson(hook);
        else print(hook.url);
        return exitCodes.ok;
      }),
    );
}

async function list(client: HostClient, options: Options): Promise<number> {
  const all = await client.jobs.list({});
  if (options.json === true) printJson(all);
  else if (all.length === 0) print('No jobs yet. Turn one on with: orrery jobs on <workflow>');
  else
    printTable(
      all.map((job, index) => [
        `${index + 1}`,
        job.isOn ? (job.trouble === undefined ? 'on' : amber('trouble')) : dim('off'),
        inert(job.title),
        inert(job.when),
        job.lastRun?.status === 'failed' ? red('last run failed') : '',
        job.trouble === undefined ? (job.nextDueAt === undefined ? '' : `next ${formatTime(job.nextDueAt)}`) : inert(job.trouble.message),
        dim(job.id),
      ]),
    );
  return all.some((job) => job.trouble !== undefined) ? exitCodes.failed : exitCodes.ok;
}

async function turnOn(client: HostClient, which: string, node: string | undefined, options: OnOptions): Promise<number> {
  const workflow = await findWorkflow(client, which);
  const trigger = findTrigger(workflow, node);
  const grant: Grant = {
    tools: options.allow.map(readTool),
    folders: options.folder.map(wholePath),
    ...(options.host.length === 0 ? {} : { hosts: options.host }),
  };
  const job = await client.jobs.turnOn({ workflow: workflow.id, node: trigger, grant, inputs: readInputs(options.set, workflow) });
  if (options.json === true) printJson(job);
  else {
    print(`${bold(inert(job.title))} starts by itself: ${inert(job.when)}.`);
    if (job.nextDueAt !== undefined) print(`Next: ${formatTime(job.nextDueAt)}`);
    if (job.trouble !== undefined)
      say(`${amber('But not now', process.stderr)}: ${inert(job.trouble.message)} ${inert(terminalHint(job.trouble) ?? '')}`);
    else say('It starts while the app or `orrery serve` runs; what is missed is caught up on by its rule.');
  }
  return exitCodes.ok;
}

async function next(client: HostClient, options: ListOptions): Promise<number> {
  const limit = readLimit(options.limit, 500);
  const job = options.job === undefined ? undefined : (await findJob(client, options.job)).id;
  const all = await client.jobs.listNext({ limit, ...(job === undefined ? {} : { job }) });
  if (options.json === true) printJson(all);
  else if (all.length === 0) print('Nothing is due.');
  else printTable(all.map(({ at, title }) => [formatTime(at), inert(title)]));
  return exitCodes.ok;
}

async function past(client: HostClient, options: ListOptions): Promise<number> {
  const limit = readLimit(options.limit, 500);
  const job = options.job === undefined ? undefined : (await findJob(client, options.job)).id;
  const all = await client.jobs.listPast({
    limit,
    ...(job === undefined ? {} : { job }),
    ...(options.state === undefined ? {} : { state: options.state }),
  });
  if (options.json === true) printJson(all);
  else if (all.length === 0) print(options.state === undefined ? 'Nothing was due yet.' : 'Nothing was missed.');
  else printTable(all.map((row) => [formatTime(row.dueAt), row.state, inert(row.title), dim(inert(row.reason ?? row.run ?? ''))]));
  return exitCodes.ok;
}

function readTool(text: string): Grant['tools'][number] {
  const [, server, tool] = /^([a-z][a-z0-9-]*)\.(.+)$/.exec(text) ?? [];
  if (server === undefined || tool === undefined)
    throw new AppError('input-tool', `“--allow ${text}” does not name a tool.`, { hint: 'Write it like --allow files.write_text.' });
  return { server: server as Grant['tools'][number]['server'], tool, effect: 'allow' };
}

function findTrigger(workflow: Workflow, which: string | undefined): string {
  const triggers = workflow.nodes.filter((node) => node.kind.startsWith('trigger.') && node.kind !== 'trigger.manual');
  const wanted = which?.toLowerCase();
  const found =
    wanted === undefined
      ? triggers
      : triggers.filter(
          (node) => node.id === which || node.title?.toLowerCase() === wanted || node.kind.slice('trigger.'.length) === wanted,
        );
  const [one] = found;
  if (one !== undefined && found.length === 1) return one.id;
  const names = triggers.map((node) => node.id).join(', ');
  if (triggers.length === 0)
    throw new AppError('input-trigger', `Nothing in “${workflow.name}” can start it by itself.`, {
      hint: 'Add a trigger in the editor, such as a schedule, files or a webhook.',
    });
  throw new AppError('input-trigger', which === undefined ? 'Which trigger?' : `“${workflow.name}” has no single trigger “${which}”.`, {
    hint: `Its triggers are: ${names}.`,
  });
}

async function findJob(client: HostClient, which: string): Promise<Job> {
  const all = await client.jobs.list({});
  const wanted = which.toLowerCase();
  const found = all.filter((job, index) => job.id === which || `${index + 1}` === which || job.title.toLowerCase() === wanted);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new AppError('input-job-unknown', one === undefined ? `There is no job “${which}”.` : `${found.length} jobs fit “${which}”.`, {
    hint: 'See `orrery jobs list`, and give its number or id.',
  });
}
