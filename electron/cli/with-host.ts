// Gives a command a client: of the host that already runs on the data folder, or of one built in this process for as long as
// the command takes. Commands know only the contract.

import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { AppError, isCancelled } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { type OpenOptions, openHost } from '../host/open-host.ts';
import { attachToHost, type HostClient } from '../wires/attach.ts';
import { connectInMemory } from '../wires/memory-wire.ts';
import { codeOf } from './exit-code.ts';
import { sayError } from './output.ts';

export { codeOf } from './exit-code.ts';

/** Loaded only where this process becomes the host. */
const loadShell = async () => (await import('../headless/shell.ts')).headlessShell;

export interface HostOptions {
  data?: string | undefined;
  json?: boolean | undefined;
}

export async function withHost(
  options: HostOptions,
  work: (client: HostClient) => Promise<number>,
  /** Of a host that is built for the command. */
  own: Pick<OpenOptions, 'clipboard'> = {},
  /** Where no host can be built on the data folder; otherwise that is said. */
  orElse?: (failure: AppError) => Promise<number>,
): Promise<void> {
  const json = options.json === true;
  let isOpen = false;
  try {
    const opened = await openHost({ kind: 'cli', dataFolder: options.data, quiet: true, loadShell, ...own });
    isOpen = true;
    process.exitCode = 'holder' in opened ? await attached(opened, work) : await ownHost(opened.host, work);
  } catch (error) {
    const known = fromWireError(error);
    if (!isOpen && orElse !== undefined) {
      process.exitCode = await orElse(known);
      return;
    }
    sayError(known, json);
    process.exitCode = codeOf(known);
    // A question that waits at the terminal would keep the process.
    if (known.code === 'ended-by-signal' || known.code === 'host-gone') process.exit();
  }
}

async function attached(
  held: Extract<Awaited<ReturnType<typeof openHost>>, { holder: unknown }>,
  work: (client: HostClient) => Promise<number>,
): Promise<number> {
  if (held.socket === undefined)
    throw new AppError('data-folder-held', held.message, { hint: 'Wait for it to end, or use another folder with --data.' });
  const connection = await attachToHost(held.socket);
  try {
    // What still waits for the host ends with the connection, as if it had been stopped; the true cause is told instead.
    return await Promise.race([work(connection.client).catch(orIfGone(connection.closed)), connection.closed.then(gone)]);
  } finally {
    connection.close();
  }
}

async function ownHost(
  host: Extract<Awaited<ReturnType<typeof openHost>>, { host: unknown }>['host'],
  work: (client: HostClient) => Promise<number>,
): Promise<number> {
  const connection = connectInMemory(host.wires, host.context('cli'));
  const signals = untilSignal();
  try {
    return await Promise.race([work(createORPCClient(connection.link)), signals.received]);
  } finally {
    connection.close();
    await host.close();
    signals.forget();
  }
}

const gone = (): never => {
  throw new AppError('host-gone', 'The host ended while the command was under way.', {
    hint: 'What was unfinished goes on when a host is started again; `orrery runs` shows it.',
  });
};

/** A call fails a moment before the connection is known to be closed. */
const orIfGone =
  (closed: Promise<unknown>) =>
  async (error: unknown): Promise<never> => {
    if (isCancelled(error) && (await Promise.race([closed.then(() => true), sleep(1000, false, { ref: false })]))) gone();
    throw error;
  };

/** So that the host is closed in order when a service manager or a closing terminal ends the command. Ctrl-C is the command's own. */
function untilSignal(): { received: Promise<never>; forget(): void } {
  const { promise: received, reject } = Promise.withResolvers<never>();
  received.catch(() => undefined);
  const end = (signal: NodeJS.Signals): void =>
    reject(
      new AppError('ended-by-signal', `Ended by ${signal}.`, {
        hint: 'What was unfinished goes on when a host is started again; `orrery runs` shows it.',
      }),
    );
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const forget = (): void => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
  };
  return { received, forget };
}
