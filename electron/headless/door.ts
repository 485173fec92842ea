// Who may come in. Every request, upgrades alike, passes here before anything else looks at it: it must name us exactly by
// address (DNS rebinding), must not come from another site (CSRF), and must carry the token or a session made from it. What acts
// needs the page's key as well: browsers send cookies to every port of an address, so another user's server may hold the cookie.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Pass = { ok: true; by: 'session' | 'bearer' } | { ok: false; status: 401 | 403 | 421; reason: string };

/** The WebSocket protocol that is agreed on; the page's key comes beside it, as `orrery-key.KEY`, and is not sent back. */
export const WIRE_PROTOCOL = 'orrery';
const KEY_PROTOCOL = 'orrery-key.';

export class Door {
  readonly #secret: string;
  readonly #port: number;
  readonly #authority: string;
  /** The port in the name, because browsers share cookies between the ports of one address. */
  readonly #cookie: string;

  /** Token, sessions and keys all follow from the secret, so that they hold for as long as it does, over restarts too. */
  constructor(secret: string, port: number) {
    this.#secret = secret;
    this.#port = port;
    this.#authority = `127.0.0.1:${port}`;
    this.#cookie = `orrery-${port}`;
  }

  /** Only that the request is addressed to us and was not made by another site. */
  checkAddress(request: IncomingMessage): Pass | undefined {
    const { headers } = request;
    if (countHeader(request, 'host') !== 1 || headers.host !== this.#authority)
      return { ok: false, status: 421, reason: `Open http://${this.#authority}/ – this host answers to no other name.` };
    if (headers.origin !== undefined && headers.origin !== `http://${this.#authority}`)
      return { ok: false, status: 403, reason: 'Requests from other sites are not answered.' };
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return { ok: false, status: 403, reason: 'Requests from other sites are not answered. Type the address into the browser.' };
    return undefined;
  }

  /** `acts` is for what can do something: there a browser must name its origin and its key; a program with the token need not. */
  check(request: IncomingMessage, acts: boolean): Pass {
    const wrong = this.checkAddress(request);
    if (wrong !== undefined) return wrong;
    const bearer = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.isToken(bearer) ? { ok: true, by: 'bearer' } : unknownKey();
    if (acts && request.headers.origin === undefined)
      return { ok: false, status: 403, reason: 'A request without an origin needs the token as its bearer.' };
    const session = this.#sessionOf(request);
    if (session === undefined) return unknownKey();
    if (acts && !isSame(offeredKey(request), this.#keyOf(session))) return unknownKey();
    return { ok: true, by: 'session' };
  }

  get token(): string {
    return derive(this.#secret, 'token');
  }

  isToken(candidate: string): boolean {
    return isSame(candidate, this.token);
  }

  /**
   * For who has shown the token: the value of a Set-Cookie header, none when the browser holds a session already, and the key
   * that belongs to it. Not `Secure`: the address is plain HTTP on this machine.
   */
  openSession(request: IncomingMessage): { cookie: string | undefined; key: string } {
    const known = this.#sessionOf(request);
    if (known !== undefined) return { cookie: undefined, key: this.#keyOf(known) };
    const name = randomBytes(32).toString('base64url');
    const session = `${name}.${this.#sealOf(name)}`;
    return { cookie: `${this.#cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`, key: this.#keyOf(session) };
  }

  /** Shows the page that we know its key, before it says it: another program may have taken our port while we were away. */
  proof(request: IncomingMessage, challenge: string): string | undefined {
    const session = this.#sessionOf(request);
    return session === undefined ? undefined : derive(this.#keyOf(session), `host ${challenge}`);
  }

  #sessionOf(request: IncomingMessage): string | undefined {
    return (request.headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(`${this.#cookie}=`))
      .map((part) => part.slice(this.#cookie.length + 1))
      .find((value) => {
        const [name, seal, more] = value.split('.');
        return name !== undefined && seal !== undefined && more === undefined && isSame(seal, this.#sealOf(name));
      });
  }

  #sealOf(name: string): string {
    return derive(this.#secret, `session ${this.#port} ${name}`);
  }

  #keyOf(session: string): string {
    return derive(this.#secret, `key ${this.#port} ${session}`);
  }
}

const unknownKey = (): Pass => ({
  ok: false,
  status: 401,
  reason: 'Open the address that Orrery printed when it started; it carries the key for this session.',
});

const offeredKey = (request: IncomingMessage): string =>
  (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .find((part) => part.startsWith(KEY_PROTOCOL))
    ?.slice(KEY_PROTOCOL.length) ?? '';

const derive = (secret: string, purpose: string): string => createHmac('sha256', secret).update(purpose).digest('base64url');

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Node joins or drops repeated headers; a request with two hosts is read differently by different readers. */
function countHeader(request: IncomingMessage, name: string): number {
  let count = 0;
  for (let i = 0; i < request.rawHeaders.length; i += 2) if (request.rawHeaders[i]?.toLowerCase() === name) count += 1;
  return count;
}

export const newSecret = (): string => randomBytes(32).toString('base64url');
