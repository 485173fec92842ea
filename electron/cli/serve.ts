// `orrery serve`: the headless host. Prints its address once it answers, and ends cleanly on Ctrl-C.

import type { Command } from 'commander';
import { AppError, toAppError } from '../../shared/errors.ts';
import { readPageSecret, startHeadless } from '../headless/index.ts';
import { headlessShell } from '../headless/shell.ts';
import { openHost } from '../host/open-host.ts';
import { findPlaces } from '../host/places.ts';
import { print, printJson, say, sayError } from './output.ts';
import { codeOf } from './with-host.ts';

interface ServeOptions {
  port?: string;
  json?: boolean;
  data?: string;
  newToken?: boolean;
}

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('serve the app on 127.0.0.1 for a browser on this machine')
    .option('--port <n>', 'the port; 4317 or any free one when left out')
    .option('--json', 'print the address as JSON')
    .option('--data <folder>', 'the data folder')
    .option('--new-token', 'make a new address; pages that are open are no longer let in')
    .action(async (options: ServeOptions) => {
      try {
        await serve(options);
      } catch (error) {
        sayError(error, options.json === true);
        process.exitCode = codeOf(toAppError(error));
      }
    });
}

async function serve(options: ServeOptions): Promise<void> {
  const opened = await openHost({ kind: 'headless', dataFolder: options.data, ...headlessShell });
  if ('holder' in opened) {
    const reach = opened.holder.address;
    throw new AppError('data-folder-held', opened.message, {
      hint:
        reach?.startsWith('http') === true
          ? `Open ${reach} in a browser, or end that host first.`
          : 'End that host first, or use another folder with --data.',
    });
  }
  const { host } = opened;
  try {
    const port = options.port === undefined ? undefined : Number(options.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
      throw new AppError('input-port', `--port ${options.port} is not a port.`, { hint: 'Give a number from 1 to 65535.' });
    const secret = readPageSecret(host.folder.path, { renew: options.newToken === true });
    const headless = await startHeadless({ host, rendererFolder: findPlaces().renderer, port, secret });
    host.publish({ address: headless.address, token: headless.token });
    if (options.json === true) printJson({ address: headless.address, origin: headless.origin, port: headless.port });
    else {
      print(`Orrery is at ${headless.address}`);
      say('Open that address in a browser on this machine. Ctrl-C ends it.');
    }
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    await headless.close();
  } finally {
    await host.close();
  }
}
