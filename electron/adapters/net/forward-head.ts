// What a program says to the proxy before anything is connected, and what it is told: its target, the word it must know, refusals as
// HTTP. Pure.

import { timingSafeEqual } from 'node:crypto';
import * as http from 'node:http';
import { isIP } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import { plainHost, portOf } from './policy.ts';

export interface Target {
  host: string;
  port: number;
}

export const unknownWord = () =>
  new AppError('not-authorized', 'This program was not given the word for the proxy.', { hint: 'Start it as a tool server.' });

export const refusalHeaders = (error: AppError): Record<string, string> => ({
  'content-type': 'text/plain; charset=utf-8',
  ...(error.code === 'not-authorized' ? { 'proxy-authenticate': 'Basic realm="Orrery"' } : {}),
});

/** What may work when it is tried again is told apart, since some programs try again by that alone. */
export function statusOf({ code, details }: AppError): 403 | 407 | 502 {
  if (code === 'not-authorized') return 407;
  return code === 'net-unreachable' && !/^(ENOTFOUND|EAI_AGAIN)$/.test(String(details?.code)) ? 502 : 403;
}

export function refusal(error: AppError): string {
  const headers = Object.entries(refusalHeaders(error)).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = statusOf(error);
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${headers.join('')}\r\nOrrery: ${error.message}\n`;
}

export function targetOf(text: string): Target | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s/@]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port > 0 && port < 65_536)) return undefined;
  const place = `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`;
  if (!URL.canParse(place)) return undefined;
  // What a URL ends a host at, such as a question mark, would show another one than is connected to.
  const url = new URL(place);
  const isMore = url.pathname !== '/' || url.search !== '' || url.hash !== '' || Number(portOf(url)) !== port;
  return isMore ? undefined : { host: plainHost(url), port };
}

/** As user or as password, so that every program's way to say it will do. */
export function knows(request: http.IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given = ''] = /^Basic (.+)$/i.exec(request.headers['proxy-authorization'] ?? '') ?? [];
  const wanted = Buffer.from(token);
  return Buffer.from(given, 'base64')
    .toString()
    .split(':')
    .some((part) => {
      const word = Buffer.from(part);
      return word.length === wanted.length && timingSafeEqual(word, wanted);
    });
}
