// orrery tools sign-in, sign-out: the sign-in of a tool server that is reached over HTTP. Gives its address, and waits for the person who
// opens it; what the server gives goes into the vault and is never seen here. Ctrl-C gives the sign-in up.

import type { Command } from 'commander';
import { AppError, isCancelled } from '../../shared/errors.ts';
import type { ServerConfig, ServerStatus } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { browserCommand, isRemote, openAddress } from './open-address.ts';
import { dim, exitCodes, inert, print, printJson, say } from './output.ts';
import { showServer } from './servers-show.ts';
import { ofOthers } from './servers-state.ts';
import { opened } from './vault-ways.ts';
import { withHost } from './with-host.ts';

interface SignInOptions {
  json?: boolean;
  data?: string;
  browser?: boolean;
}
type Child = ServerStatus & { config: ServerConfig };

export function signInCommands(
  command: (name: string, text: string) => Command,
  serverOf: (client: HostClient, id: string) => Promise<ServerStatus>,
): void {
  const add = (name: string, text: string, does: (client: HostClient, server: Child, options: SignInOptions) => Promise<number>): Command =>
    command(name, text)
      .argument('<id>')
      .action((id: string, options: SignInOptions) =>
        withHost(options, async (client) => does(client, overHttp(ofOthers(await serverOf(client, id))), options)),
      );
  add('sign-in', 'sign in at a tool server that asks for it, in your browser', signIn)
    .option('--no-browser', 'print the address and open nothing')
    .addHelpText(
      'after',
      '\nThe address is printed, and opened where there is a browser. The command waits, ten minutes at most; Ctrl-C gives it up.',
    );
  add('sign-out', 'forget what a tool server gave when you signed in', signOut);
}

function overHttp(server: Child): Child {
  if ((server.config.transport ?? 'stdio') !== 'stdio') return server;
  throw new AppError('input-usage', `“${inert(server.title)}” is a program on this machine; nobody signs in at it.`, {
    hint: 'What it needs is in its environment: orrery tools show ID names it.',
  });
}

async function signIn(client: HostClient, known: Child, options: SignInOptions): Promise<number> {
  // What the server gave before, and what it gives now, lies there.
  await opened(client);
  const { id } = known;
  // Whether it asks for one is known once it was asked.
  const server = known.signIn?.needed === true ? known : await client.tools.startServer({ id });
  if (server.signIn?.needed !== true) return tell(server, options, 'It does not ask for a sign-in.');
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  try {
    const { url } = await client.tools.signIn({ id });
    await show(url, options);
    await untilSignedIn(client, id, stop.signal);
    // The host starts it as well: this waits for how that ends.
    return tell(await client.tools.startServer({ id }), options, 'Signed in.');
  } catch (error) {
    if (!stop.signal.aborted || !isCancelled(error)) throw error;
    await client.tools.stopSignIn({ id });
    say('The sign-in was given up.');
    return exitCodes.cancelled;
  } finally {
    process.off('SIGINT', end);
    stop.abort();
  }
}

/** Throws `sign-in-refused` with the cause that the host tells, `cancelled`, `server-not-found`. */
async function untilSignedIn(client: HostClient, id: ServerStatus['id'], signal: AbortSignal): Promise<void> {
  for await (const servers of await client.tools.watchServers(undefined, { signal })) {
    const now = servers.find((each) => each.id === id);
    if (now === undefined)
      throw new AppError('server-not-found', 'The tool server was removed meanwhile.', { hint: 'orrery tools lists those there are.' });
    if (now.signIn?.needed !== true) return;
    if (now.signIn.underWay === true) continue;
    const { message = 'The sign-in was given up elsewhere.', hint = 'Try it once more.' } = now.signIn.problem ?? {};
    throw new AppError('sign-in-refused', message, { hint, retryable: true });
  }
  if (!signal.aborted) throw new AppError('host-gone', 'The host ended before anybody signed in.', { hint: 'Try it once more.' });
  throw new AppError('cancelled', 'Stopped.');
}

async function show(url: string, options: SignInOptions): Promise<void> {
  const { protocol, searchParams } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new AppError('address-not-allowed', 'The server named an address that is none of the web.', {
      hint: 'Tell those who run the server.',
    });
  const command = options.browser === false ? undefined : browserCommand();
  const isOpen = command !== undefined && (await openAddress(url, command));
  say(isOpen ? 'Your browser opens this address. Sign in there:' : 'Open this address in a browser on this machine, and sign in there:');
  // Whoever reads JSON gets one object, at the end.
  (options.json === true ? say : print)(inert(url));
  const back = searchParams.get('redirect_uri') ?? '';
  const port = URL.canParse(back) ? new URL(back).port : '';
  if (isRemote() && port !== '')
    say(
      `You are here over ssh, and the way back is 127.0.0.1 on this machine: ssh -L ${port}:127.0.0.1:${port} … brings your browser there.`,
    );
  say(dim('Waiting … Ctrl-C gives it up.', process.stderr));
}

async function signOut(client: HostClient, known: Child, options: SignInOptions): Promise<number> {
  await opened(client);
  return tell(await client.tools.signOut({ id: known.id }), options, 'Signed out.');
}

function tell(server: ServerStatus, options: SignInOptions, done: string): number {
  const { signIn: now, state } = server;
  if (options.json === true) printJson(server);
  else if (now?.account !== undefined) print(`You are signed in at ${inert(now.account)}: ${inert(server.title)} is ${state}.`);
  else if (state === 'failed') showServer(server);
  else print(done);
  return state === 'failed' ? exitCodes.failed : exitCodes.ok;
}
