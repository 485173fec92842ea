// `orrery mcp`: Orrery as an MCP server on stdin and stdout, for a program that starts it. Uses the host that runs, or one of its own,
// which gives way to the app.

import type { Command } from 'commander';
import { toAppError } from '../../shared/errors.ts';
import { codeOf } from './exit-code.ts';
import { sayError } from './output.ts';

export function mcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('be an MCP server on stdin and stdout, so that another program can use your workflows, memory and agents')
    .option('--client <name>', 'the name of the program; with a token, the name that the token was made for')
    .option('--data <folder>', 'the data folder')
    .addHelpText(
      'after',
      '\nThe program starts this itself. ORRERY_TOKEN holds the token that `orrery programs add` or Settings, Programs made for it; without\none it is an unknown program and asks for everything. What goes into its configuration: orrery programs add NAME --config command',
    )
    .action(async (options: { client?: string; data?: string }) => {
      try {
        // Loaded here: every other command would wait for the SDK as well.
        const [{ serveStdio }, { originOf }] = await Promise.all([import('./mcp-stdio.ts'), import('./mcp-origin.ts')]);
        const token = process.env.ORRERY_TOKEN?.trim();
        // Neither tool servers nor commands that a workflow starts inherit it.
        delete process.env.ORRERY_TOKEN;
        const origin = await originOf();
        await serveStdio({ data: options.data, who: { client: options.client, token: token === '' ? undefined : token, origin } });
      } catch (error) {
        const known = toAppError(error);
        sayError(known, false);
        process.exitCode = codeOf(known);
      }
    });
}
