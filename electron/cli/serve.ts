// `orrery serve`: the headless host. Prints its address as soon as it gives out pages, which is before the host behind them is built, and
// ends cleanly on Ctrl-C.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { FrontDoor } from '../headless/front-door.ts';
import { addressOf, openFront } from '../headless/open-front.ts';
import { readPageSecret } from '../headless/page-secret.ts';
import { type HeldFolder, openHost } from '../host/open-host.ts';
import { findPlaces } from '../host/places.ts';
import { codeOf } from './exit-code.ts';
import { print, printJson, say, sayError } from './output.ts';

/** Milliseconds between the address and the loading of the rest, which holds the process for a tenth of a second. */
const firstPageMs = 10;

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
        // A host that was built half may have left what would keep the process; its folder is free already.
        process.stderr.write('', () => process.exit());
      }
    });
}

async function serve(options: ServeOptions): Promise<void> {
  const port = portOf(options.port);
  let front: FrontDoor | undefined;
  // From here on, so that a host that is told to end while it starts still ends in order.
  const ended = untilSignal();
  try {
    const opened = await openHost({
      kind: 'headless',
      dataFolder: options.data,
      loadShell: async () => (await import('../headless/shell.ts')).headlessShell,
      async onReadable(folder) {
        const secret = readPageSecret(folder.path, { renew: options.newToken === true });
        front = await openFront({ rendererFolder: findPlaces().renderer, port, secret });
        const { address, origin, port: taken } = addressOf(front);
        folder.publish({ address, token: front.token });
        if (options.json === true) printJson({ address, origin, port: taken });
        else {
          print(`Orrery is at ${address}`);
          say('Open that address in a browser on this machine. Ctrl-C ends it.');
        }
        // Whoever waited for the address gets the page before the rest is loaded.
        await sleep(firstPageMs);
      },
    });
    if ('holder' in opened) throw heldBy(opened);
    const { host } = opened;
    try {
      const { standBehind } = await import('../headless/stand-behind.ts');
      const leave = standBehind(front as unknown as FrontDoor, host);
      await ended;
      await leave();
    } finally {
      await host.close();
    }
  } catch (error) {
    // The page that is being loaded is told as well.
    await front?.fail(toAppError(error));
    throw error;
  }
}

function portOf(given: string | undefined): number | undefined {
  const port = given === undefined ? undefined : Number(given);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new AppError('input-port', `--port ${given} is not a port.`, { hint: 'Give a number from 1 to 65535.' });
  return port;
}

function heldBy({ holder, message }: HeldFolder): AppError {
  return new AppError('data-folder-held', message, {
    hint:
      holder.address?.startsWith('http') === true
        ? `Open ${holder.address} in a browser, or end that host first.`
        : 'End that host first, or use another folder with --data.',
  });
}

const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
