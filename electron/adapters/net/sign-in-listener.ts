// Waits on this machine for a browser to come back from a sign-in. One address, one use, a time limit; what comes with another
// state is turned away and does not end the wait.

import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, cancelled } from '../../../shared/errors.ts';

export interface ExpectedAnswer {
  state: string;
  issuer: string | undefined;
  /** The authorization server says that it names itself in every answer: one without a name is not its own. */
  mustNameIssuer?: boolean;
}

export interface SignInListener {
  redirectUrl: string;
  /** The code that came back. Throws `sign-in-refused`, `sign-in-late`, `cancelled`. */
  code(expected: ExpectedAnswer, signal: AbortSignal, timeMs: number): Promise<string>;
  close(): void;
}

const path = '/oauth/callback';

const page = (response: ServerResponse, status: number, text: string) => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><meta name="color-scheme" content="light dark"><title>Orrery</title><body style="font:16px system-ui;margin:4rem auto;max-width:32rem">${text}</body>`,
  );
};

/** By bytes: a text as long as the other can have more of them, and comparing those throws. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Throws `port-taken`. */
export async function listenForSignIn(port: number): Promise<SignInListener> {
  let take: ((url: URL, response: ServerResponse) => void) | undefined;
  const server = createServer((request: IncomingMessage, response) => {
    const url = URL.canParse(request.url ?? '', 'http://127.0.0.1') ? new URL(request.url ?? '', 'http://127.0.0.1') : undefined;
    if (request.method !== 'GET' || url?.pathname !== path || take === undefined) return page(response, 404, 'Nothing is here.');
    take(url, response);
  });
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new AppError('port-taken', `The port ${port} for the way back from the browser cannot be used: ${error.message}`, {
          hint: 'Close the program that uses it, or choose another port in the server’s settings.',
        }),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const redirectUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  return {
    redirectUrl,
    code: ({ state, issuer, mustNameIssuer = false }, signal, timeMs) =>
      new Promise<string>((resolve, reject) => {
        const end = (settle: () => void) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          take = undefined;
          server.close();
          settle();
        };
        const abort = () => end(() => reject(cancelled('The sign-in was given up.')));
        const timer = setTimeout(
          () => end(() => reject(new AppError('sign-in-late', 'Nobody signed in in time.', { hint: 'Start the sign-in again.' }))),
          timeMs,
        );
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) return abort();
        take = (url, response) => {
          const { searchParams: given } = url;
          if (!isSame(given.get('state') ?? '', state)) return page(response, 400, 'This is not the sign-in that Orrery waits for.');
          const from = given.get('iss');
          const problem = given.get('error');
          const code = given.get('code');
          const refused = (why: string) => {
            page(response, 200, 'The sign-in did not succeed. Go back to Orrery to see why.');
            end(() => reject(new AppError('sign-in-refused', why, { hint: 'Start the sign-in again.' })));
          };
          if (problem !== null) return refused(`The sign-in was refused: ${(given.get('error_description') ?? problem).slice(0, 300)}.`);
          if (from !== null && issuer !== undefined && trimmed(from) !== trimmed(issuer))
            return refused(`The answer came from ${from.slice(0, 200)}, and ${issuer} was asked.`);
          if (from === null && mustNameIssuer)
            return refused('The answer does not say who it is from, and this server says that its answers always do.');
          if (code === null || code === '') return refused('The answer holds no code.');
          page(response, 200, 'You are signed in. You can close this page and go back to Orrery.');
          end(() => resolve(code));
        };
      }),
    close: () => server.close(),
  };
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');
