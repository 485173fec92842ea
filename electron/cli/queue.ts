import type { Command } from 'commander';
import type { QueueEntry, QueueView } from '../../shared/contract/queue.contract.ts';
import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import type { HostClient } from '../wires/attach.ts';
import { amber, dim, exitCodes, formatMs, formatTime, inert, print, printJson, printTable } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}

export function queueCommand(program: Command): void {
  const queue = program.command('queue').description('what runs now and what waits for its turn; hold everything');
  const add = (name: string, about: string, isDefault = false): Command =>
    queue.command(name, { isDefault }).description(about).option('--json', 'print JSON').option('--data <folder>', 'the data folder');

  add('list', 'what goes, then what waits, in its order', true).action((options: Options) =>
    withHost(options, async (client) => show(await client.queue.get(), options)),
  );
  add('pause', 'hold everything: steps that go end, nothing new begins').action((options: Options) =>
    withHost(options, async (client) => show(await client.queue.setPaused({ isPaused: true }), options)),
  );
  add('resume', 'let everything go on').action((options: Options) =>
    withHost(options, async (client) => show(await client.queue.setPaused({ isPaused: false }), options)),
  );
  add('priority', 'let a run go before others, or after them')
    .argument('<run>', 'a run’s number or id')
    .argument('<priority>', 'from -100 to 100; higher goes first')
    // So that -5 is a priority and not an option.
    .allowUnknownOption()
    .action((which: string, text: string, options: Options) =>
      withHost(options, async (client) => {
        const priority = readPriority(text);
        const { id } = await findEntry(client, which);
        return show(await client.queue.setPriority({ id, priority }), options);
      }),
    );
}

function show(view: QueueView, options: Options): number {
  if (options.json === true) {
    printJson(view);
    return exitCodes.ok;
  }
  if (view.isPaused) print(`${amber('Everything is held.')} Let it go on with: orrery queue resume`);
  if (view.entries.length === 0) print('Nothing runs and nothing waits.');
  else printTable(view.entries.map(row));
  const more = view.total - view.entries.length;
  if (more > 0) print(dim(`… and ${more} more`));
  return exitCodes.ok;
}

const row = (entry: QueueEntry): string[] => [
  `${entry.number}`,
  entry.state,
  inert(entry.title),
  `priority ${entry.priority}`,
  far(entry),
  dim(formatTime(entry.startedAt ?? entry.queuedAt)),
];

function far({ progress }: QueueEntry): string {
  if (progress === undefined) return '';
  const steps = `${progress.done} of ${counted(progress.total, 'step')}`;
  return progress.leftMs === undefined ? steps : `${steps}, about ${formatMs(progress.leftMs)} left`;
}

function readPriority(text: string): number {
  const priority = Number(text);
  if (/^-?\d{1,3}$/.test(text) && priority >= -100 && priority <= 100) return priority;
  throw new AppError('input-priority', `“${text}” is not a priority.`, { hint: 'Give a whole number from -100 to 100.' });
}

async function findEntry(client: HostClient, which: string): Promise<Pick<QueueEntry, 'id'>> {
  const view = await client.queue.get();
  const found = view.entries.find((entry) => entry.id === which || `${entry.number}` === which);
  if (found !== undefined) return found;
  if (view.total > view.entries.length && !/^\d+$/.test(which)) return { id: which as QueueEntry['id'] };
  throw new AppError('input-run-unknown', `“${which}” neither runs nor waits for its turn.`, { hint: 'See `orrery queue list`.' });
}
