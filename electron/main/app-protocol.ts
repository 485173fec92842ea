// Serves the built renderer at app://bundle/, with the same policy as the headless host. No other host, no other method.

import { type Protocol, protocol } from 'electron';
import { pageHeaders } from '../host/page-policy.ts';
import { findStatic, type StaticFiles } from '../host/static-files.ts';
import { APP_SCHEME, isOwnAddress } from './origin.ts';

/** Before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function serveApp(on: Pick<Protocol, 'handle'>, files: StaticFiles): void {
  on.handle(APP_SCHEME, (request) => answerApp(request, files));
}

export function answerApp(request: Pick<Request, 'url' | 'method'>, files: StaticFiles): Response {
  const headers = pageHeaders();
  const refuse = (status: number, text: string): Response =>
    new Response(text, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
  if (!isOwnAddress(request.url)) return refuse(404, 'There is nothing at this address.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only pages are served here.');
  const file = findStatic(files, new URL(request.url).pathname);
  if (file === undefined) return refuse(404, 'There is nothing at this address.');
  const body = request.method === 'HEAD' ? null : new Uint8Array(file.read());
  return new Response(body, { status: 200, headers: { ...headers, 'content-type': file.type, etag: file.etag } });
}
