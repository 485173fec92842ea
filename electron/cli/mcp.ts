// `orrery mcp`: Orrery as an MCP server on stdin and stdout, for a program that starts it. Uses the host that runs, or one of its own.

import type { Command } from 'commander';
import { withHost } from './with-host.ts';

export function mcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('be an MCP server on stdin and stdout, so that another program can use your workflows, memory and agents')
    .option('--client <name>', 'the name of the program that uses it, as it is shown in Orrery', 'MCP client')
    .option('--data <folder>', 'the data folder')
    .action((options: { client: string; data?: string }) =>
      withHost({ data: options.data }, async (client) => {
        // Loaded here: every other command would wait for the SDK as well.
        const { serveStdio } = await import('./mcp-stdio.ts');
        return serveStdio(client, options.client);
      }),
    );
}
