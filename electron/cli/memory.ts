import type { Command } from 'commander';
import { readLimit } from './limit.ts';
import { dim, exitCodes, formatTime, inert, print, printJson } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
  tag: string[];
  key?: string;
  limit: string;
}
const many = (value: string, all: string[]): string[] => [...all, value];

export function memoryCommand(program: Command): void {
  const memory = program.command('memory').description('remember something, or search what is remembered');
  memory
    .command('add')
    .argument('<text>')
    .description('remember a text')
    .option('--tag <tag>', 'repeat for more', many, [])
    .option('--key <key>', 'replace what is kept under this key')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((text: string, options: Options) =>
      withHost(options, async (client) => {
        const item = await client.memory.add({
          draft: { text, tags: options.tag, ...(options.key === undefined ? {} : { key: options.key }) },
        });
        if (options.json === true) printJson(item);
        else print(`Remembered. ${dim(item.id)}`);
        return exitCodes.ok;
      }),
    );
  memory
    .command('search')
    .argument('<query>')
    .description('find what is remembered, best first')
    .option('--limit <n>', 'how many', '10')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((query: string, options: Options) =>
      withHost(options, async (client) => {
        const hits = await client.memory.search({ query, limit: readLimit(options.limit, 200) });
        if (options.json === true) printJson(hits);
        else if (hits.length === 0) print('Nothing is remembered on that.');
        else
          for (const hit of hits)
            print(
              `${inert(hit.text)}\n  ${dim(`${formatTime(hit.updatedAt)} · ${sourceOf(hit.source)}${hit.tags.length === 0 ? '' : ` · ${hit.tags.join(', ')}`}`)}`,
            );
        return exitCodes.ok;
      }),
    );
}

const sourceOf = (source: { kind: string; title?: string }): string =>
  source.kind === 'person' ? 'you' : inert(source.title ?? source.kind);
