import type { Command } from 'commander';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { type JsonObject, type JsonValue, parseJson } from '../../shared/model/json.ts';
import { toolText } from '../../shared/model/tool.ts';
import { terminalHint } from './hints.ts';
import { amber, bold, dim, exitCodes, inert, print, printJson, printTable, say } from './output.ts';
import { serverCommands } from './servers.ts';
import { settled } from './servers-settled.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
  args?: string;
}

export function toolsCommand(program: Command): void {
  const tools = program.command('tools').description('list tools, call one, or look after tool servers');
  tools
    .command('list', { isDefault: true })
    .description('every tool of every tool server')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((options: Options) =>
      withHost(options, async (client) => {
        const servers = await settled(client);
        const list = await client.tools.listTools({});
        if (options.json === true) printJson({ servers, tools: list });
        else {
          for (const server of servers) {
            print(
              `${bold(server.id)}  ${dim(server.isAsleep === true ? 'asleep' : server.state)}${server.failure === undefined ? '' : `  ${amber(inert(server.failure.message))}`}`,
            );
            printTable(
              list
                .filter((tool) => tool.server === server.id)
                .map((tool) => ['  ', inert(tool.name), dim(shortened(inert(tool.description.split('\n')[0] ?? '')))]),
            );
          }
        }
        return servers.some((server) => server.state === 'failed') ? exitCodes.failed : exitCodes.ok;
      }),
    );
  tools
    .command('call')
    .argument('<server.tool>', 'for example files.list_folder')
    .description('call one tool')
    .option('--args <json>', 'its arguments as a JSON object', '{}')
    .option('--json', 'print the whole result as JSON')
    .option('--data <folder>', 'the data folder')
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const at = which.indexOf('.');
        if (at < 1)
          throw new AppError('input-tool', `“${which}” does not name a tool.`, {
            hint: 'Write it like files.list_folder; see `orrery tools list`.',
          });
        const args = readArgs(options.args ?? '{}');
        if (args === null || typeof args !== 'object' || Array.isArray(args))
          throw new AppError('input-args', '--args must be a JSON object.', { hint: `Write it like --args '{"path":"/tmp"}'.` });
        const result = await client.tools.call({
          server: which.slice(0, at) as ServerId,
          tool: which.slice(at + 1),
          args: args as JsonObject,
        });
        if (options.json === true) printJson(result);
        else if (result.isError) say(inert(toolText(result)));
        else print(inert(toolText(result)));
        if (options.json !== true) for (const note of result.notes ?? []) say(inert(terminalHint({ hint: note }) ?? note));
        return result.isError ? exitCodes.failed : exitCodes.ok;
      }),
    );
  serverCommands(tools);
}

function readArgs(text: string): JsonValue {
  try {
    return parseJson(text, '--args');
  } catch (error) {
    const { code, message } = toAppError(error);
    throw new AppError(code.startsWith('json-') ? 'input-args' : code, message, {
      hint: `Write it like --args '{"path":"/tmp"}'.`,
      cause: error,
    });
  }
}

/** To one line, at a word's end. */
const shortened = (text: string): string => (text.length <= 90 ? text : `${text.slice(0, 90).replace(/\s+\S*$/, '')} …`);
