// Gives a command a client: of the host that already runs on the data folder, or of one built in this process for as long as
// the command takes. Commands know only the contract.

import { createORPCClient } from '@orpc/client';
import { AppError } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { headlessShell } from '../headless/shell.ts';
import { openHost } from '../host/open-host.ts';
import { attachToHost, type HostClient } from '../wires/attach.ts';
import { connectInMemory } from '../wires/memory-wire.ts';
import { exitCodes, sayError } from './output.ts';

export interface HostOptions {
  data?: string | undefined;
  json?: boolean | undefined;
}

export async function withHost(options: HostOptions, work: (client: HostClient) => Promise<number>): Promise<void> {
  const json = options.json === true;
  try {
    const opened = await openHost({ kind: 'cli', dataFolder: options.data, quiet: true, ...headlessShell });
    process.exitCode = 'holder' in opened ? await attached(opened, work) : await own(opened.host, work);
  } catch (error) {
    const known = fromWireError(error);
    sayError(known, json);
    process.exitCode = codeOf(known);
  }
}

const codeOf = (error: AppError): number => {
  if (error.code === 'cancelled') return exitCodes.cancelled;
  if (error.code === 'data-folder-held' || error.code === 'host-unreachable') return exitCodes.busy;
  return error.code.startsWith('input-') || error.code.startsWith('set-') || error.place !== undefined ? exitCodes.usage : exitCodes.failed;
};

async function attached(
  held: Extract<Awaited<ReturnType<typeof openHost>>, { holder: unknown }>,
  work: (client: HostClient) => Promise<number>,
): Promise<number> {
  if (held.socket === undefined)
    throw new AppError('data-folder-held', held.message, { hint: 'Wait for it to end, or use another folder with --data.' });
  const connection = await attachToHost(held.socket);
  try {
    return await work(connection.client);
  } finally {
    connection.close();
  }
}

async function own(
  host: Extract<Awaited<ReturnType<typeof openHost>>, { host: unknown }>['host'],
  work: (client: HostClient) => Promise<number>,
): Promise<number> {
  const connection = connectInMemory(host.wires, host.context('cli'));
  try {
    return await work(createORPCClient(connection.link));
  } finally {
    connection.close();
    await host.close();
  }
}
