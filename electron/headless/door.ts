// Who may come in. Every request, upgrades alike, passes here before anything else looks at it: it must name us exactly by
// address (DNS rebinding), must not come from another site (CSRF), and must carry the token or a session made from it.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Pass = { ok: true; by: 'session' | 'bearer' } | { ok: false; status: 401 | 403 | 421; reason: string };

/** Many tabs, not many thousand: the oldest session ends when there are more. */
const MAX_SESSIONS = 200;

export class Door {
  readonly #token: string;
  readonly #authority: string;
  readonly #sessions = new Set<string>();
  /** The port in the name, because browsers share cookies between the ports of one address. */
  readonly #cookie: string;

  constructor(token: string, port: number) {
    this.#token = token;
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

  /** `acts` is for what can do something: there a browser must name its origin, and only a program with the token need not. */
  check(request: IncomingMessage, acts: boolean): Pass {
    const wrong = this.checkAddress(request);
    if (wrong !== undefined) return wrong;
    const bearer = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.isToken(bearer) ? { ok: true, by: 'bearer' } : unknownKey();
    if (acts && request.headers.origin === undefined)
      return { ok: false, status: 403, reason: 'A request without an origin needs the token as its bearer.' };
    return this.#hasSession(request) ? { ok: true, by: 'session' } : unknownKey();
  }

  isToken(candidate: string): boolean {
    return isSame(candidate, this.#token);
  }

  /** A new session, as the value of a Set-Cookie header. Not `Secure`: the address is plain HTTP on this machine. */
  openSession(): string {
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(session);
    const oldest = this.#sessions.values().next().value;
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return `${this.#cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #hasSession(request: IncomingMessage): boolean {
    const offered = (request.headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(`${this.#cookie}=`))
      .map((part) => part.slice(this.#cookie.length + 1));
    let found = false;
    for (const session of this.#sessions) for (const value of offered) if (isSame(value, session)) found = true;
    return found;
  }
}

const unknownKey = (): Pass => ({
  ok: false,
  status: 401,
  reason: 'Open the address that Orrery printed when it started; it carries the key for this session.',
});

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

export const newToken = (): string => randomBytes(32).toString('base64url');
