// orrery undo: what was changed, and the way back. orrery revisions: states of the configuration, and the way back to one.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { Change, ChangeId, ChangeSetId, UndoSelection } from '../../shared/model/change.ts';
import { changeKind } from '../../shared/model/change.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { HostClient } from '../wires/attach.ts';
import { findRun } from './find-run.ts';
import { stepOfRun } from './find-step.ts';
import { readLimit } from './limit.ts';
import { amber, bold, dim, exitCodes, formatTime, green, inert, print, printJson, printTable, red } from './output.ts';
import { nothingChanged, undoAct } from './undo-act.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
  limit: string;
  all?: boolean;
  yes?: boolean;
  conflicts: string;
  kind?: string;
}

export function undoCommand(program: Command): void {
  const undo = program.command('undo').description('what agents and runs changed, and the way back');
  const add = (name: string, description: string): Command =>
    undo.command(name).description(description).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  add('list', 'change sets, newest first')
    .option('--limit <n>', 'how many', '20')
    .option('--all', 'what the person changed too')
    .action((options: Options) => withHost(options, (client) => list(client, options)));
  add('show', 'the changes of a set, or what one change did')
    .argument('<id>', 'a change set, a run (by number too) or a change')
    .action((id: string, options: Options) => withHost(options, (client) => show(client, id, options)));
  const acting = (
    name: string,
    argument: string,
    description: string,
    what: string,
    selection: (client: HostClient, given: string, more?: string) => UndoSelection | Promise<UndoSelection>,
  ): void => {
    const command = add(name, description)
      .argument(argument, what)
      .option('--yes', 'do not ask')
      .option('--conflicts <choice>', 'keep, restore or beside: what to do with things that were changed since', 'keep');
    if (name === 'step') command.argument('<step>', 'its name or id');
    // With a second argument the options come third; else they are second, and the command itself is third.
    command.action((given: string, second: string | Options, third: Options) => {
      const [step, options] = typeof second === 'string' ? [second, third] : [undefined, second];
      return withHost(options, async (client) => undoAct(client, await selection(client, given, step), options));
    });
  };
  const aRun = 'a run’s number or id';
  acting('run', '<run>', 'undo all that a run changed', aRun, async (client, run) => ({ run: await runId(client, run) }));
  acting('step', '<run>', 'undo what one step of a run changed', aRun, async (client, which, step = '') => {
    const run = await runId(client, which);
    return { run, step: await stepOfRun(client, run, step) };
  });
  acting('change', '<change>', 'undo one change', 'its id, as `orrery undo show` has it', (_, change) => ({ change: change as ChangeId }));
  acting('set', '<set>', 'undo a change set, also one that is an undo', 'its id, as `orrery undo list` has it', (_, set) => ({
    set: set as ChangeSetId,
  }));
  acting('since', '<time>', 'undo everything that agents and runs changed since then', '2026-11-21T08:00, or 2h, 30m, 1d', (_, time) => ({
    since: readTime(time),
  }));
}

/** Changes stay when their run has left the list, so an id is taken as it is. */
const runId = async (client: HostClient, which: string): Promise<RunId> =>
  /^\d{1,15}$/.test(which) ? (await findRun(client, which)).id : (which as RunId);

export function revisionsCommand(program: Command): void {
  const revisions = program
    .command('revisions')
    .description('recorded states of settings, agents, workflows, jobs, tool servers, grants and secrets');
  const add = (name: string, description: string): Command =>
    revisions
      .command(name, { isDefault: name === 'list' })
      .description(description)
      .option('--json', 'print JSON')
      .option('--data <folder>', 'the data folder');
  add('list', 'newest first')
    .option('--kind <kind>', `one of ${changeKind.options.filter((each) => each !== 'file' && each !== 'folder').join(', ')}`)
    .option('--limit <n>', 'how many', '30')
    .action((options: Options) =>
      withHost(options, async (client) => {
        const kind = options.kind === undefined ? undefined : changeKind.safeParse(options.kind).data;
        if (options.kind !== undefined && kind === undefined)
          throw new AppError('input-usage', `There is no kind “${options.kind}”.`, {
            hint: `Use one of ${changeKind.options.join(', ')}.`,
          });
        const found = await client.undo.listRevisions({ limit: readLimit(options.limit, 500), ...(kind === undefined ? {} : { kind }) });
        if (options.json === true) printJson(found);
        else if (found.length === 0) print('No revisions yet.');
        else printTable(found.map((each) => [formatTime(each.at), each.kind, inert(each.title), dim(who(each)), dim(each.id)]));
        return exitCodes.ok;
      }),
    );
  add('show', 'what a revision changed')
    .argument('<id>')
    .action((id: string, options: Options) => withHost(options, (client) => showChange(client, id, options)));
  add('restore', 'put a thing back to what this revision left it as')
    .argument('<id>')
    .action((id: string, options: Options) =>
      withHost(options, async (client) => {
        const result = await client.undo.rollback({ id: id as ChangeId });
        if (options.json === true) printJson(result);
        else print(result.done === 0 ? 'It is like that already.' : 'Put back. That can be undone.');
        return exitCodes.ok;
      }),
    );
}

const nameOf = ({ kind, name }: Change['actor']): string => (kind === 'person' ? 'you' : name);
/** A workflow's run is called after it: its name stands once. */
const who = ({ actor, runTitle }: Pick<Change, 'actor' | 'runTitle'>): string =>
  inert(actor.kind === 'person' || runTitle === undefined || runTitle === actor.name ? nameOf(actor) : `${actor.name} · ${runTitle}`);
/** Beside the run's title. */
const whoElse = ({ actor, runTitle }: Pick<Change, 'actor' | 'runTitle'>): string =>
  nameOf(actor) === runTitle ? '' : inert(nameOf(actor));

async function list(client: HostClient, { json, limit, all }: Options): Promise<number> {
  const sets = await client.undo.listSets({ limit: readLimit(limit, 500), ...(all === true ? {} : { notByPerson: true }) });
  if (json === true) printJson(sets);
  else if (sets.length === 0) print('Nothing was changed yet.');
  else
    printTable(
      sets.map((set) => [
        formatTime(set.at),
        set.undone === set.count ? dim('undone') : `${set.count} ${set.count === 1 ? 'change' : 'changes'}`,
        inert(set.runTitle ?? set.titles.join(', ')),
        dim(set.isUndo ? 'undo' : whoElse(set)),
        dim(set.id),
      ]),
    );
  return exitCodes.ok;
}

async function show(client: HostClient, id: string, options: Options): Promise<number> {
  if (id.startsWith('ch-')) return showChange(client, id, options);
  const run = await runId(client, id);
  const found = await client.undo.getSet({ id: run as string as ChangeSetId }).catch(async (error: unknown) => {
    const known = await client.runs.get({ id: run }).catch(() => undefined);
    if (known === undefined) throw error;
  });
  if (found === undefined) {
    if (options.json === true) printJson({ changes: [] });
    else print(await nothingChanged(client, { run }));
    return exitCodes.ok;
  }
  if (options.json === true) printJson(found);
  else
    printTable(
      found.changes.map((change) => [
        change.undoneAt === undefined ? (change.cannotUndo === undefined ? green('can be undone') : amber('cannot')) : dim('undone'),
        change.kind,
        inert(nameOfChanged(change)),
        dim(change.id),
      ]),
    );
  return exitCodes.ok;
}

async function showChange(client: HostClient, id: string, { json }: Options): Promise<number> {
  const detail = await client.undo.getChange({ id: id as ChangeId });
  if (json === true) {
    printJson(detail);
    return exitCodes.ok;
  }
  const { change, before, after, differences } = detail;
  print(`${bold(inert(change.title))} ${dim(`${change.kind} · ${formatTime(change.at)} · ${who(change)}`)}`);
  print(`${dim('Undoing it:')} ${inert(detail.words)}`);
  for (const each of differences ?? []) {
    print(dim(inert(each.path)));
    if (each.before !== undefined) print(red(`- ${inert(each.before)}`));
    if (each.after !== undefined) print(green(`+ ${inert(each.after)}`));
  }
  if (differences !== undefined) return exitCodes.ok;
  for (const [name, image] of [
    ['before', before],
    ['after', after],
  ] as const)
    print(
      `${dim(`— ${name}: `)}${image === null ? dim('nothing') : (image.text?.split('\n').map(inert).join('\n') ?? dim(`${image.bytes} bytes, ${image.why ?? ''}`))}`,
    );
  return exitCodes.ok;
}

/** A file by its path; anything else by what it is called: its id says nothing to a person. */
export const nameOfChanged = ({ kind, op, from, target, title }: Pick<Change, 'kind' | 'op' | 'from' | 'target' | 'title'>): string =>
  op === 'move' ? `${from ?? ''} → ${target}` : kind === 'file' || kind === 'folder' ? target : title;

/** Milliseconds since 1970: a time, or so long ago. Throws `input-usage`. */
export function readTime(text: string, now = Date.now()): number {
  const ago = /^(\d{1,6})(s|m|h|d)$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[ago[2] as 's' | 'm' | 'h' | 'd'];
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new AppError('input-usage', `“${text}” is not a time.`, { hint: 'Use 2026-11-21T08:00, or 30m, 2h, 1d.' });
}
