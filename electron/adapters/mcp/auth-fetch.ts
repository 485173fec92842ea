// The way to the addresses of a sign-in. A server names them itself, so they are not trusted: https and public hosts only, or hosts
// that the person named for this server; for a server on this machine, this machine too. Answers are small.

import { isIP } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import type { Net } from '../../runtime/ports.ts';
import { kindOf } from '../net/address.ts';
import { isLocalName, plainHost } from '../net/policy.ts';

const maxBytes = 256 * 1024;
const timeoutMs = 30_000;

const isLoopback = (url: URL): boolean => {
  const host = plainHost(url);
  return host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && kindOf(host) === 'loopback');
};
const isPublic = (url: URL): boolean => {
  const host = plainHost(url);
  return isIP(host) === 0 ? !isLocalName(host) : kindOf(host) === 'public';
};

/** Throws `address-not-allowed` for an address that a sign-in at this server may not lead to. */
export function checkAuthAddress(address: string | URL, server: URL, named: readonly string[]): URL {
  const url = new URL(address);
  const refuse = (why: string) =>
    new AppError('address-not-allowed', `To sign in, the server names ${url.origin}, ${why}.`, {
      hint: 'If you trust it, add its host to what the server may reach.',
      details: { host: url.host },
    });
  if (url.username !== '' || url.password !== '') throw refuse('with a name or password inside the address');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('which is no web address');
  if (url.origin === server.origin) return url;
  if (isLoopback(url) && isLoopback(server)) return url;
  if (named.some((host) => host.toLowerCase() === plainHost(url))) return url;
  if (url.protocol !== 'https:') throw refuse('which is not encrypted');
  if (!isPublic(url)) throw refuse('an address inside a private network');
  return url;
}

export function createAuthFetch(
  net: Pick<Net, 'fetchFor'>,
  server: URL,
  named: readonly string[],
  by: Parameters<Net['fetchFor']>[2],
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  const ways = new Map<string, typeof fetch>();
  return async (address, init = {}) => {
    const url = checkAuthAddress(address, server, named);
    let way = ways.get(url.origin);
    if (way === undefined) {
      way = net.fetchFor(url.origin, 'sign-in', by);
      ways.set(url.origin, way);
    }
    const late = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
    // Form bodies as text: only texts are sent as they are.
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
    const headers = new Headers(init.headers);
    if (init.body instanceof URLSearchParams && !headers.has('content-type'))
      headers.set('content-type', 'application/x-www-form-urlencoded');
    const response = await way(url, { ...init, headers, ...(body === undefined ? {} : { body }), redirect: 'manual', signal });
    const text = await boundedText(response, url);
    const hasBody = ![204, 205, 304].includes(response.status);
    const answer = new Response(hasBody ? text : null, { status: response.status, headers: response.headers });
    Object.defineProperty(answer, 'url', { value: url.href });
    return answer;
  };
}

async function boundedText(response: Response, url: URL): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw new AppError('response-too-large', `${url.host} answers with more than 256 kB.`, { hint: 'Check the address.' });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
